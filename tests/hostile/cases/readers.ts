import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { limits } from '../../../model/limits.ts';
import { Person } from '../../person.ts';
import { until } from '../../until.ts';
import type { Answer, HostileCase, World } from '../world.ts';

/** Attacks by how much is asked for, and by not reading it. */

const note = { kind: 'note', tab: 't', title: '', box: { x: 0, y: 0, w: 3, h: 3 }, settings: { text: 'x'.repeat(90_000) } };

/** A dashboard of this many notes of 90 kB. */
async function large({ ben }: World, notes: number): Promise<string> {
  const widgets = Object.fromEntries(Array.from({ length: notes }, (_, i) => [`n${String(i)}`, note]));
  const { body } = await ben.call('POST', '/api/dashboards', { dashboard: { schema: 1, title: 'Large', description: '', tabs: { t: { title: '', order: 'a' } }, variables: {}, widgets, datasets: {} } });
  return body['id'] as string;
}

/** As many as one message may ask for, of a megabyte each: one after the other, for it is not how they are made that is looked at. */
async function largeOnes(world: World): Promise<string[]> {
  const ids = [];
  for (let i = 0; i < limits.bulkIdsMax; i++) ids.push(await large(world, 11));
  return ids;
}

/** A socket that does nothing with what it gets: parsing it here would hold up those who are looked at. */
async function open({ url, ben }: World): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/sync`, { headers: { authorization: `Bearer ${ben.token}` } });
  socket.on('error', () => undefined);
  await once(socket, 'open');
  return socket;
}

/** What a server that was asked for too much, or was not read, may hold for one reader, and some garbage beside it. */
const flatBytes = 150_000_000;
/** An edit of a megabyte is checked, sealed and written to SQLite in 40 to 60 ms, and its texts are garbage then: their collection may come in the same turn. */
const megabyteTurnMsMax = 150;
/** Where the server has fifty dashboards of a megabyte open besides, each with the op that made it and perhaps its snapshot on the way. */
const flatWithDocumentsBytes = 400_000_000;

/** Runs an attack, and looks at others and at the server's memory meanwhile. */
const flat = (name: string, expected: Answer, attack: (world: World) => Promise<{ readonly end: () => void; readonly answer: Answer }>, { mostBytes = flatBytes, ...others }: { readonly mostBytes?: number; readonly turnMsMax?: number } = {}): HostileCase => ({
  name, expected, ...others,
  run: async (world) => {
    const before = await world.heldBytes();
    const { end, answer } = await attack(world);
    try {
      for (let i = 0; i < 5; i++) await world.checkOthers();
      const grown = (await world.heldBytes()) - before;
      return grown < mostBytes ? answer : `${String(Math.round(grown / 1e6))} MB more in memory`;
    } finally {
      end();
    }
  },
});

/** A request whose answer is read for its first bytes only. */
async function halfRead(world: World, path: string): Promise<Socket> {
  const { hostname, port, host } = new URL(world.url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${world.ben.token}\r\n\r\n`);
  await once(socket, 'data');
  socket.pause();
  return socket;
}

export const readerCases: readonly HostileCase[] = [
  flat('50 dashboards of 1 MB in one subscription', 'ok', async (world) => {
    const ids = await largeOnes(world);
    const socket = await open(world);
    socket.send(JSON.stringify({ a: 'bs', c: 'dashboards', b: ids }));
    return { end: () => { socket.terminate(); }, answer: 'ok' };
  }, { mostBytes: flatWithDocumentsBytes, turnMsMax: megabyteTurnMsMax }),
  flat('50 dashboards of 1 MB in one subscription, never read', 'ok', async (world) => {
    const ids = await largeOnes(world);
    const socket = await open(world);
    socket.pause();
    socket.send(JSON.stringify({ a: 'bs', c: 'dashboards', b: ids }));
    return { end: () => { socket.terminate(); }, answer: 'ok' };
  }, { mostBytes: flatWithDocumentsBytes, turnMsMax: megabyteTurnMsMax }),
  flat('100 ops of 900 kB in one go', 'ok', async (world) => {
    const id = await large(world, 1);
    const socket = await open(world);
    const notes = Array.from({ length: 10 }, (_, i) => ['widgets', `more-${String(i)}`]);
    for (let i = 0; i < 100; i++) socket.send(JSON.stringify({ a: 'op', c: 'dashboards', d: id, v: 1 + i, seq: 1 + i, op: notes.map((p) => (i % 2 === 0 ? { p, oi: note } : { p, od: note })) }));
    return { end: () => { socket.terminate(); }, answer: 'ok' };
  }, { turnMsMax: megabyteTurnMsMax }),
  ...(['f', 's'] as const).map((a) => flat(`all ops from the first again and again (${a}), never read`, 'ok', async (world) => {
    const id = await large(world, 1);
    const writer = await open(world);
    const p = ['widgets', 'more'];
    for (let i = 0; i < 60; i++) writer.send(JSON.stringify({ a: 'op', c: 'dashboards', d: id, v: 1 + i, seq: 1 + i, op: [i % 2 === 0 ? { p, oi: note } : { p, od: note }] }));
    await until('the ops are there', async () => (await world.ben.call('GET', `/api/dashboards/${id}`)).body['v'] === 61);
    writer.terminate();
    const reader = await open(world);
    reader.pause();
    for (let i = 0; i < 400; i++) reader.send(JSON.stringify({ a, c: 'dashboards', d: id, v: 0 }));
    return { end: () => { reader.terminate(); }, answer: 'ok' };
  })),
  flat('100 downloads of 1 MB that nobody reads on', 'ok', async (world) => {
    const id = await large(world, 11);
    const sockets = await Promise.all(Array.from({ length: 100 }, () => halfRead(world, `/api/dashboards/${id}`)));
    return { end: () => { for (const socket of sockets) socket.destroy(); }, answer: 'ok' };
  }),
  flat('100 pages of ops that nobody reads on', 'ok', async (world) => {
    const id = await large(world, 11);
    const sockets = await Promise.all(Array.from({ length: 100 }, () => halfRead(world, `/api/dashboards/${id}/ops?from=0`)));
    return { end: () => { for (const socket of sockets) socket.destroy(); }, answer: 'ok' };
  }),
  {
    name: '2,000 idle sockets of one person from five addresses, of which 1,500 are let in', expected: 'TOO_MANY_SOCKETS',
    run: async (world) => {
      const eve = await Person.signIn(world.url, `Eve ${String(Math.random())}`);
      const answers: Answer[] = [];
      const sockets: WebSocket[] = [];
      for (let i = 0; i < 40; i++) {
        await Promise.all(Array.from({ length: 50 }, (_, k) => new Promise<void>((resolve) => {
          const socket = new WebSocket(`${world.url.replace('http', 'ws')}/sync`, { headers: { authorization: `Bearer ${eve.token}` }, localAddress: `127.0.0.${String(2 + (k % 5))}` });
          const done = (answer: Answer): void => {
            answers.push(answer);
            resolve();
          };
          socket.on('error', () => { done('failed'); });
          socket.on('open', () => {
            sockets.push(socket);
            done('ok');
          });
          socket.on('unexpected-response', (_request, response) => {
            let body = '';
            response.on('data', (text: Buffer) => { body += String(text); }).on('end', () => { done((JSON.parse(body) as { error: { code: string } }).error.code); });
          });
        })));
      }
      await world.checkOthers();
      for (const socket of sockets) socket.terminate();
      const letIn = answers.filter((answer) => answer === 'ok').length;
      return letIn === 1_500 && answers.every((answer) => answer === 'ok' || answer === 'TOO_MANY_SOCKETS') ? 'TOO_MANY_SOCKETS' : `${String(letIn)} let in, ${[...new Set(answers)].join(', ')}`;
    },
  },
];
