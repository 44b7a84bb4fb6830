import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Op } from '../../../model/json0.ts';
import { FakeClock } from '../testing/index.ts';
import { Journal } from './journal.ts';
import type { LoggedOp } from './local-store.ts';
import { MemoryDevice, MemoryStore } from './memory-store.ts';

const add = (n: number): Op => [{ p: ['n'], na: n }];
const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

function journal(device: MemoryDevice, loadOps: (from: number, to: number) => Promise<LoggedOp[]> = () => Promise.reject(new Error('no network'))): Journal {
  return new Journal({ document: 'd', store: new MemoryStore(device), clock: new FakeClock(), loadOps });
}

async function withCopy(device: MemoryDevice): Promise<Journal> {
  const made = journal(device);
  assert.equal(await made.open(), null, 'nothing is kept yet');
  made.keepCopy(5, { n: 0 }, 'editor');
  return made;
}

test('LOCAL-9 what was written is there for the next tab once this one is gone, and not before', async () => {
  const device = new MemoryDevice();
  const first = await withCopy(device);
  first.edited(add(1), 5);
  await turn();
  const beside = await journal(device).open();
  assert.deepEqual(beside?.pending, [], 'the edit is the first tab’s');
  device.claimed.clear();
  const after = await journal(device).open();
  assert.deepEqual([after?.version, after?.role, after?.pending.map(({ op }) => op)], [5, 'editor', [add(1)]]);
});

test('LOCAL-10 an op is not sent before it and its numbers are kept', async () => {
  const device = new MemoryDevice();
  const made = await withCopy(device);
  made.edited(add(1), 5);
  const kept = made.sending({ src: 'me', seq: 1, last: 1 });
  assert.equal(device.outboxes.size, 0);
  await kept;
  assert.deepEqual([...device.outboxes.values()].map(({ edits, sendings }) => [edits.length, sendings]), [[1, [{ src: 'me', seq: 1, last: 1 }]]]);
});

test('LOCAL-11 an edit that is saved stays for as long as one waits that was made on it', async () => {
  const device = new MemoryDevice();
  const made = await withCopy(device);
  made.edited(add(1), 5);
  await made.sending({ src: 'me', seq: 1, last: 1 });
  made.edited(add(2), 5);
  made.logged({ v: 5, src: 'me', seq: 1, op: add(1) });
  made.settled(1, 5);
  await made.sending({ src: 'me', seq: 2, last: 2 });
  device.claimed.clear();
  const after = await journal(device).open();
  assert.deepEqual([after?.version, after?.data, after?.pending.map(({ op, sent }) => [op, sent?.seq])], [6, { n: 1 }, [[add(2), 2]]]);
  made.logged({ v: 6, src: 'me', seq: 2, op: add(2) });
  made.settled(2, 6);
  await made.close();
  assert.equal(device.outboxes.size, 0, 'nothing waits any more');
});

test('LOCAL-12 edits that cannot be placed without the server wait for it, and the dashboard opens without them', async () => {
  const device = new MemoryDevice();
  const made = await withCopy(device);
  made.edited(add(1), 5);
  await turn();
  const other = journal(device);
  await other.open();
  other.keepCopy(8, { n: 30 }, 'editor');
  await turn();
  device.claimed.clear();
  const without = journal(device);
  const opened = await without.open();
  assert.deepEqual([opened?.version, opened?.data, opened?.pending], [8, { n: 30 }, []]);
  const log = [5, 6, 7].map((v): LoggedOp => ({ v, op: add(10) }));
  const asked = await journal(device, (from, to) => Promise.resolve(log.filter(({ v }) => v >= from && v < to))).open();
  assert.deepEqual([asked?.version, asked?.pending.map(({ op }) => op)], [8, [add(1)]], 'it was given back, and is taken where the server can be asked');
});
