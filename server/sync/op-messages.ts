import type { StoredOp } from '../store/store.ts';
import { opMessage } from './op-message.ts';
import { LateMessages } from './shared-messages.ts';
import { publicOp } from './submission.ts';

/** Ops of one document that follow each other, as messages. */
export class OpMessages extends LateMessages {
  readonly ops: readonly StoredOp[];

  constructor(collection: string, id: string, ops: readonly StoredOp[]) {
    super(() => ops.map((op) => JSON.stringify(opMessage(collection, id, publicOp(op)))));
    this.ops = ops;
  }

  get from(): number {
    return this.ops[0]?.v ?? 0;
  }

  get to(): number {
    return this.from + this.ops.length;
  }
}
