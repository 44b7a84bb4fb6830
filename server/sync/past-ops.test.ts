import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { innerLimits } from '../../model/limits.ts';
import type { StoredOp } from '../store/store.ts';
import { sendPastOps, type PastOpsParts } from './past-ops.ts';
import type { SharedMessages } from './shared-messages.ts';

const { missedPageOps: pageOps } = innerLimits;
const log: StoredOp[] = Array.from({ length: 5 * pageOps }, (_, v) => ({ v, src: 's', seq: v, op: [{ p: ['n'], na: 1 }] }));

/** A socket that has room for one page at a time. */
class NarrowSink {
  readonly sent: number[] = [];
  room = true;
  private drained: (() => void)[] = [];

  takesMore(): boolean {
    return this.room;
  }

  sendShared({ texts }: SharedMessages): boolean {
    if (!this.room) return false;
    this.room = false;
    this.sent.push(...texts.map((text) => (JSON.parse(text) as StoredOp).v));
    return true;
  }

  onceDrained(go: () => void): void {
    this.drained.push(go);
  }

  drain(): void {
    this.room = true;
    for (const go of this.drained.splice(0)) go();
  }
}

const send = (sink: NarrowSink, from: number, to: number, parts: Partial<PastOpsParts> = {}): Promise<void> =>
  sendPastOps(
    { readOps: (_collection, _id, first, end) => Promise.resolve(log.slice(first, end)), mayReceive: () => true, ...parts },
    { stream: sink } as never, 'dashboards', 'd', from, to,
  );

test('ENGINE-14 what a client missed leaves a page at a time, none before the socket has room, in the order of the log', async () => {
  const sink = new NarrowSink();
  let isOver = false;
  const sending = send(sink, 3, log.length).then(() => { isOver = true; });
  for (let pages = 1; pages <= 5; pages++) {
    for (let i = 0; i < 5; i++) await turn();
    assert.equal(sink.sent.length, Math.min(pages * pageOps, log.length - 3));
    sink.drain();
  }
  await sending;
  assert.ok(isOver);
  assert.deepEqual(sink.sent, log.slice(3).map(({ v }) => v));
});

test('ENGINE-15 who loses access while missed ops leave gets no more of them', async () => {
  const sink = new NarrowSink();
  let may = true;
  const sending = send(sink, 0, log.length, { mayReceive: () => may });
  for (let i = 0; i < 5; i++) await turn();
  may = false;
  sink.drain();
  await assert.rejects(sending, { code: 'NOT_FOUND' });
  assert.equal(sink.sent.length, pageOps);
});

test('ENGINE-25 of all that one socket asked for one page at a time is read, and what waits for a socket that is gone never', async () => {
  const sink = new NarrowSink();
  const agent = { stream: sink, closed: false };
  let reads = 0;
  const parts: PastOpsParts = { mayReceive: () => true, readOps: (_collection, _id, first, end) => ((reads += 1), Promise.resolve(log.slice(first, end))) };
  const sending = Array.from({ length: 5 }, (_, i) => sendPastOps(parts, agent as never, 'dashboards', String(i), 0, pageOps));
  for (let i = 0; i < 20; i++) await turn();
  assert.deepEqual([reads, sink.sent.length], [2, pageOps], 'one was sent, one waits for room');
  for (let i = 0; i < 2; i++) {
    sink.drain();
    for (let j = 0; j < 10; j++) await turn();
  }
  assert.deepEqual([reads, sink.sent.length], [4, 3 * pageOps]);
  agent.closed = true;
  sink.drain();
  await Promise.all(sending);
  assert.deepEqual([reads, sink.sent.length], [4, 3 * pageOps]);
});
