import { isDeepStrictEqual } from 'node:util';
import ot from 'sharedb/lib/ot.js';
import { areApart } from '../../model/apart.ts';
import { CoboardError } from '../../model/errors.ts';
import type { Component, Op } from '../../model/json0.ts';
import type { StoredOp } from '../store/store.ts';
import { json0Uri } from './document-state.ts';

/** The part of an op that moves forward through later ones. */
export interface Rebased {
  v?: number | null | undefined;
  op?: unknown;
  create?: unknown;
  del?: unknown;
}

/**
 * Moves an op past one that came before it if there is nothing to transform between them. Gives how many pairs of paths it has compared
 * for that, or null if they have to be transformed.
 */
export function leavesAlone(own: Rebased, type: string | null, earlier: StoredOp): number | null {
  if (type !== json0Uri || own.op === undefined || earlier.op === undefined || own.v !== earlier.v) return null;
  const [mine, before] = [own.op as Op, earlier.op as Op];
  if (!areApart(mine, before)) return null;
  own.v = earlier.v + 1;
  return mine.length * before.length;
}

/**
 * Moves an op past a deletion that was taken back: what the document held then is what it was created with anew. Says whether it did;
 * if not, there is nothing left that the op could change.
 */
export function outlives(own: Rebased, deletion: StoredOp | undefined, creation: StoredOp | undefined): boolean {
  if (own.op === undefined || deletion?.del !== true || creation?.create?.type !== json0Uri) return false;
  if (!isDeepStrictEqual(deletion.m?.['data'], creation.create.data)) return false;
  own.v = creation.v + 1;
  return true;
}

/**
 * Transforms an op past one that came before it, in steps: a step is what runs without a break. Ops of many components take many
 * steps, because transforming two of them past each other takes as many as both have, multiplied.
 * @throws what ShareDB says is wrong
 */
export function* transformPast(own: Rebased, type: string | null, earlier: StoredOp): Generator<undefined> {
  if (type === json0Uri && own.op !== undefined && earlier.op !== undefined && own.v === earlier.v) {
    // past one component after the other comes to the same as past all of them
    for (const component of (earlier.op as Op).flatMap(single)) {
      step(own, type, { v: earlier.v, op: [component] });
      own.v = earlier.v;
      yield undefined;
    }
    own.v = earlier.v + 1;
    return;
  }
  step(own, type, earlier);
}

function step(own: Rebased, type: string | null, earlier: StoredOp): void {
  const error = ot.transform(type, own, earlier);
  // ShareDB's own errors have codes; the others come from the type: of an op that lies about what it deletes or fits no document
  if (error) throw 'code' in error ? error : new CoboardError('OP_INVALID', 'The edit does not fit the version that it is for.', { cause: error });
}

/** A text component as several, each of which inserts or deletes once. */
function single(component: Component): readonly Component[] {
  return 't' in component && component.o.length > 1 ? component.o.map((one) => ({ p: component.p, t: component.t, o: [one] })) : [component];
}
