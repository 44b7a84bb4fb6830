import { WebSocket } from 'ws';
import type { Peer } from './peers.ts';

type Message = Record<string, unknown>;

/** Speaks ShareDB's protocol and does no transforming, so that the load stays out of the way of what is measured. */
export class LightClient {
  bytes = 0;
  frames = 0;
  /** Messages that came, however many in a frame. */
  messages = 0;
  /** Called with each frame's text once it is set; until then frames are answers. */
  listen: ((text: string) => void) | null = null;
  readonly document: string;
  private readonly socket: WebSocket;
  private waiting: ((message: Message) => boolean)[] = [];

  private constructor(peer: Peer, number: number, protocol: 'stock' | 'coboard.1') {
    this.document = peer.documents[number % peer.documents.length] ?? '';
    this.socket = new WebSocket(peer.url.replace('http', 'ws'), protocol === 'stock' ? [] : [protocol], {
      headers: peer.headers[number % peer.headers.length] ?? {}, perMessageDeflate: false, skipUTF8Validation: true,
    });
    this.socket.on('message', (data: Buffer) => {
      this.bytes += data.length;
      this.frames += 1;
      const text = data.toString('latin1');
      for (let at = 0; at >= 0; at = text.indexOf('\n', at + 1)) this.messages += 1;
      if (this.waiting.length > 0) for (const line of data.toString().split('\n')) this.answer(JSON.parse(line) as Message);
      this.listen?.(text);
    });
  }

  /** Connects and shakes hands. */
  static async open(peer: Peer, number: number, protocol: 'stock' | 'coboard.1' = 'stock'): Promise<LightClient> {
    const client = new LightClient(peer, number, protocol);
    await new Promise<void>((resolve, reject) => {
      client.socket.once('error', reject);
      client.socket.once('close', (code) => { reject(new Error(`${peer.name} closed with ${String(code)}`)); });
      void client.next(({ a }) => a === 'init').then(() => client.ask({ a: 'hs', id: null, protocol: 1, protocolMinor: 2 }, ({ a }) => a === 'hs')).then(() => { resolve(); });
    });
    // whoever goes while it is written to is no reason to end
    client.socket.on('error', () => undefined);
    return client;
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  sendText(text: string): void {
    this.socket.send(text);
  }

  next(isIt: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve) => {
      this.waiting.push((message) => {
        if (!isIt(message)) return false;
        resolve(message);
        return true;
      });
    });
  }

  ask(message: object, isAnswer: (message: Message) => boolean): Promise<Message> {
    const answer = this.next(isAnswer);
    this.send(message);
    return answer;
  }

  /** Opens the document; gives its version. */
  async subscribe(): Promise<number> {
    const { data } = await this.ask({ a: 's', c: 'dashboards', d: this.document }, ({ a }) => a === 's');
    return (data as { v: number }).v;
  }

  close(): void {
    this.socket.terminate();
  }

  private answer(message: Message): void {
    const at = this.waiting.findIndex((take) => take(message));
    if (at >= 0) this.waiting.splice(at, 1);
  }
}

/** Opens many, a few at a time. */
export async function openMany(peer: Peer, count: number, protocol: 'stock' | 'coboard.1' = 'stock'): Promise<LightClient[]> {
  const clients: LightClient[] = [];
  for (let i = 0; i < count; i += 50) clients.push(...await Promise.all(Array.from({ length: Math.min(50, count - i) }, (_, j) => LightClient.open(peer, i + j, protocol))));
  return clients;
}
