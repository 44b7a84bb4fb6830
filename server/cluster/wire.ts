import { randomUUID } from 'node:crypto';
import { createClient } from 'redis';
import RedisPubSub from 'sharedb-redis-pubsub';
import { innerLimits } from '../../model/limits.ts';

/** What servers on one store tell each other. Nothing that must not get lost goes over it: the store is the truth. */
export interface Wire {
  /** Whether messages can be sent and heard now. */
  readonly isUp: boolean;
  /** Tells the other servers; what cannot be told now is not told. */
  publish(channel: string, message: object): void;
  /** Hears the other servers, and not oneself, from when `ready` is called; gives a function that ends it. */
  subscribe(channel: string, take: (message: unknown) => void, ready?: () => void): () => void;
  /** Calls back whenever it is up again after having been down: anything may have been missed. */
  onBack(run: () => void): void;
}

export interface RedisWireOptions {
  readonly url: string;
  /** Servers that share it hear each other; those of other stores on the same Redis do not. */
  readonly prefix: string;
  readonly log: { readonly warn: (words: string) => void; readonly info: (words: string) => void };
}

interface Letter {
  readonly from: string;
  readonly message: unknown;
}

type RedisClient = ReturnType<typeof createClient>;

/** The two connections that ShareDB's pub/sub for Redis needs. They are told from here that Redis is away; nobody else has to listen. */
export function redisPubSub({ url, prefix }: Pick<RedisWireOptions, 'url' | 'prefix'>, keepTrying: () => boolean = () => true): { readonly pubsub: RedisPubSub; readonly clients: readonly [RedisClient, RedisClient] } {
  const socket = { connectTimeout: innerLimits.redisConnectTimeoutMs, reconnectStrategy: (tries: number) => (keepTrying() ? Math.min(innerLimits.redisRetryMaxMs, 50 * 2 ** tries) : false) };
  // what is published while Redis is away is late when it is back, and only takes memory
  const client = createClient({ url, socket, disableOfflineQueue: true });
  const observer = createClient({ url, socket });
  for (const each of [client, observer]) {
    // without a listener the first error ends the process
    each.on('error', () => undefined);
    // it tries until it is told to stop
    each.connect().catch(() => undefined);
  }
  const pubsub = new RedisPubSub({ client, observer, prefix });
  pubsub.on('error', () => undefined);
  return { pubsub, clients: [client, observer] };
}

/** Over Redis, by ShareDB's own pub/sub for it, as long as Redis is there. It comes and goes without a server noticing otherwise. */
export class RedisWire implements Wire {
  private readonly from = randomUUID();
  private readonly parts: RedisWireOptions;
  private readonly clients: readonly RedisClient[];
  private readonly pubsub: RedisPubSub;
  private readonly whenBack: (() => void)[] = [];
  private wasUp = false;
  private isStopping = false;

  constructor(parts: RedisWireOptions) {
    this.parts = parts;
    const { pubsub, clients } = redisPubSub(parts, () => !this.isStopping);
    this.pubsub = pubsub;
    this.clients = clients;
    for (const each of clients) {
      each.on('error', (error: Error) => { this.changed(error); });
      each.on('ready', () => { this.changed(); });
      each.on('end', () => { this.changed(); });
    }
  }

  get isUp(): boolean {
    return this.clients.every(({ isReady }) => isReady);
  }

  onBack(run: () => void): void {
    this.whenBack.push(run);
  }

  publish(channel: string, message: object): void {
    if (!this.isUp) return;
    this.pubsub.publish([channel], { from: this.from, message }, (error) => {
      if (error && this.isUp) this.parts.log.warn(`Redis does not take a message: ${error.message}`);
    });
  }

  subscribe(channel: string, take: (message: unknown) => void, ready: () => void = () => undefined): () => void {
    let end: (() => void) | null = null;
    let isOver = false;
    this.pubsub.subscribe(channel, (error, stream) => {
      if (error || stream === undefined) {
        if (!this.isStopping) this.parts.log.warn(`Redis does not let us hear ${channel}: ${error?.message ?? 'no stream'}`);
        return;
      }
      if (isOver) {
        stream.destroy();
        return;
      }
      end = () => { stream.destroy(); };
      stream.on('data', ({ from, message }: Letter) => { if (from !== this.from) take(message); });
      ready();
    });
    return () => {
      isOver = true;
      end?.();
    };
  }

  /** Ends it after what was published last, whether Redis answers or not. */
  async stop(): Promise<void> {
    this.isStopping = true;
    const late = new Promise((resolve) => setTimeout(resolve, innerLimits.redisStopTimeoutMs).unref());
    await Promise.race([Promise.allSettled(this.clients.filter(({ isReady }) => isReady).map((client) => client.close())), late]);
    for (const client of this.clients) if (client.isOpen) client.destroy();
  }

  private changed(error?: Error): void {
    const { isUp, wasUp } = this;
    if (isUp === wasUp || this.isStopping) return;
    this.wasUp = isUp;
    if (isUp) {
      this.parts.log.info('connected to Redis');
      for (const run of this.whenBack) run();
    } else {
      this.parts.log.warn(`Redis is away${error ? ` (${error.message})` : ''}: other servers' edits are looked for in the store until it is back`);
    }
  }
}
