import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { BSON } from 'mongodb';

/** What happens to the next insert that comes by. */
export type InsertFate =
  /** Half of it arrives, then the connection is cut. */
  | { readonly kind: 'cut in the middle' }
  /** It arrives and is done; the answer is swallowed and the connection cut. */
  | { readonly kind: 'cut before the answer' }
  /** It never arrives; a server says so. */
  | { readonly kind: 'refused'; readonly code: number; readonly codeName: string };

const headBytes = 16;
const opMsg = 2013;

/** Whether a message of MongoDB's wire protocol (OP_MSG, one section of kind 0 first) is an insert: its command comes first. */
function isInsert(message: Buffer): boolean {
  const first = headBytes + 4 + 1 + 4 + 1;
  return message.readInt32LE(12) === opMsg && message.toString('latin1', first, first + 7) === 'insert\0';
}

/** The answer of a server that did not do what it was asked. */
function refusal(to: Buffer, { code, codeName }: { readonly code: number; readonly codeName: string }): Buffer {
  const body = Buffer.from(BSON.serialize({ ok: 0, errmsg: codeName, code, codeName }));
  const message = Buffer.alloc(headBytes + 5);
  message.writeInt32LE(headBytes + 5 + body.length, 0);
  message.writeInt32LE(to.readInt32LE(4), 8);
  message.writeInt32LE(opMsg, 12);
  return Buffer.concat([message, body]);
}

/** Takes whole messages out of what arrives; the length stands in front of each. */
class Messages {
  private rest = Buffer.alloc(0);

  *take(chunk: Buffer): Generator<Buffer> {
    this.rest = Buffer.concat([this.rest, chunk]);
    while (this.rest.length >= 4 && this.rest.length >= this.rest.readInt32LE(0)) {
      const length = this.rest.readInt32LE(0);
      yield this.rest.subarray(0, length);
      this.rest = this.rest.subarray(length);
    }
  }
}

/** Stands before a mongod and spoils what goes through it. */
export class MongoProxy {
  /** How long each message is held on its way in. */
  delayMs = 0;
  private readonly target: number;
  private readonly server: Server;
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private fates: InsertFate[] = [];
  /** Inserts that met their fate. */
  met = 0;

  private constructor(target: number) {
    this.target = target;
    this.server = createServer((client) => { this.join(client); });
  }

  static async before(target: number): Promise<MongoProxy> {
    const proxy = new MongoProxy(target);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** What becomes of the next inserts, one after the other. */
  spoil(...fates: InsertFate[]): void {
    this.fates.push(...fates);
  }

  /** Everything goes through again. */
  heal(): void {
    this.fates = [];
    this.delayMs = 0;
  }

  /** Nothing goes through the connections that there are, and nobody is told; new ones are well. */
  freeze(): void {
    for (const pair of this.pairs) for (const socket of pair) socket.removeAllListeners('data').resume();
  }

  cutAll(): void {
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
  }

  stop(): void {
    this.cutAll();
    this.server.close();
  }

  private join(client: Socket): void {
    const server = connect(this.target, '127.0.0.1');
    const pair = [client, server] as const;
    this.pairs.add(pair);
    const cut = (): void => {
      client.destroy();
      server.destroy();
      this.pairs.delete(pair);
    };
    for (const socket of pair) socket.on('error', cut).on('close', cut);
    const inward = new Messages();
    let swallowNext = false;
    let queue = Promise.resolve();
    client.on('data', (chunk) => {
      for (const message of inward.take(chunk)) {
        const copy = Buffer.from(message);
        const { delayMs } = this;
        const pass = (): void => {
          const fate = isInsert(copy) ? this.fates.shift() : undefined;
          if (fate) this.met += 1;
          if (fate?.kind === 'refused') client.write(refusal(copy, fate));
          else if (fate?.kind === 'cut in the middle') server.write(copy.subarray(0, copy.length / 2), cut);
          else server.write(copy);
          if (fate?.kind === 'cut before the answer') swallowNext = true;
        };
        queue = delayMs === 0 ? queue.then(pass) : queue.then(() => new Promise((resolve) => setTimeout(resolve, delayMs))).then(pass);
      }
    });
    server.on('data', (chunk) => {
      if (swallowNext) cut();
      else client.write(chunk);
    });
  }
}
