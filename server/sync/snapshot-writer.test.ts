import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StillClock } from '../../tests/still-clock.ts';
import type { SnapshotWrite } from '../store/store.ts';
import type { Sequencer } from './sequencer.ts';
import { SnapshotWriter } from './snapshot-writer.ts';

/** A document at a version, with a text of so many characters. */
const at = (id: string, v: number, chars: number): Sequencer & { storedV: number } => ({ collection: 'dashboards', id, storedV: 0, link: {}, durable: { v, type: 'json0', data: { text: 'x'.repeat(chars) }, m: null } }) as unknown as Sequencer;

function writer(failing: { times: number }) {
  const written: (readonly string[])[] = [];
  const write = (kind: string) => (some: readonly SnapshotWrite[]): Promise<null[]> => {
    if (kind === 'snapshot' && failing.times-- === 0) return Promise.reject(new Error('away'));
    written.push(some.map(({ snapshot: { id, v } }) => `${kind} ${id}@${String(v)}`));
    return Promise.resolve(some.map(() => null));
  };
  const clock = new StillClock();
  const made = new SnapshotWriter({ store: { writeSnapshots: write('snapshot'), writeMilestones: async (some) => { await write('milestone')(some); } }, clock, delayMs: 1_000, opsMax: 200, milestoneEvery: 10, log: { warn: () => undefined } });
  const commit = (sequencer: Sequencer): void => { made.committed(sequencer, sequencer.durable === null ? [] : [sequencer.durable]); };
  return { made, clock, written, commit };
}

test('ENGINE-29 snapshots are written together as far as they are small, milestones first, and large ones each in a turn of its own', async () => {
  const { made, written, commit } = writer({ times: -1 });
  const documents = [at('a', 3, 400_000), at('b', 10, 400_000), at('c', 20, 900_000), at('d', 5, 10), at('e', 6, 10)];
  for (const each of documents) commit(each);
  await made.flush();
  assert.deepEqual(written, [['milestone b@10'], ['milestone c@20'], ['snapshot a@3', 'snapshot b@10'], ['snapshot c@20', 'snapshot d@5', 'snapshot e@6']]);
  assert.deepEqual(documents.map(({ storedV }) => storedV), [3, 10, 20, 5, 6]);
});

test('ENGINE-30 where the store fails in between, what was not written is written later, and nothing twice', async () => {
  const { made, clock, written, commit } = writer({ times: 1 });
  for (const each of [at('a', 10, 900_000), at('b', 10, 900_000)]) commit(each);
  const flushed = made.flush();
  for (let i = 0; i < 20; i++) {
    await new Promise((resolve) => { setImmediate(resolve); });
    clock.advance(1_000);
  }
  await flushed;
  assert.deepEqual(written, [['milestone a@10'], ['milestone b@10'], ['snapshot a@10'], ['snapshot b@10']]);
});
