import json0 from 'ot-json0';
import text0 from 'ot-json0/lib/text0.js';
import type { Doc } from 'sharedb/lib/client/connection.js';
import { areApart, partAtKey } from '../../../model/apart.ts';
import type { Component, Op, TextComponent } from '../../../model/json0.ts';

/** Components from which on most of them are left alone. */
const wide = 8;
const known: ReadonlySet<string> = new Set(['p', 'oi', 'od', 'na', 't', 'o']);

const ours = new WeakSet<Op>();

/** Whether an op has only what our documents are edited with: no lists, and no texts as they were before there were subtypes. */
function isOurs(op: Op): boolean {
  if (ours.has(op)) return true;
  const is = op.every((component) => Object.keys(component).every((key) => known.has(key)));
  if (is) ours.add(op);
  return is;
}

/**
 * Components on their way past another op. json0 makes one of two that follow each other at one place; in an op that has been through
 * that there is nothing left to join, but for what follows one that the other op has changed.
 */
class Moved {
  readonly op: Component[] = [];
  /** The last one is not what it was when the next one was put behind it. */
  private isLoose = false;

  /** One that is left alone. */
  keep(component: Component): void {
    if (!this.isLoose) {
      this.op.push(component);
      return;
    }
    const before = this.op.length;
    this.join(() => { json0.type.append(this.op, component); });
    this.isLoose = this.op.length <= before;
  }

  /** Has json0 put what becomes of one that is not. */
  join(put: () => void): void {
    // json0 gives the last one other members in place, and it may be somebody else's too
    const last = this.op.pop();
    if (last !== undefined) this.op.push({ ...last });
    put();
    this.isLoose = true;
  }
}

/** What becomes of an op and of a component of another one that pass each other; as json0 goes about it. */
function pass(left: Op, component: Component): readonly [left: Op, right: Op] {
  const moved = new Moved();
  let other: Component | undefined = component;
  for (const [k, own] of left.entries()) {
    if (other === undefined || partAtKey(own.p, other.p)) {
      moved.keep(own);
      continue;
    }
    const [their, rest]: readonly [Component, Component[]] = [other, []];
    moved.join(() => { json0.type.transformComponent(moved.op, own, their, 'left'); });
    json0.type.transformComponent(rest, their, own, 'right');
    if (rest.length > 1) {
      const [behind, right] = json0.type.transformX(left.slice(k + 1), rest);
      for (const one of behind) moved.join(() => { json0.type.append(moved.op, one); });
      return [moved.op, right];
    }
    [other] = rest;
  }
  return [moved.op, other === undefined ? [] : [other]];
}

/** Two people typed in the one text, and did nothing else; null for anything else. json0 would copy both. */
function typedInOneText([mine, more]: Op, [theirs, others]: Op): [Op, Op] | null {
  if (more !== undefined || others !== undefined || mine === undefined || theirs === undefined || !('t' in mine && 't' in theirs)) return null;
  if (mine.p.length !== theirs.p.length || !mine.p.every((key, i) => key === theirs.p[i])) return null;
  const put = (o: readonly TextComponent[], component: Extract<Component, { readonly t: 'text0' }>): Op => (o.length === 0 ? [] : [{ ...component, o }]);
  return [put(text0.transform(mine.o, theirs.o, 'left'), mine), put(text0.transform(theirs.o, mine.o, 'right'), theirs)];
}

/**
 * json0 that does not look at what has nothing to do with each other: with thousands of edits waiting, that is nearly everything that
 * others do. What comes out is the very same, as it has to be: the server goes the long way.
 */
export const swiftJson0 = {
  ...json0.type,
  /** Without a copy of all that was composed before: hundreds of edits become one op. */
  compose(one: Op, other: Op): Op {
    const moved = new Moved();
    moved.op.push(...one);
    for (const component of other) moved.join(() => { json0.type.append(moved.op, component); });
    return moved.op;
  },
  transformX(left: Op, right: Op): [Op, Op] {
    if (areApart(left, right)) return [left, right];
    const typed = typedInOneText(left, right);
    if (typed !== null) return typed;
    if (left.length < wide || !isOurs(left) || !isOurs(right)) return json0.type.transformX(left, right);
    const theirs: Component[] = [];
    let mine = left;
    for (const component of right) {
      const [moved, rest] = pass(mine, component);
      mine = moved;
      for (const one of rest) json0.type.append(theirs, one);
    }
    ours.add(mine);
    return [mine, theirs];
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
