import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { benchOp } from '../bench-document.ts';
import { LightClient, openMany } from '../light-client.ts';
import { bareBroadcast, coboard, plainShareDb, type Peer } from '../peers.ts';
import { full, now, using, type Case } from './case.ts';

const fanOut = 500;
const inFlight = 8;

/** One writes, with so many on their way at once, 500 read. Deliveries a second, and bytes of each. */
async function fanOutOf(peer: Peer, protocol: 'stock' | 'coboard.1' | 'bare', bareMessage = ''): Promise<{ perSecond: number; bytes: number; message: string }> {
  const clients = protocol === 'bare' ? await bareClients(peer) : await openMany(peer, fanOut, protocol);
  const [writer] = clients;
  if (!writer) throw new Error('nobody writes');
  let version = 0;
  for (const client of clients) if (client instanceof LightClient) version = await client.subscribe();
  let [seq, isOver, message] = [0, false, bareMessage];
  const write = (): void => {
    if (isOver) return;
    seq += 1;
    if (writer instanceof LightClient) writer.send({ a: 'op', c: 'dashboards', d: writer.document, v: version, seq, x: {}, op: benchOp(0, seq) });
    else writer.sendText(bareMessage);
  };
  writer.listen = (text) => {
    // each message that comes is one of its own that has been through
    for (const line of text.split('\n')) {
      if (protocol !== 'bare') version = Math.max(version, Number(/"v":(\d+)/.exec(line)?.[1] ?? 0) + 1);
      message = line;
      write();
    }
  };
  for (let i = 0; i < inFlight; i++) write();
  await sleep(1_000);
  for (const client of clients) Object.assign(client, { bytes: 0, messages: 0 });
  const begun = now();
  await sleep(4_000);
  const seconds = (now() - begun) / 1_000;
  const [messages, bytes] = [clients.reduce((sum, each) => sum + each.messages, 0), clients.reduce((sum, each) => sum + each.bytes, 0)];
  isOver = true;
  for (const client of clients) client.close();
  return { perSecond: messages / seconds, bytes: bytes / messages, message };
}

interface BareClient { bytes: number; messages: number; listen: ((text: string) => void) | null; sendText(text: string): void; close(): void }

async function bareClients({ url }: Peer): Promise<BareClient[]> {
  return Promise.all(Array.from({ length: fanOut }, () => new Promise<BareClient>((resolve) => {
    const socket = new WebSocket(url.replace('http', 'ws'), { perMessageDeflate: false, skipUTF8Validation: true });
    const client: BareClient = { bytes: 0, messages: 0, listen: null, sendText: (text) => { socket.send(text); }, close: () => { socket.terminate(); } };
    socket.on('message', (data: Buffer) => {
      client.bytes += data.length;
      client.messages += 1;
      client.listen?.(data.toString('latin1'));
    });
    socket.once('open', () => { resolve(client); });
  })));
}

export const fanOutCase: Case = {
  name: 'one writes, 500 read',
  measure: async ({ file }, run, take) => {
    const ours = await using(coboard('Coboard on SQLite, our client', `sqlite:${file(`fan-${run}`)}`, full), (peer) => fanOutOf(peer, 'coboard.1'));
    const stock = await using(coboard('Coboard on SQLite, stock client', `sqlite:${file(`fan2-${run}`)}`, full), (peer) => fanOutOf(peer, 'stock'));
    const bare = await using(bareBroadcast(), (peer) => fanOutOf(peer, 'bare', stock.message));
    const plain = await using(plainShareDb('plain ShareDB on SQLite', file(`fan3-${run}`), full), (peer) => fanOutOf(peer, 'stock'));
    for (const [name, { perSecond, bytes }] of [['Coboard on SQLite, our client', ours], ['Coboard on SQLite, stock client', stock], ['bare ws broadcast of the same bytes', bare], ['plain ShareDB on SQLite', plain]] as const) {
      take(name, perSecond, 'deliveries/s');
      take(name, bytes, 'bytes each');
    }
  },
};
