import json0 from 'ot-json0';
import type { Doc } from 'sharedb/lib/client/connection.js';
import { areApart } from '../../../model/apart.ts';
import type { Component, Op } from '../../../model/json0.ts';

const ownPlaces = new WeakMap<Op, boolean>();

/**
 * Whether each component of an op is at a place of its own. Where several follow each other at one place, json0 makes one of them while it
 * transforms, and what comes out depends on when it does; that has to be as it is on the server.
 */
function haveOwnPlaces(op: Op): boolean {
  let known = ownPlaces.get(op);
  if (known === undefined) {
    const places = new Set(op.map(({ p }) => JSON.stringify(p)));
    known = places.size === op.length && op.every(({ p }) => p.every((_, i) => !places.has(JSON.stringify(p.slice(0, i)))));
    ownPlaces.set(op, known);
  }
  return known;
}

/** Components from which on most of them are left alone. */
const wide = 8;

/**
 * json0 that does not transform what has nothing to do with each other: with hundreds of edits waiting, that is nearly everything that
 * others do.
 */
export const swiftJson0 = {
  ...json0.type,
  transformX(left: Op, right: Op): [Op, Op] {
    if (areApart(left, right)) return [left, right];
    if (left.length < wide || !haveOwnPlaces(left) || !haveOwnPlaces(right)) return json0.type.transformX(left, right);
    // one component after the other comes to the very same then, and leaves those alone that the other op does not touch
    const moved: Component[] = [];
    let other = right;
    for (const component of left) {
      if (areApart([component], other)) moved.push(component);
      else {
        const [pieces, next] = json0.type.transformX([component], other);
        moved.push(...pieces);
        other = next;
      }
    }
    ownPlaces.set(moved, moved.length <= left.length);
    return [moved, other];
  },
};

/** Has a document transform with it. */
export function useSwiftJson0(doc: Doc): void {
  const setType = doc._setType.bind(doc);
  doc._setType = (type) => {
    setType(type);
    if (doc.type === json0.type) doc.type = swiftJson0;
  };
}
