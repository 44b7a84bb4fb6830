import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { StillClock } from '../../tests/still-clock.ts';
import { answerSingly } from './bulk.ts';
import type { AgentParts } from './sharedb-types.ts';
import { Turns } from './turns.ts';

const failed = new Error('cannot be read');

/** Many documents, of which one cannot be read, for a socket that has room for some answers at a time; each of them may take a while to write. */
function asking(ids: readonly string[], { writingMs = 0, roomFor = 3 } = {}) {
  const clock = new StillClock();
  const answered: { readonly d: string; readonly error?: Error | null | undefined }[] = [];
  let held = 0;
  let room = roomFor;
  let waiting: (() => void)[] = [];
  const agent = {
    closed: false,
    stream: { sendShared: () => true, takesMore: () => room > 0, onceDrained: (go: () => void) => { waiting.push(go); } },
    _subscribe: (_collection: string, id: string, version: number | null, callback: (error: Error | null, message?: object) => void) => {
      queueMicrotask(() => { callback(id === 'bad' ? failed : null, { version }); });
    },
    _reply: ({ d }: { readonly d: string }, error?: Error | null) => {
      room -= 1;
      clock.advance(writingMs);
      answered.push(error ? { d, error } : { d });
    },
  };
  const drain = (): void => {
    room = roomFor;
    const gone = waiting;
    waiting = [];
    for (const go of gone) go();
  };
  const over = answerSingly(agent as unknown as AgentParts, {
    bulk: 'bs', collection: 'dashboards', wanted: ids, turns: new Turns(clock, 10),
    ready: () => {
      held += 1;
      return Promise.resolve(() => { held -= 1; });
    },
  }, () => { assert.fail('there is nothing to answer for all of them'); });
  return { agent, answered, drain, over, held: () => held };
}

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await turn();
};

test('ENGINE-26 documents that are asked for together leave one at a time as the socket takes them, and what is wrong with one is not the others’', async () => {
  const { answered, drain, over, held } = asking(['a', 'b', 'bad', 'c', 'd']);
  await turns(30);
  assert.deepEqual(answered, [{ d: 'a' }, { d: 'b' }, { d: 'bad', error: failed }], 'no more than there is room for');
  drain();
  await over;
  assert.deepEqual(answered.slice(3), [{ d: 'c' }, { d: 'd' }]);
  assert.equal(held(), 0);
});

test('ENGINE-27 whoever leaves while documents that they asked for together leave holds none of them', async () => {
  const { agent, answered, drain, over, held } = asking(Array.from({ length: 50 }, (_, i) => String(i)));
  await turns(30);
  agent.closed = true;
  drain();
  await over;
  assert.deepEqual([answered.length, held()], [3, 0]);
});

test('ENGINE-28 what takes long of documents that are asked for together goes on in the next turns', async () => {
  const { answered, over } = asking(['a', 'b', 'c', 'd', 'e'], { writingMs: 6, roomFor: 100 });
  const seen: number[] = [];
  for (let i = 0; i < 4; i++) {
    await turn();
    seen.push(answered.length);
  }
  await over;
  assert.deepEqual([seen.at(-1), seen.every((count, i) => count - (seen[i - 1] ?? 0) <= 2)], [5, true], String(seen));
});
