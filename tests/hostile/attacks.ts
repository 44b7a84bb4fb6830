import type { Dashboard } from '../../model/dashboard.ts';
import { closeCodes, type ErrorCode } from '../../model/errors.ts';
import { call } from '../person.ts';
import type { StockClient } from '../stock-client.ts';
import { until } from '../until.ts';
import type { Answer, HostileCase, World } from './world.ts';

/** Ways to attack, as cases of the table. */

export type Message = Record<string, unknown>;

const codeOf = ({ error }: Message): Answer => (error as { readonly code?: string } | undefined)?.code ?? 'ok';

/** Asks, and makes sure that the answer repeats nothing big and that the socket lives on. */
async function ask(client: StockClient, message: unknown): Promise<Answer> {
  const answer = await client.ask(message, ({ a, error }) => error !== undefined || (a !== 'init' && a !== 'hs'));
  const size = JSON.stringify(answer).length;
  if (answer['error'] !== undefined && size >= 500) return `an answer of ${String(size)} characters`;
  await client.ask({ a: 'pp' }, ({ a }) => a === 'pp');
  return codeOf(answer);
}

/** A message that is refused; Ben's own dashboard does not change either. */
export const message = (name: string, expected: ErrorCode, build: (world: World) => unknown): HostileCase => ({
  name, expected,
  run: (world) => world.withClient(async (client) => {
    const before = await world.mineNow();
    const answer = await ask(client, build(world));
    return (await world.mineNow()).v === before.v ? answer : 'a changed document';
  }),
});

/** A message that the protocol allows, and that harms nobody. */
export const allowed = (name: string, build: (world: World) => unknown): HostileCase => ({
  name, expected: 'ok', run: (world) => world.withClient((client) => ask(client, build(world))),
});

/** An op message on Ben's own dashboard. */
export const opOn = (world: World, op: unknown, more: Message = {}): Message => ({ a: 'op', c: 'dashboards', d: world.mine, v: 1, seq: 1, op, ...more });

/** An op on Ben's own dashboard that is refused. */
export const op = (name: string, expected: ErrorCode | 'ERR_OP_VERSION_NEWER_THAN_CURRENT_SNAPSHOT', build: (world: World, mine: Dashboard) => unknown, more: Message = {}): HostileCase => ({
  name, expected,
  run: (world) => world.withClient(async (client) => {
    const before = await world.mineNow();
    const answer = await ask(client, opOn(world, build(world, before.data), { v: before.v, ...more }));
    return (await world.mineNow()).v === before.v ? answer : 'a changed document';
  }),
});

/** An op that is taken: then what is stored has to hold. */
export const taken = (name: string, build: (world: World, mine: Dashboard) => readonly object[], holds: (stored: Message, before: Dashboard, after: Dashboard, world: World) => boolean, more: Message = {}): HostileCase => ({
  name, expected: 'ok',
  run: (world) => world.withClient(async (client) => {
    const before = await world.mineNow();
    const answer = await ask(client, opOn(world, build(world, before.data), { v: before.v, ...more }));
    if (answer !== 'ok') return answer;
    const { body } = await world.ben.call('GET', `/api/dashboards/${world.mine}/ops?from=${String(before.v)}`);
    const [stored] = body['ops'] as Message[];
    return stored !== undefined && holds(stored, before.data, (await world.mineNow()).data, world) ? 'ok' : `stored as ${JSON.stringify(stored)}`;
  }),
});

/** Frames that make the server close the socket. */
export const closing = (name: string, expected: keyof typeof closeCodes | number, frames: (world: World) => Iterable<string | Buffer>): HostileCase => ({
  name, expected: typeof expected === 'number' ? expected : closeCodes[expected],
  run: (world) => world.withClient(async (client) => {
    for (const frame of frames(world)) client.sendRaw(frame);
    await until('the socket is closed', () => client.closeCode !== null);
    return client.closeCode ?? 'open';
  }),
});

export interface Request {
  readonly method?: string;
  readonly path: string | ((world: World) => string);
  readonly body?: unknown;
  /** A body that needs the world. */
  readonly bodyOf?: (world: World) => unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Left out: Ben's. */
  readonly token?: string | null | ((world: World) => string | Promise<string>);
}

/** A request of the REST API. */
export const request = (name: string, expected: ErrorCode | number, { method = 'GET', path, body: fixed, bodyOf, headers = {}, token }: Request): HostileCase => ({
  name, expected,
  run: async (world) => {
    const bearer = token === undefined ? world.ben.token : typeof token === 'function' ? await token(world) : token;
    const body = bodyOf ? bodyOf(world) : fixed;
    const where = typeof path === 'function' ? path(world) : path;
    const answer = await call(world.url, method, where, { ...(bearer === null ? {} : { token: bearer }), ...(body === undefined ? {} : { body }), headers: { ...headers } });
    return answer.body.error?.code ?? answer.status;
  },
});

/** A request to open `/sync`. */
export const upgrade = (name: string, expected: ErrorCode | 'ok', build: (world: World) => { readonly path?: string; readonly headers?: Record<string, string>; readonly protocols?: string[] }): HostileCase => ({
  name, expected,
  run: (world) => {
    const { path = '/sync', headers = {}, protocols = [] } = build(world);
    return world.upgrade(path, headers, protocols);
  },
});

/** Bytes that are no proper HTTP; the answer's status, or `closed`. */
export const bytes = (name: string, expected: Answer, parts: (world: World) => Iterable<string | Buffer>, waitMs = 0): HostileCase => ({
  name, expected, run: (world) => world.bytes(parts(world), waitMs),
});

/** Frames as bytes behind a handshake that is in order; the code that the socket is closed with. */
export const broken = (name: string, expected: Answer, opening: (world: World) => string, parts: (world: World) => Iterable<Buffer>): HostileCase => ({
  name, expected, run: (world) => world.frames(opening(world), parts(world)),
});
