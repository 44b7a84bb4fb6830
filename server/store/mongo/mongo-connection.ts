import { MongoClient, type Db, type MongoClientOptions } from 'mongodb';
import { CoboardError } from '../../../model/errors.ts';
import { innerLimits } from '../../../model/limits.ts';
import { withoutSecrets } from './mongo-address.ts';

/**
 * Appends are repeated until they are answered, so what hangs is given up soon. The address may say otherwise, name by name.
 * Polling finds a server that comes back without waiting for a stream that hangs.
 */
const patience: MongoClientOptions = {
  serverSelectionTimeoutMS: 5_000, connectTimeoutMS: 5_000, socketTimeoutMS: 20_000,
  heartbeatFrequencyMS: 2_000, serverMonitoringMode: 'poll', maxPoolSize: 20,
};

/**
 * A write is acknowledged when it is in the journal: of most of a replica set, or of the lone server. On a lone server `majority`
 * is not safer and may be less so: see docs/adr.
 */
export function guarantees(inReplicaSet: boolean): Pick<MongoClientOptions, 'writeConcern' | 'readConcern' | 'readPreference' | 'retryWrites'> {
  return {
    writeConcern: { w: inReplicaSet ? 'majority' : 1, journal: true },
    readConcern: { level: inReplicaSet ? 'majority' : 'local' },
    readPreference: 'primary',
    retryWrites: inReplicaSet,
  };
}

/** The connection to a MongoDB, made anew when it does not find its server any more. */
export class MongoConnection {
  readonly place: string;
  private readonly address: string;
  private readonly elapsed: () => number;
  private options: MongoClientOptions = {};
  private client: MongoClient | null = null;
  private database: Db | null = null;
  private since = 0;
  /** Goes up with each client, so that what belongs to one (indexes seen) is not taken for the next one's. */
  generation = 0;

  constructor(address: string, elapsed: () => number) {
    this.address = address;
    this.elapsed = elapsed;
    this.place = withoutSecrets(address);
  }

  /** Connects, with the guarantees that the server can give. @throws what the driver throws */
  async open(): Promise<void> {
    if (this.client) return;
    const chosen = Object.fromEntries(Object.entries(patience).filter(([name]) => !new RegExp(`[?&]${name}=`, 'i').test(this.address)));
    const probe = new MongoClient(this.address, chosen);
    const inSet = await isReplicaSet(probe).finally(() => probe.close());
    this.options = { ...chosen, ...guarantees(inSet), ignoreUndefined: true };
    const client = new MongoClient(this.address, this.options);
    await client.connect().catch(async (error: unknown) => {
      await client.close();
      throw error;
    });
    this.adopt(client);
  }

  async close(): Promise<void> {
    const client = this.client;
    this.client = null;
    this.database = null;
    await client?.close();
  }

  /** @throws CoboardError STORE_UNAVAILABLE when it is closed */
  get db(): Db {
    if (!this.database) throw this.unavailable('is closed');
    return this.database;
  }

  /** The connected client itself. */
  get connected(): MongoClient {
    if (!this.client) throw this.unavailable('is closed');
    return this.client;
  }

  /** Runs a step, for a while. @throws CoboardError STORE_UNAVAILABLE for whatever it throws, with the place */
  async use<T>(step: (db: Db) => Promise<T>): Promise<T> {
    const { db } = this;
    const { client } = this;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        // a connection that is dead without having been closed: nothing that waits on it will be answered
        if (client === this.client) this.renew();
        reject(new Error(`no answer for ${String(innerLimits.storeStepPatienceMs / 1_000)} s`));
      }, innerLimits.storeStepPatienceMs);
    });
    try {
      return await Promise.race([step(db), late]);
    } catch (error) {
      this.failed(error);
      throw this.unavailable('failed', error);
    } finally {
      clearTimeout(timer);
    }
  }

  unavailable(what: string, cause?: unknown): CoboardError {
    if (cause instanceof CoboardError) return cause;
    const words = cause instanceof Error ? `: ${cause.message}` : '';
    return new CoboardError('STORE_UNAVAILABLE', `The store ${this.place} ${what}${words}`, { cause });
  }

  private adopt(client: MongoClient): void {
    this.client = client;
    // made once: the driver looks at every option each time
    this.database = client.db();
    this.since = this.elapsed();
    this.generation += 1;
  }

  private failed(error: unknown): void {
    const isLost = error instanceof Error && error.name === 'MongoServerSelectionError';
    if (isLost && this.elapsed() - this.since >= innerLimits.storeRenewAfterMs) this.renew();
  }

  private renew(): void {
    const lost = this.client;
    if (!lost) return;
    this.adopt(new MongoClient(this.address, this.options));
    // it may hang; nobody waits for it
    void lost.close(true).catch(() => undefined);
  }
}

async function isReplicaSet(client: MongoClient): Promise<boolean> {
  const hello = await client.db().command({ hello: 1 });
  // a sharded cluster's router says so in `msg`; behind it are replica sets
  return typeof hello['setName'] === 'string' || hello['msg'] === 'isdbgrid';
}
