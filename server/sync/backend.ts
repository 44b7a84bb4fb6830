import ShareDB from 'sharedb';
import type Agent from 'sharedb/lib/agent.js';
import ot from 'sharedb/lib/ot.js';
import type Snapshot from 'sharedb/lib/snapshot.js';
import type { Clock } from '../../model/clock.ts';
import { CoboardError } from '../../model/errors.ts';
import { serverLimits, type ServerLimits } from '../../model/limits.ts';
import type { OpAuthor } from '../../model/protocol.ts';
import type { StoredOp } from '../store/store.ts';
import { answer, EngineDb, toSnapshot } from './engine-db.ts';
import type { Engine } from './engine.ts';
import { firstWithin } from './op-size.ts';
import { Feed, isSink } from './feed.ts';
import type { AuthoredOp } from './op-author.ts';
import { sendPastOps } from './past-ops.ts';
import { partsOf, ShareDbBackend, type SubmittedOp } from './sharedb-types.ts';
import type { Rooms } from './rooms.ts';
import type { StoreMilestones } from './store-milestones.ts';
import { publicOp, Submission, type Passage, type SubmissionParts } from './submission.ts';
import { WorkTurns } from './turns.ts';

export interface SyncHooks {
  /** Who speaks through an agent; null for the server itself, which names the author on the op. */
  readonly authorOf: (agent: Agent) => OpAuthor | null;
  /** The sign-in that an agent came with; null for the server itself. */
  readonly sessionOf?: (agent: Agent) => string | null;
  /** Whether a person may still read a document. */
  readonly mayReceive: (agent: Agent, collection: string, id: string) => boolean;
  /** All is known that an op is sealed with, after so many ms; for most it is known before. */
  readonly sealable?: (tookMs: number) => void;
  /** An op became durable. */
  readonly passed: (passage: Passage) => void;
  readonly log: { readonly warn: (words: string) => void; readonly debug: (words: string) => void };
  readonly clock: Clock;
  /** Left out: those of the table. */
  readonly limits?: Partial<ServerLimits>;
}

type Callback<A extends unknown[]> = (error: Error | null, ...results: A) => void;
type SubmitCallback = (error: Error | null, ops: object[], request?: never) => void;

/**
 * ShareDB with the engine in it: it speaks the protocol and keeps the agents; ops go through our submissions to the sequencers, and
 * leave through the rooms instead of a pubsub.
 */
export class Backend extends ShareDbBackend {
  private readonly hooks: SyncHooks;
  private readonly engine: Engine;
  private readonly rooms: Rooms;
  private readonly submissionParts: SubmissionParts;
  private readonly limits: ServerLimits;

  constructor(engine: Engine, rooms: Rooms, milestones: StoreMilestones, hooks: SyncHooks) {
    quiet(hooks.log);
    super({
      db: new EngineDb(engine),
      milestoneDb: milestones,
      // presence is the roster's: see server/presence
      presence: false,
      errorHandler: (error: Error) => {
        hooks.log.warn(error.message);
      },
    });
    this.engine = engine;
    this.rooms = rooms;
    this.hooks = hooks;
    this.limits = { ...serverLimits, ...hooks.limits };
    this.submissionParts = { engine, clock: hooks.clock, passed: hooks.passed, turns: new WorkTurns(hooks.clock, this.limits.turnSliceMs), limits: this.limits };
  }

  override listen(stream: object, request?: unknown): Agent {
    const agent = super.listen(stream, request);
    const open = partsOf(agent);
    const subscribeTo = open._subscribeToStream.bind(agent);
    open._subscribeToStream = (collection, id, feed) => {
      subscribeTo(collection, id, feed);
      if (feed instanceof Feed && feed.open && isSink(open.stream)) this.rooms.join(feed, open.stream);
    };
    open._submit = (collection, id, op, callback) => {
      this.submitFor(agent, [collection, id, op], callback);
    };
    open._fetchOps = (collection, id, version, callback) => {
      this.sendOpsSince(agent, collection, id, version).then(() => { callback(); }, callback);
    };
    open._fetchBulkOps = (collection, versions, callback) => {
      Promise.all(Object.entries(versions).map(([id, version]) => this.sendOpsSince(agent, collection, id, version))).then(() => { callback(); }, callback);
    };
    return agent;
  }

  /**
   * A submission of a client. To who has the document open the op comes back with everybody else's, and that is their answer; others
   * are sent what they missed and are answered then.
   */
  private submitFor(agent: Agent, [collection, id, op]: [string, string, SubmittedOp], callback: (error: Error | null, message?: object) => void): void {
    const from = op.v;
    const feed = feedOf(agent, collection, id);
    this.submit(agent, collection, id, op, null, (error) => {
      if (!error && feed?.open === true && (feed.isCatchingUp || feed.version > (op.v ?? 0))) return;
      const acknowledged = { src: op.src, seq: op.seq, v: op.v };
      if (error) {
        const isKnown = 'code' in error && error.code === 'ERR_OP_ALREADY_SUBMITTED';
        if (isKnown) callback(null, acknowledged);
        else callback(error);
        return;
      }
      const to = op.v ?? 0;
      this.sendOps(agent, collection, id, from ?? to, to).then(() => { callback(null, acknowledged); }, callback);
    });
  }

  private async sendOpsSince(agent: Agent, collection: string, id: string, version: number): Promise<void> {
    await this.sendOps(agent, collection, id, version, (await this.engine.read(collection, id)).v);
  }

  private sendOps(agent: Agent, ...ops: [collection: string, id: string, from: number, to: number]): Promise<void> {
    return sendPastOps({ readOps: (...which) => this.engine.readOps(...which), mayReceive: this.hooks.mayReceive }, agent, ...ops);
  }

  override submit(agent: Agent, index: string, id: string, op: object, options: unknown, callback: SubmitCallback): void {
    const submitted = op as SubmittedOp & AuthoredOp;
    const begun = performance.now();
    const go = (): void => {
      const waiting = this.engine.sealer.ready(index, submitted, this.hooks.authorOf(agent) ?? submitted.by);
      if (waiting === undefined) {
        this.hooks.sealable?.(performance.now() - begun);
        this.submitReady(agent, index, id, submitted, options, callback);
      } else {
        // asked again: what was found out may have left the memory meanwhile
        waiting.then(go, (error: unknown) => { callback(error as Error, []); });
      }
    };
    go();
  }

  private submitReady(agent: Agent, index: string, id: string, submitted: SubmittedOp & AuthoredOp, options: unknown, callback: SubmitCallback): void {
    const request = new Submission(this.submissionParts, this, agent, index, id, submitted, options);
    this.stamp(agent, request, submitted);
    const end = (error: Error | null): void => {
      this.emit('submitRequestEnd', error, request);
      callback(error, [], request as never);
    };
    const malformed = ot.checkOp(submitted);
    if (malformed) {
      end(malformed);
      return;
    }
    this.trigger('submit', agent, request, (refused) => {
      if (refused) end(refused);
      else request.submit((error) => {
        if (error) end(error);
        else this.trigger('afterWrite', agent, request, (failed) => {
          end(failed ?? null);
        });
      });
    });
  }

  /** Who made it and when, by the server's clock. */
  private stamp(agent: Agent, request: Submission, op: SubmittedOp & AuthoredOp): void {
    request.start = this.hooks.clock.now();
    const client = this.hooks.authorOf(agent);
    const author = client ?? op.by;
    const reference = author && this.engine.sealer.reference(author);
    // what the server says of itself only the server says
    const [session, why] = client === null ? [op.from?.session ?? null, op.from?.why] : [this.hooks.sessionOf?.(agent) ?? null, request.extra?.w];
    op.m = { ts: request.start, ...(author === undefined ? {} : { u: author.id, n: author.name }), ...(reference === undefined ? {} : { r: reference }), ...(session === null ? {} : { s: session }), ...(why === undefined ? {} : { w: why }) };
  }

  override subscribe(agent: Agent, index: string, id: string, version: number | null | undefined, ...rest: unknown[]): void {
    const callback = rest.at(-1) as Callback<[Feed?, (Snapshot | null)?, (StoredOp[] | null)?]>;
    this.follow(agent, index, id, version ?? null).then(
      ({ feed, snapshot, ops }) => { callback(null, feed, snapshot, ops); },
      (error: unknown) => { process.nextTick(callback, error); },
    );
  }

  override subscribeBulk(agent: Agent, index: string, versions: readonly string[] | Readonly<Record<string, number | null | undefined>>, callback: Callback<never[]>): void {
    const wanted = Array.isArray(versions) ? [...new Set(versions as readonly string[])].map((id) => [id, null] as const) : Object.entries(versions as Readonly<Record<string, number | null | undefined>>).map(([id, version]) => [id, version ?? 0] as const);
    Promise.allSettled(wanted.map(async ([id, version]) => ({ id, ...await this.follow(agent, index, id, version ?? null, Math.max(1, Math.floor(this.limits.recentOpsMax / wanted.length))) }))).then((results) => {
      const followed = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) {
        for (const { feed } of followed) feed.destroy();
        process.nextTick(callback, failed.reason);
        return;
      }
      const pick = <T>(of: (one: (typeof followed)[number]) => T): Record<string, T> => Object.fromEntries(followed.map((one) => [one.id, of(one)]));
      const done = callback as Callback<[object, object?, object?]>;
      if (Array.isArray(versions)) done(null, pick(({ feed }) => feed), pick(({ snapshot }) => snapshot));
      else done(null, pick(({ feed }) => feed), undefined, pick(({ ops }) => ops));
    }, (error: unknown) => { process.nextTick(callback, error); });
  }

  /** Opens a feed, with what its reader lacks: the document, or the ops since a version (the first of them; the feed brings the rest). */
  private async follow(agent: Agent, collection: string, id: string, version: number | null, opsMax = this.limits.recentOpsMax): Promise<{ feed: Feed; snapshot: Snapshot | null; ops: StoredOp[] | null }> {
    const sequencer = this.engine.sequencer(collection, id);
    sequencer.holds += 1;
    try {
      await this.engine.fresh(sequencer);
      const ops: StoredOp[] = [];
      let from = version ?? 0;
      if (version !== null) {
        for (let to = sequencer.durable?.v ?? 0; from < to && ops.length < opsMax; to = sequencer.durable?.v ?? 0) {
          const page = await this.engine.opsOf(sequencer, from, Math.min(to, from + opsMax - ops.length));
          const some = firstWithin(page, this.limits.opsPageBytesMax / (this.limits.recentOpsMax / opsMax));
          ops.push(...some.map(publicOp));
          from = version + ops.length;
          // the rest comes through the feed, as the socket takes it
          if (some.length < page.length) break;
        }
      }
      // from here to the reader nothing waits
      if (!this.hooks.mayReceive(agent, collection, id)) throw new CoboardError('NOT_FOUND');
      const { durable } = sequencer;
      if (durable === null) throw new CoboardError('STORE_UNAVAILABLE');
      if (version !== null) return { feed: this.rooms.open(sequencer, agent, Math.max(from, version)), snapshot: null, ops };
      return { feed: this.rooms.open(sequencer, agent, durable.v), snapshot: toSnapshot(id, durable, false), ops: null };
    } finally {
      sequencer.holds -= 1;
    }
  }

  /** A version in the past, from the milestone before it. */
  override _fetchSnapshot(collection: string, id: string, version: number | null | undefined, callback: (error: Error | null, snapshot?: Snapshot) => void): void {
    const read = version === null || version === undefined ? this.engine.read(collection, id) : this.engine.readVersion(collection, id, version);
    answer(read.then((state) => toSnapshot(id, state, false)), callback);
  }
}

/** The feed of a document that an agent has open and that its socket is fed from. */
function feedOf(agent: Agent, collection: string, id: string): Feed | null {
  const feed = partsOf(agent).subscribedDocs[collection]?.[id];
  return feed instanceof Feed && feed.open && feed.sink !== null ? feed : null;
}

/** ShareDB logs the stack of each refusal to the console; that is told to the client and counted, so it is for debugging only. */
function quiet(log: SyncHooks['log']): void {
  const words = (parts: readonly unknown[]): string => parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
  ShareDB.logger.setMethods({
    info: (...parts) => {
      log.debug(words(parts));
    },
    warn: (...parts) => {
      log.debug(words(parts));
    },
    error: (...parts) => {
      log.warn(words(parts));
    },
  });
}
