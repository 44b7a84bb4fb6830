import { once } from 'node:events';
import { connect } from 'node:net';
import type { TestContext } from 'node:test';
import { closeCodes, CoboardError } from '../../model/errors.ts';
import type { ServerLimits } from '../../model/limits.ts';
import type { CoboardServer } from '../../server/build-server.ts';
import { SqliteStore } from '../../server/store/sqlite/sqlite-store.ts';
import type { Append, AppendOutcome, StoredOp } from '../../server/store/store.ts';
import { call, Person } from '../person.ts';
import { StockClient } from '../stock-client.ts';
import { startServer } from '../test-server.ts';
import { until } from '../until.ts';

/** A store whose appends wait and whose reads of the log fail while a test wants that. */
class StubbornStore extends SqliteStore {
  readsFail = false;
  private appendsWait: Promise<void> = Promise.resolve();
  private goOn: () => void = () => undefined;

  /** It takes nothing from here on. */
  hold(): void {
    this.appendsWait = new Promise((resolve) => { this.goOn = resolve; });
  }

  release(): void {
    this.goOn();
  }

  override async append(entries: readonly Append[]): Promise<readonly AppendOutcome[]> {
    await this.appendsWait;
    return super.append(entries);
  }

  override readOps(...which: Parameters<SqliteStore['readOps']>): Promise<StoredOp[]> {
    return this.readsFail ? Promise.reject(new CoboardError('STORE_UNAVAILABLE')) : super.readOps(...which);
  }
}

export interface Stage { readonly server: CoboardServer; readonly ben: Person; readonly store: StubbornStore }

export async function stage(t: TestContext, changed: Partial<ServerLimits> = {}): Promise<Stage> {
  const store = new StubbornStore(':memory:');
  const server = await startServer({ limits: changed }, { store });
  t.after(() => {
    store.release();
    return server.stop();
  });
  return { server, store, ben: await Person.signIn(server.url, 'Ben') };
}

export async function client(t: TestContext, ben: Person): Promise<StockClient> {
  const made = new StockClient(ben);
  t.after(() => made.close());
  await made.connected();
  return made;
}

export const typed = (id: string, v: number, seq: number): object => ({ a: 'op', c: 'dashboards', d: id, v, seq, op: [{ p: ['description'], t: 'text0', o: [{ p: 0, i: 'x' }] }] });

/** How often the metrics say that a limit was hit, or a code answered. */
export async function counted({ server }: Pick<Stage, 'server'>, metric: string): Promise<number> {
  const text = String((await call(server.url, 'GET', '/metrics')).body['text']);
  return Number(text.split('\n').find((line) => line.startsWith(metric))?.split(' ')[1] ?? 0);
}

/** How a limit is hit, and what that is answered with: a code, a close code, or a status. */
export interface Hit {
  /** What the option says. */
  readonly value: number;
  /** Others that must not be in the way. */
  readonly more?: Partial<ServerLimits>;
  readonly hit: (stage: Stage, t: TestContext) => Promise<unknown>;
  readonly answer: unknown;
}

async function closeOf(socket: StockClient, frames: readonly string[]): Promise<number | null> {
  for (const frame of frames) socket.sendRaw(frame);
  await until('it is closed', () => socket.closeCode !== null);
  return socket.closeCode;
}

async function codeOf(socket: StockClient, message: object): Promise<string | undefined> {
  const { error } = await socket.ask(message, (answer) => answer['error'] !== undefined);
  return (error as { code?: string } | undefined)?.code;
}

const op = ({ a }: Record<string, unknown>): boolean => a === 'op';

/** Sends an edit that nobody waits for, and gives what closes its socket. */
async function closedBy(socket: StockClient, ...messages: readonly object[]): Promise<number | null> {
  return closeOf(socket, messages.map((message) => JSON.stringify(message)));
}

/** Says something on a plain connection and waits until the server ends it. */
async function ended({ url }: CoboardServer, said: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).on('error', () => undefined).resume();
  socket.write(said);
  await once(socket, 'close');
  return 'ended';
}

/** More edits than may wait for a store that takes none. */
async function overfilled({ ben, store }: Stage, t: TestContext): Promise<number | null> {
  const id = await ben.create('x');
  store.hold();
  const socket = await client(t, ben);
  socket.sendRaw(typed(id, 1, 1));
  await socket.ask({ a: 'pp' }, ({ a }) => a === 'pp');
  return closedBy(socket, typed(id, 1, 2), typed(id, 1, 3));
}

async function edits(ben: Person, t: TestContext, count: number): Promise<{ readonly id: string; readonly socket: StockClient }> {
  const [id, socket] = [await ben.create('x'), await client(t, ben)];
  for (let seq = 1; seq <= count; seq++) await socket.ask(typed(id, seq, seq), op);
  return { id, socket };
}

const note = { kind: 'note', tab: 't', title: '', box: { x: 0, y: 0, w: 3, h: 3 }, settings: { text: 'x'.repeat(90_000) } };

/** A dashboard of a megabyte. */
async function large(ben: Person): Promise<string> {
  const widgets = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`n${String(i)}`, note]));
  const { body } = await ben.call('POST', '/api/dashboards', { dashboard: { schema: 1, title: 'x', description: '', tabs: { t: { title: '', order: 'a' } }, variables: {}, widgets, datasets: {} } });
  return body['id'] as string;
}

/** One who has a dashboard open and reads nothing any more. Gone without a goodbye at the end, which it would not read either. */
async function deaf(t: TestContext, ben: Person, id: string): Promise<StockClient> {
  const made = new StockClient(ben);
  t.after(() => { made.cut(); });
  await made.connected();
  await made.subscribe(id);
  made.pause();
  return made;
}

/** One who reads nothing while somebody else edits more than the network between takes off the server. */
async function lag({ ben }: Stage, t: TestContext): Promise<void> {
  const [id, editor] = [await large(ben), await client(t, ben)];
  await deaf(t, ben, id);
  const { version } = await editor.subscribe(id);
  for (let i = 0; i < 150; i++) {
    const p = ['widgets', 'more'];
    await editor.ask({ a: 'op', c: 'dashboards', d: id, v: (version ?? 0) + i, seq: i + 1, op: [i % 2 === 0 ? { p, oi: note } : { p, od: note }] }, op);
  }
}

/** Whoever reads nothing does not see that the socket is closed; the server counts it. */
async function cutOff(server: CoboardServer): Promise<string> {
  while ((await counted({ server }, `coboard_refusals_total{code="${String(closeCodes.readerTooSlow)}"}`)) === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  return 'cut off';
}

async function untilRefused(ask: () => Promise<string | undefined>): Promise<string | undefined> {
  for (;;) {
    const code = await ask();
    if (code !== undefined) return code;
  }
}

/** Every limit that refuses, cuts off or leaves out, and how it is hit. */
export const hits: Partial<Record<keyof ServerLimits, Hit>> = {
  documentBytesMax: {
    value: 1_000, answer: { code: 'DOCUMENT_FULL', message: 'A dashboard has at most 1000 bytes.' },
    hit: async ({ ben }, t) => {
      const id = await ben.create('x');
      const socket = await client(t, ben);
      return (await socket.ask({ ...typed(id, 1, 1), op: [{ p: ['description'], oi: 'x'.repeat(1_500) }] }, ({ a, error }) => a === 'op' && error !== undefined))['error'];
    },
  },
  messageBytesMax: {
    value: 2_000, answer: closeCodes.messageTooLarge,
    hit: async ({ ben }, t) => closeOf(await client(t, ben), ['x'.repeat(2_001)]),
  },
  messageDepthMax: {
    value: 5, answer: closeCodes.messageInvalid,
    hit: async ({ ben }, t) => closeOf(await client(t, ben), ['[[[[[[]]]]]]']),
  },
  messagesPerSecondMax: {
    value: 10, answer: closeCodes.tooFast,
    hit: async ({ ben }, t) => closeOf(await client(t, ben), Array.from({ length: 1_100 }, () => '{"a":"pp"}')),
  },
  subscriptionsPerSocketMax: {
    value: 1, answer: 'SUBSCRIPTIONS_TOO_MANY',
    hit: async ({ ben }, t) => codeOf(await client(t, ben), { a: 'bs', c: 'dashboards', b: [await ben.create('a'), await ben.create('b')] }),
  },
  presencePerSocketMax: {
    value: 1, answer: 'PRESENCE_TOO_MANY',
    hit: async ({ ben }, t) => {
      const [id, socket] = [await ben.create('x'), await client(t, ben)];
      await socket.ask({ a: 'p', ch: `dashboards.${id}`, id: 'one', pv: 1, p: {} }, ({ a }) => a === 'p');
      return codeOf(socket, { a: 'p', ch: `dashboards.${id}`, id: 'two', pv: 1, p: {} });
    },
  },
  presenceRoomsPerSocketMax: {
    value: 1, answer: 'PRESENCE_TOO_MANY',
    hit: async ({ ben }, t) => {
      const [one, other, socket] = [await ben.create('x'), await ben.create('y'), await client(t, ben)];
      await socket.ask({ a: 'p', ch: `dashboards.${one}`, id: 'one', pv: 1, p: {} }, ({ a }) => a === 'p');
      return codeOf(socket, { a: 'p', ch: `dashboards.${other}`, id: 'one', pv: 1, p: {} });
    },
  },
  dashboardsPerPersonMax: {
    value: 1, answer: 'DASHBOARDS_TOO_MANY',
    hit: async ({ ben }) => {
      await ben.create('x');
      return (await ben.call('POST', '/api/dashboards', { title: 'y' })).body.error?.code;
    },
  },
  presenceBytesMax: {
    value: 50, answer: 'PRESENCE_INVALID',
    hit: async ({ ben }, t) => codeOf(await client(t, ben), { a: 'p', ch: `dashboards.${await ben.create('x')}`, id: 'one', pv: 1, p: { selection: ['aaaaaaaaaa'] } }),
  },
  socketsPerUserMax: {
    value: 1, answer: 1006,
    hit: async ({ ben }, t) => {
      await client(t, ben);
      const second = new StockClient(ben);
      await until('it is refused', () => second.closeCode !== null);
      return second.closeCode;
    },
  },
  socketsMax: {
    value: 1, answer: 1006,
    hit: async ({ ben, server }, t) => {
      await client(t, ben);
      const second = new StockClient(await Person.signIn(server.url, 'Ana'));
      await until('it is refused', () => second.closeCode !== null);
      return second.closeCode;
    },
  },
  signInsPerMinuteMax: {
    value: 2, answer: 'TOO_MANY_REQUESTS',
    hit: async ({ server }) => {
      await call(server.url, 'POST', '/api/session', { body: { name: 'a' } });
      return (await call(server.url, 'POST', '/api/session', { body: { name: 'b' } })).body.error?.code;
    },
  },
  accessRequestsPerMinuteMax: {
    value: 1, answer: 'TOO_MANY_REQUESTS',
    hit: async ({ ben }) => {
      const ask = async (): Promise<string | undefined> => (await ben.call('POST', '/api/dashboards/none/access-requests', { role: 'viewer' })).body.error?.code;
      return (await ask()) ?? ask();
    },
  },
  opsPerSecondMax: {
    value: 50, answer: 'waited', more: { opsBurstMax: 1 },
    hit: async ({ ben }, t) => {
      await edits(ben, t, 3);
      return 'waited';
    },
  },
  opWaitMsMax: {
    value: 10, answer: closeCodes.tooFast, more: { opsPerSecondMax: 1, opsBurstMax: 1 },
    hit: async ({ ben }, t) => {
      const id = await ben.create('x');
      return closedBy(await client(t, ben), typed(id, 1, 1), typed(id, 1, 2), typed(id, 1, 3));
    },
  },
  opBehindMax: {
    value: 2, answer: 'OP_TOO_FAR_BEHIND',
    hit: async ({ ben }, t) => {
      const { id, socket } = await edits(ben, t, 4);
      return codeOf(socket, typed(id, 1, 9));
    },
  },
  pendingOpsMax: {
    value: 1, answer: closeCodes.storeUnavailable,
    hit: overfilled,
  },
  pendingBytesMax: {
    value: 1, answer: closeCodes.storeUnavailable,
    hit: overfilled,
  },
  commitPatienceMs: {
    value: 60, answer: closeCodes.storeUnavailable,
    hit: async ({ ben, store }, t) => {
      const id = await ben.create('x');
      store.hold();
      return closedBy(await client(t, ben), typed(id, 1, 1));
    },
  },
  storePatienceMs: {
    value: 60, answer: 'STORE_UNAVAILABLE', more: { recentOpsMax: 1 },
    hit: async ({ ben, store }, t) => {
      const { id } = await edits(ben, t, 5);
      store.readsFail = true;
      return (await ben.call('GET', `/api/dashboards/${id}/ops?from=0`)).body.error?.code;
    },
  },
  opsPageMax: {
    value: 2, answer: 2,
    hit: async ({ ben }, t) => ((await ben.call('GET', `/api/dashboards/${(await edits(ben, t, 4)).id}/ops`)).body['ops'] as object[]).length,
  },
  opsPageBytesMax: {
    value: 10, answer: 1,
    hit: async ({ ben }, t) => ((await ben.call('GET', `/api/dashboards/${(await edits(ben, t, 4)).id}/ops?from=1`)).body['ops'] as object[]).length,
  },
  bodyBytesMax: {
    value: 100, answer: 'REQUEST_TOO_LARGE',
    hit: async ({ ben }) => (await ben.call('POST', '/api/dashboards/none/access-requests', { role: 'viewer', note: 'x'.repeat(150) })).body.error?.code,
  },
  connectionsMax: {
    value: 4, answer: 'ended',
    hit: async ({ server }, t) => {
      const { hostname, port } = new URL(server.url);
      const held = Array.from({ length: 4 }, () => connect(Number(port), hostname).on('error', () => undefined));
      t.after(() => { for (const socket of held) socket.destroy(); });
      await Promise.all(held.filter(({ connecting }) => connecting).map((socket) => once(socket, 'connect')));
      const last = connect(Number(port), hostname).on('error', () => undefined);
      await once(last, 'close');
      // so that somebody can ask what was counted
      for (const socket of held) socket.destroy();
      return 'ended';
    },
  },
  headTimeoutMs: { value: 200, answer: 'ended', hit: ({ server }) => ended(server, 'GET /sync HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n') },
  requestTimeoutMs: {
    value: 400, answer: 'ended', more: { headTimeoutMs: 200 },
    hit: ({ server }) => ended(server, 'POST /api/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{'),
  },
  requestsPerSecondMax: {
    value: 1, answer: 'TOO_MANY_REQUESTS', more: { requestsBurstMax: 5 },
    hit: ({ server }) => untilRefused(async () => (await call(server.url, 'GET', '/api/config')).body.error?.code),
  },
  upgradesPerSecondMax: {
    value: 1, answer: 1006, more: { upgradesBurstMax: 1 },
    hit: async ({ ben }, t) => {
      await client(t, ben);
      const second = new StockClient(ben);
      await until('it is refused', () => second.closeCode !== null);
      return second.closeCode;
    },
  },
  presenceRoomMax: {
    value: 1, answer: 'PRESENCE_TOO_MANY',
    hit: async ({ ben }, t) => {
      const [id, one, two] = [await ben.create('x'), await client(t, ben), await client(t, ben)];
      await one.ask({ a: 'p', ch: `dashboards.${id}`, id: 'one', pv: 1, p: {} }, ({ a }) => a === 'p');
      return codeOf(two, { a: 'p', ch: `dashboards.${id}`, id: 'two', pv: 1, p: {} });
    },
  },
  peopleMax: {
    value: 1, answer: 'signed in, and not suggested',
    hit: async ({ ben, server }) => {
      await Person.signIn(server.url, 'Ana');
      const { users } = (await ben.call('GET', '/api/users?q=')).body as unknown as { readonly users: readonly { readonly name: string }[] };
      return users.some(({ name }) => name === 'Ana') ? 'suggested' : 'signed in, and not suggested';
    },
  },
  socketBufferBytesMax: {
    value: 100_000, answer: 'cut off',
    hit: async ({ ben, server }, t) => {
      const id = await large(ben);
      const socket = await deaf(t, ben, id);
      // more than the network between takes off the server
      for (let i = 0; i < 60; i++) socket.sendRaw({ a: 'f', c: 'dashboards', d: id });
      return cutOff(server);
    },
  },
  readerLagBytesMax: {
    value: 1_000, answer: 'left out',
    hit: async (here, t) => {
      await lag(here, t);
      return 'left out';
    },
  },
  readerLagMsMax: {
    value: 50, answer: 'cut off', more: { readerLagBytesMax: 1_000 },
    hit: async (here, t) => {
      await lag(here, t);
      return cutOff(here.server);
    },
  },
};

/** What bounds work, memory or delay, and refuses nobody anything: there is nothing to count. */
export const bounds: ReadonlySet<keyof ServerLimits> = new Set([
  // counted as the rates whose bursts they are
  'messagesBurstMax', 'opsBurstMax', 'requestsBurstMax', 'upgradesBurstMax',
  // how much is done at once, and how often
  'appendOpsMax', 'appendBytesMax', 'snapshotOpsMax', 'snapshotDelayMs', 'milestoneOps', 'checkpointOps', 'checkpointDelayMs', 'archiveOpsMax', 'housekeepingDelayMs', 'housekeepingEveryMs',
  'historyGapMs', 'historyRunMs', 'historyQuietMs', 'historyBehindMax', 'frameCharsMax', 'turnSliceMs', 'hearingSliceMs', 'rebasePageOps', 'presenceFramesPerSecondMax', 'arrivalsAtOnceMax',
  // what is forgotten or kept elsewhere when there is more
  'recentOpsMax', 'recentBytesMax', 'documentsInMemoryMax', 'documentsInMemoryBytesMax', 'identitiesMax', 'documentSizesMax', 'addressesMax', 'deviceCharsMax', 'subscriptionWaitMs',
  // how long somebody who goes anyway has for it
  'sessionDurationMs', 'drainDeadlineMs', 'refusedBodyMs', 'errorGraceMs', 'goodbyeMs', 'stopGraceMs',
]);
