import type { Clock } from '../../model/clock.ts';
import type { StoredOp } from '../store/store.ts';
import { stateAfter, type DocumentState } from './document-state.ts';
import type { Engine } from './engine.ts';
import type { CommitOutcome } from './sequencer.ts';

/** What an op does. */
export type OpBody = Pick<StoredOp, 'op' | 'create' | 'del'>;

/**
 * An edit that nobody makes but the server itself, as an operator wants it: put in order, sealed and stored like any other. `make` is given
 * the document as it is and says what is to be done, or null for nothing; again where somebody else was faster.
 */
export async function editAsServer(engine: Engine, clock: Clock, collection: string, id: string, make: (state: DocumentState) => OpBody | null): Promise<void> {
  const sequencer = engine.sequencer(collection, id);
  sequencer.holds += 1;
  try {
    for (;;) {
      await engine.fresh(sequencer);
      const { head } = sequencer;
      if (head === null) continue;
      const body = make(head);
      if (body === null) return;
      const op: StoredOp = { v: head.v, ...body, m: { ts: clock.now(), ...(body.del === true ? { data: head.data } : {}) } };
      const known = engine.sealer.ready(collection, op, undefined);
      if (known !== undefined) {
        await known;
        continue;
      }
      engine.checkSpace();
      const outcome = await new Promise<CommitOutcome>((resolve) => { sequencer.sequence(op, stateAfter(id, head, op), resolve); });
      if (outcome.status === 'committed') return;
      if (outcome.status === 'refused') throw outcome.error;
    }
  } finally {
    sequencer.holds -= 1;
  }
}
