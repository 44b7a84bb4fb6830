import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { limits } from '../../../model/limits.ts';
import { StockClient } from '../../stock-client.ts';
import { opOn } from '../attacks.ts';
import type { HostileCase, World } from '../world.ts';

/** Opens plain connections that say this much and then nothing; gives a function that ends them. */
async function idle({ url }: World, count: number, said = ''): Promise<() => void> {
  const { hostname, port } = new URL(url);
  const sockets = await Promise.all(Array.from({ length: count }, () => new Promise<Socket>((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      if (said !== '') socket.write(said);
      resolve(socket);
    });
    socket.on('error', () => undefined);
  })));
  return () => { for (const socket of sockets) socket.destroy(); };
}

/** Runs while connections are held open; others are looked at meanwhile. */
const holding = (name: string, hold: (world: World) => Promise<() => void>): HostileCase => ({
  name, expected: 'ok',
  run: async (world) => {
    const end = await hold(world);
    try {
      await world.checkOthers();
      return 'ok';
    } finally {
      end();
    }
  },
});

/** Attacks by much, and by slowness. */
export const loadCases: readonly HostileCase[] = [
  holding('1,000 connections that say nothing', (world) => idle(world, 1_000)),
  holding('500 requests that never end', (world) => idle(world, 500, 'POST /api/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{')),
  holding('500 handshakes that never end', (world) => idle(world, 500, 'GET /sync HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n')),
  holding('300 sockets that are opened and left alone', async (world) => {
    const clients = Array.from({ length: 300 }, () => new StockClient(world.ben));
    await Promise.all(clients.map((client) => client.connected()));
    return () => { for (const client of clients) client.cut(); };
  }),
  {
    name: 'an op of 1,000 components on a document that is 1,500 ops further', expected: 'ok',
    run: async (world) => {
      const board = await world.ben.create('Far behind', 'launch-room');
      return world.withClient(async (client) => {
        const doc = await client.subscribe(board);
        const { version } = doc;
        const note = Object.entries(doc.data.widgets).find(([, { kind }]) => kind === 'note')?.[0] ?? '';
        const path = ['widgets', note, 'settings', 'text'];
        // each of them many changes: the most that a client can ask to be transformed past
        for (let i = 0; i < 15; i++) {
          await client.submit(board, Array.from({ length: 100 }, () => ({ p: path, t: 'text0', o: Array.from({ length: 9 }, (_, at) => ({ p: at, i: 'x' })) })));
        }
        return world.withClient(async (late) => {
          const text = Array.from({ length: limits.opComponentsMax / 2 }, (_, at) => ({ p: at, i: 'y' }));
          const sent = late.ask(opOn(world, [{ p: path, t: 'text0', o: text.slice(0, 499) }, { p: path, t: 'text0', o: text.slice(0, 499) }], { d: board, v: version }), ({ a }) => a === 'op');
          await world.checkOthers();
          return (await sent)['error'] === undefined ? 'ok' : JSON.stringify(await sent).slice(0, 300);
        });
      });
    },
  },
  {
    name: '200 subscriptions and ends of them in one go', expected: 'ok',
    run: (world) => world.withClient(async (client) => {
      for (let i = 0; i < 200; i++) client.sendRaw({ a: i % 2 === 0 ? 's' : 'u', c: 'dashboards', d: world.mine });
      await client.ask({ a: 'pp' }, ({ a }) => a === 'pp');
      return 'ok';
    }),
  },
  {
    name: '500 joins of one presence room in one go', expected: 'ok',
    run: (world) => world.withClient(async (client) => {
      for (let i = 0; i < 500; i++) client.sendRaw({ a: i % 2 === 0 ? 'ps' : 'pu', ch: `dashboards.${world.mine}`, seq: i });
      await client.ask({ a: 'pp' }, ({ a }) => a === 'pp');
      return 'ok';
    }),
  },
  {
    name: 'the whole document 400 times, never read', expected: 'ok',
    run: (world) => world.withClient(async (client) => {
      client.pause();
      for (let i = 0; i < 400; i++) client.sendRaw({ a: 'f', c: 'dashboards', d: world.mine });
      await world.checkOthers();
      return 'ok';
    }),
  },
  {
    name: 'a document of 1.5 MB 100 times', expected: 'ok',
    run: async (world) => {
      const board = await world.ben.create('Large', 'launch-room');
      return world.withClient(async (client) => {
        const { data: { widgets } } = await client.subscribe(board);
        const note = Object.values(widgets).find(({ kind }) => kind === 'note');
        for (let i = 0; i < 17; i++) await client.submit(board, [{ p: ['widgets', `large-${String(i)}`], oi: { ...note, settings: { text: 'x'.repeat(90_000) } } }]);
        // one that reads what it gets and does nothing with it: parsing it here would hold up those who are looked at
        const socket = new WebSocket(`${world.url.replace('http', 'ws')}/sync`, { headers: { authorization: `Bearer ${world.ben.token}` } });
        await once(socket, 'open');
        for (let i = 0; i < 100; i++) socket.send(JSON.stringify({ a: 'f', c: 'dashboards', d: board }));
        await world.checkOthers();
        socket.terminate();
        return 'ok';
      });
    },
  },
];
