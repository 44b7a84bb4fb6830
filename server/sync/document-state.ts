import ShareDBError from 'sharedb/lib/error.js';
import ot from 'sharedb/lib/ot.js';
import Snapshot from 'sharedb/lib/snapshot.js';
import types from 'sharedb/lib/types.js';
import { copyOf, fastened } from '../../model/maps.ts';
import type { StoredOp, StoredSnapshot } from '../store/store.ts';

/** A document at a version. Never changed in place: a state can be kept, handed to readers and written later without a copy. */
export interface DocumentState {
  readonly v: number;
  /** The OT type's URI; null for a document that does not exist (any more). */
  readonly type: string | null;
  readonly data: unknown;
  /** `ctime` and `mtime` (milliseconds since 1970), and `_create`: who created it, for a creation that is sent again. */
  readonly m: Readonly<Record<string, unknown>> | null;
}

export const json0Uri = 'http://sharejs.org/types/JSONv0';

export const stateOf = ({ v, type, data, m }: StoredSnapshot): DocumentState => ({ v, type, data: fastened(data), m });

/**
 * The document after an op. Everything off the op's paths is the very same (`===`) as before.
 * @throws what ShareDB says is wrong with the op
 */
export function stateAfter(id: string, state: DocumentState, op: StoredOp): DocumentState {
  const snapshot = new Snapshot(id, state.v, state.type, state.data, null);
  if (op.op !== undefined && state.type === json0Uri) {
    const refused = ot.checkOpPathsForType(state.type, op);
    if (refused) throw refused;
    try {
      return next(state, op, state.type, applyJson0(state.data, op.op as readonly PathComponent[]));
    } catch (error) {
      throw new ShareDBError('ERR_OT_OP_NOT_APPLIED', error instanceof Error ? error.message : String(error));
    }
  }
  // what is created stands in the log, and no state is changed in place: json0 would copy it
  if (op.create?.type === json0Uri && state.type === null && op.v === state.v) return next(state, op, json0Uri, fastened(op.create.data ?? null));
  // other types may change their input
  if (op.op !== undefined) snapshot.data = structuredClone(state.data);
  const error = ot.apply(snapshot, op);
  if (error) throw error;
  return next(state, op, snapshot.type, snapshot.data);
}

/**
 * The document after many ops, without the states in between: containers that several of them change are copied once for all.
 * @throws as {@link stateAfter}
 */
export function stateAfterAll(id: string, state: DocumentState, ops: readonly StoredOp[]): DocumentState {
  let at = state;
  for (let i = 0; i < ops.length;) {
    let end = i;
    while (at.type === json0Uri && ops[end]?.op !== undefined) end += 1;
    const [run, last] = [ops.slice(i, end), ops[end - 1]];
    const [single] = ops.slice(i, i + 1);
    if (run.length > 1 && last) {
      for (const op of run) {
        const refused = ot.checkOpPathsForType(at.type, op);
        if (refused) throw refused;
      }
      const data = applyJson0(at.data, run.flatMap(({ op }) => op as readonly PathComponent[]));
      at = { v: at.v + run.length, type: at.type, data, m: { ...at.m, mtime: last.m?.ts } };
    } else if (single) {
      at = stateAfter(id, at, single);
    }
    i += Math.max(1, run.length);
  }
  return at;
}

/** The state whose data is known already. */
export function next(before: DocumentState, op: StoredOp, type: string | null, data: unknown): DocumentState {
  const ts = op.m?.ts;
  const m = { ...before.m, mtime: ts };
  if (op.create) Object.assign(m, { ctime: ts, _create: { src: op.src, seq: op.seq, v: op.v } });
  return { v: before.v + 1, type, data, m };
}

interface PathComponent { readonly p: readonly (string | number)[] }
type Container = Record<string | number, unknown>;

/** Whether a component sets or removes a key of a map, and does nothing else. */
function isSetting(component: PathComponent): component is PathComponent & { readonly oi?: unknown; readonly od?: unknown } {
  let count = 0;
  for (const key in component) {
    if (key !== 'p' && key !== 'oi' && key !== 'od') return false;
    count += 1;
  }
  return count > 1 && component.p.every((step) => typeof step === 'string');
}

/** json0's own apply, which changes in place, on copies of the containers on each component's path (each copied once for an op). */
function applyJson0(data: unknown, op: readonly PathComponent[]): unknown {
  const json0 = types.map['json0'];
  const root: Container = { data };
  const own = new Set<unknown>([root]);
  for (const component of op) {
    let parent = root;
    let key: string | number = 'data';
    let isSound = component.p.length > 0;
    for (const step of component.p) {
      let child = parent[key];
      // json0 reports it
      if (child === null || typeof child !== 'object') {
        isSound = false;
        break;
      }
      if (!own.has(child)) {
        child = parent[key] = Array.isArray(child) ? (child as unknown[]).slice() : copyOf(child);
        own.add(child);
      }
      parent = child as Container;
      key = step;
    }
    // what most edits do, without the copy of the component that json0 makes first
    if (isSound && isSetting(component) && typeof key === 'string' && !Array.isArray(parent)) {
      if (component.oi !== undefined) parent[key] = fastened(component.oi);
      else Reflect.deleteProperty(parent, key);
    } else {
      root['data'] = json0?.apply(root['data'], [component]);
    }
  }
  return root['data'];
}
