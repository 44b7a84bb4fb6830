import { Connection } from 'sharedb/lib/client/index.js';
import { WebSocket } from 'ws';
import type { Dashboard } from '../model/dashboard.ts';
import type { Op } from '../model/json0.ts';
import type { Person } from './person.ts';

type Doc<T> = Omit<ReturnType<Connection['get']>, 'data'> & { readonly data: T };
type Presence = ReturnType<Connection['getPresence']>;
type LocalPresence = ReturnType<Presence['create']>;
type Message = Record<string, unknown>;

/** ShareDB's own client on a plain WebSocket with a bearer header: nothing of ours but the messages it kept for looking at. */
export class StockClient {
  readonly connection: Connection;
  readonly person: Person;
  /** Everything that came from the server. */
  readonly received: Message[] = [];
  closeCode: number | null = null;
  private socket: WebSocket;

  constructor(person: Person, protocols: string[] = []) {
    this.person = person;
    this.socket = this.open(protocols);
    this.connection = new Connection(this.socket as never);
    if (protocols.length > 0) splitFrames(this.socket);
    // a refusal that nobody waits for is not the test's failure; those that matter are asked for
    this.connection.on('error', () => undefined);
    this.connection.on('receive', ({ data }: { data: Message }) => this.received.push(data));
  }

  private open(protocols: string[]): WebSocket {
    const socket = new WebSocket(`${this.person.url.replace('http', 'ws')}/sync`, protocols, { headers: { authorization: `Bearer ${this.person.token}` } });
    socket.on('close', (code) => { this.closeCode = code; });
    socket.on('error', () => undefined);
    return socket;
  }

  /** @throws Error if the server closes it before */
  connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.connection.state === 'connected') resolve();
      else this.connection.once('connected', () => { resolve(); });
      this.socket.once('close', (code) => { reject(new Error(`closed with ${String(code)}`)); });
    });
  }

  /** Cuts the connection without a goodbye. */
  cut(): void {
    this.socket.terminate();
  }

  /** Reads nothing more. */
  pause(): void {
    this.socket.pause();
  }

  /** Connects anew, as the same client. */
  async reconnect(url: string = this.person.url): Promise<void> {
    Object.assign(this.person, { url });
    this.closeCode = null;
    this.socket = this.open([]);
    this.connection.bindToSocket(this.socket);
    await this.connected();
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((resolve) => this.socket.once('close', resolve));
    this.connection.close();
    await closed;
  }

  doc(id: string): Doc<Dashboard> {
    const doc = this.connection.get('dashboards', id) as unknown as Doc<Dashboard>;
    if (doc.listenerCount('error') === 0) doc.on('error', () => undefined);
    return doc;
  }

  /** Whether the dashboard is loaded; not while ShareDB loads it anew after a refusal. */
  hasData(id: string): boolean {
    const { type } = this.doc(id) as { readonly type: object | null };
    return type !== null;
  }

  async subscribe(id: string): Promise<Doc<Dashboard>> {
    const doc = this.doc(id);
    await done((callback) => { doc.subscribe(callback); });
    return doc;
  }

  async submit(id: string, op: Op): Promise<void> {
    await done((callback) => { this.doc(id).submitOp(op, undefined, callback); });
  }

  async presence(id: string): Promise<Presence> {
    const presence = this.connection.getPresence(`dashboards.${id}`);
    presence.on('error', () => undefined);
    await done((callback) => { presence.subscribe(callback); });
    return presence;
  }

  /** A raw message, and the first answer that a condition accepts. */
  async ask(message: unknown, isAnswer: (answer: Message) => boolean): Promise<Message> {
    const answer = new Promise<Message>((resolve, reject) => {
      this.socket.once('close', (code) => { reject(new Error(`closed with ${String(code)} instead of an answer`)); });
      const listen = (data: { toString(): string }): void => {
        const found = data.toString().split('\n').map((line) => JSON.parse(line) as Message).find(isAnswer);
        if (!found) return;
        this.socket.off('message', listen);
        resolve(found);
      };
      this.socket.on('message', listen);
    });
    this.sendRaw(message);
    return answer;
  }

  sendRaw(message: unknown): void {
    this.socket.send(typeof message === 'string' || message instanceof Buffer ? message : JSON.stringify(message));
  }
}

/** Whoever asks for our subprotocol gets many messages in a frame, a line each, which ShareDB's client does not take apart. */
function splitFrames(socket: WebSocket): void {
  const take = socket.onmessage;
  socket.onmessage = (event) => {
    for (const data of (event.data as Buffer | string).toString().split('\n')) take?.call(socket, { ...event, data });
  };
}

/** A call with a callback, as a promise. */
export function done(call: (callback: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => {
      if (error instanceof Error) reject(error);
      else resolve();
    });
  });
}

/** Submits one's presence. */
export const show = (presence: LocalPresence, value: unknown): Promise<void> => done((callback) => { presence.submit(value, callback); });
