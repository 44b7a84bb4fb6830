import type { CodedError, Doc } from 'sharedb/lib/client/connection.js';
import { CoboardError } from '../../../model/errors.ts';

/**
 * Has a document always go back to the server's state when an edit is refused: undoing only that edit, as ShareDB does, can leave
 * a state that nobody else has (its issue 451). `onBegin` is called before.
 */
export function rollBackToServer(doc: Doc, onBegin: () => void): void {
  doc._rollback = (error) => {
    onBegin();
    doc._hardRollback(visible(error));
  };
}

/** ShareDB keeps one code from the caller's eyes; a refusal is always told. */
function visible(error: CodedError): CodedError {
  return error.code === 'ERR_OP_SUBMIT_REJECTED' ? new CoboardError('FORBIDDEN', error.message) : error;
}
