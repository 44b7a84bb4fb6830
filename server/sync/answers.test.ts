import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import { test, type TestContext } from 'node:test';
import { systemClock } from '../../model/clock.ts';
import { until } from '../../tests/until.ts';
import { Identities } from '../evidence/identities.ts';
import { Sealer } from '../evidence/sealer.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { Backend } from './backend.ts';
import { Engine } from './engine.ts';
import type { SharedSink } from './feed.ts';
import { Rooms } from './rooms.ts';
import type { SharedMessages } from './shared-messages.ts';
import { StoreMilestones } from './store-milestones.ts';

interface Message { readonly a: string; readonly d?: string; readonly v?: number; readonly seq?: number; readonly error?: object }

/** A socket's stream that can be too far behind to take what readers share. */
class LaggingStream extends Duplex implements SharedSink {
  readonly heard: Message[] = [];
  isLagging = false;

  constructor() {
    super({ objectMode: true });
  }

  override _read(): void { /* it is pushed to */ }

  override _write(message: Message, _encoding: string, callback: () => void): void {
    this.heard.push(message);
    callback();
  }

  takesMore(): boolean {
    return !this.isLagging;
  }

  sendShared({ texts }: SharedMessages): boolean {
    if (this.isLagging) return false;
    this.heard.push(...texts.map((text) => JSON.parse(text) as Message));
    return true;
  }

  onceDrained(): void { /* it stays as it is */ }

  says(message: Message & Readonly<Record<string, unknown>>): void {
    this.push(message);
  }

  answered(a: string, seq?: number): Message | undefined {
    return this.heard.find((message) => message.a === a && (seq === undefined || message.seq === seq));
  }
}

const edit = (v: number, seq: number): Message & Readonly<Record<string, unknown>> => ({ a: 'op', c: 'dashboards', d: 'd', v, seq, x: {}, op: [{ p: ['n'], na: 1 }] });

async function follower(t: TestContext): Promise<{ stream: LaggingStream; access: { may: boolean }; store: SqliteStore }> {
  const store = new SqliteStore(':memory:');
  await store.start();
  const access = { may: true };
  const mayReceive = (): boolean => access.may;
  const log = { warn: () => undefined, debug: () => undefined };
  const rooms = new Rooms({ mayReceive, log });
  const engine = new Engine({ store, sealer: new Sealer(new Identities(store)), clock: systemClock, log, committed: (ops) => { rooms.deliver(ops); } });
  rooms.attach(engine);
  const backend = new Backend(engine, rooms, new StoreMilestones(store), { authorOf: () => null, mayReceive, passed: () => undefined, log, clock: systemClock });
  t.after(async () => {
    await engine.drain();
    await store.stop();
  });
  const stream = new LaggingStream();
  backend.listen(stream);
  stream.says({ a: 'hs', protocol: 1, protocolMinor: 2, id: 'me' });
  stream.says({ a: 'op', c: 'dashboards', d: 'd', v: 0, seq: 1, create: { type: 'http://sharejs.org/types/JSONv0', data: { n: 0 } } });
  await until('the answer', () => stream.answered('op', 1) !== undefined);
  stream.says({ a: 's', c: 'dashboards', d: 'd', v: 1 });
  await until('the answer', () => stream.answered('s') !== undefined);
  return { stream, access, store };
}

const logged = async (store: SqliteStore, length: number): Promise<void> => {
  await until('the log', async () => (await store.readOps('dashboards', 'd', 0, 99)).length === length);
};

test('ENGINE-23 who stops following a document while the answer to an edit is on the way is answered all the same', async (t) => {
  const { stream, store } = await follower(t);
  stream.isLagging = true;
  stream.says(edit(1, 2));
  await logged(store, 2);
  assert.equal(stream.answered('op', 2), undefined, 'it waits for the socket');
  stream.says({ a: 'u', c: 'dashboards', d: 'd' });
  await until('the answer', () => stream.answered('op', 2) !== undefined);
  assert.equal(stream.answered('op', 2)?.v, 1);
  assert.equal(stream.answered('op', 2)?.error, undefined);
});

test('ENGINE-24 who loses access while an edit is on the way hears that it was saved, and nothing of the others', async (t) => {
  const { stream, access, store } = await follower(t);
  stream.says(edit(1, 2));
  stream.says(edit(1, 3));
  access.may = false;
  await logged(store, 3);
  await until('the answer', () => stream.answered('op', 3) !== undefined);
  const told = stream.heard.filter(({ a, seq }) => a === 'op' && (seq ?? 0) > 1);
  assert.deepEqual(told.map(({ seq, v, error, ...rest }) => ({ seq, v, error, op: 'op' in rest })), [2, 3].map((seq) => ({ seq, v: seq - 1, error: undefined, op: false })));
});
