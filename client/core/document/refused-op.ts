import type { CodedError, Doc, PendingOp } from 'sharedb/lib/client/connection.js';
import { CoboardError, errorTable, isErrorCode } from '../../../model/errors.ts';
import type { Op, Path } from '../../../model/json0.ts';
import { numbers } from './sender.ts';
import { swiftJson0 } from './swift-json0.ts';

export interface RefusedOpParts {
  readonly doc: Doc;
  /** The edit that ShareDB tells by calling this when it is through. */
  readonly editOf: (callback: PendingOp['callbacks'][number]) => Op | undefined;
  /** The server did not take an op for a reason that passes, or that is not in the op: it is to be sent again, `foreign` under new numbers. */
  readonly sendAgain: (foreign: PendingOp | null) => void;
  /** Only what it must was taken back: what still waits is on another state than before. */
  readonly onTakenOut: () => void;
  /** Everything that waits is about to be taken back. */
  readonly onHardRollback: () => void;
}

/** After these there is nothing to go on with. */
const finalCodes: ReadonlySet<string> = new Set([
  'NOT_FOUND', 'ACCESS_REVOKED', 'FORBIDDEN', 'ERR_OP_SUBMIT_REJECTED', 'ERR_DOC_WAS_DELETED', 'ERR_DOC_DOES_NOT_EXIST', 'ERR_DOC_ALREADY_CREATED',
]);

/** Whether an op may be taken later as it is; what fails on the server may be of the op's own making. */
const passes = (code: string): boolean => isErrorCode(code) && code !== 'INTERNAL' && errorTable[code].retry;

/**
 * Has a refused op taken out of a document together with the edits that were made on what it made, and with nothing else; ShareDB would
 * take back everything that waits, or leave a state that nobody else has (its issue 451).
 */
export function handleRefusals({ doc, editOf, sendAgain, onTakenOut, onHardRollback }: RefusedOpParts): void {
  doc._rollback = (error) => {
    const { code = '' } = error;
    // the client id is of another session, or the server's secret is another one; all that was in the log under it has been heard by now
    if (code === 'CLIENT_ID_REFUSED') sendAgain(doc.inflightOp);
    else if (passes(code)) sendAgain(null);
    else if (finalCodes.has(code) || !takeOut(doc, editOf, error)) {
      onHardRollback();
      doc._hardRollback(visible(error));
    } else {
      onTakenOut();
      doc._clearInflightOp(error);
    }
  };
}

/** ShareDB keeps one code from the caller's eyes; a refusal is always told. */
function visible(error: CodedError): CodedError {
  return error.code === 'ERR_OP_SUBMIT_REJECTED' ? new CoboardError('FORBIDDEN', error.message) : error;
}

/** Leaves the op in flight to be cleared. Says whether it could be taken out. */
function takeOut(doc: Doc, editOf: RefusedOpParts['editOf'], error: CodedError): boolean {
  const { inflightOp, pendingOps } = doc;
  if (inflightOp?.op === undefined) return false;
  const moved: Op[] = [];
  let back: Op;
  try {
    back = swiftJson0.invert(inflightOp.op);
    for (const { op } of pendingOps) {
      if (op === undefined) return false;
      let next: Op;
      [next, back] = swiftJson0.transformX(op, back);
      moved.push(next);
    }
    doc._otApply({ op: back }, false);
  } catch {
    return false;
  }
  const gone: PendingOp['callbacks'][number][] = [];
  const left = pendingOps.splice(0).flatMap((pending, i) => {
    const op = moved[i] ?? [];
    const lost = (pending.op ?? []).map(({ p }) => p).filter((path) => !op.some(({ p }) => isSame(p, path)));
    const callbacks = pending.callbacks.filter((callback) => {
      const stays = !(editOf(callback) ?? []).some(({ p }) => lost.some((path) => isWithin(p, path) || isWithin(path, p)));
      if (!stays) gone.push(callback);
      return stays;
    });
    // it was not sent yet: it gets new numbers when it is
    const unsent = { ...pending, op, callbacks };
    for (const key of numbers) Reflect.deleteProperty(unsent, key);
    // what others left nothing of waits to be through all the same
    return op.length + callbacks.length > 0 ? [unsent] : [];
  });
  pendingOps.push(...left);
  for (const callback of gone) callback(error);
  return true;
}

const isWithin = (inner: Path, outer: Path): boolean => outer.every((key, i) => inner[i] === key);
const isSame = (one: Path, other: Path): boolean => one.length === other.length && isWithin(one, other);
