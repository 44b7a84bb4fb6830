import ShareDB from 'sharedb';
import type Agent from 'sharedb/lib/agent.js';
import ot from 'sharedb/lib/ot.js';
import type Snapshot from 'sharedb/lib/snapshot.js';
import type { Clock } from '../../model/clock.ts';
import { CoboardError } from '../../model/errors.ts';
import { serverLimits, type ServerLimits } from '../../model/limits.ts';
import type { OpAuthor } from '../../model/protocol.ts';
import type { StoredOp } from '../store/store.ts';
import { answerSingly } from './bulk.ts';
import { answer, EngineDb, toSnapshot } from './engine-db.ts';
import type { Engine } from './engine.ts';
import { firstWithin } from '../store/op-size.ts';
import { Feed, isSink } from './feed.ts';
import type { AuthoredOp } from './op-author.ts';
import { sendPastOps } from './past-ops.ts';
import { partsOf, ShareDbBackend, type SubmittedOp } from './sharedb-types.ts';
import type { Rooms } from './rooms.ts';
import type { StoreMilestones } from './store-milestones.ts';
import { publicOp, Submission, type Passage, type SubmissionParts } from './submission.ts';
import { Turns, WorkTurns } from './turns.ts';

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
  /** A limit is hit. */
  readonly hit?: SubmissionParts['hit'];
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
  private readonly answering: Turns;

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
    this.answering = new Turns(hooks.clock, this.limits.turnSliceMs);
    this.submissionParts = { engine, clock: hooks.clock, passed: hooks.passed, turns: new WorkTurns(hooks.clock, this.limits.turnSliceMs), limits: this.limits, hit: (limit) => { hooks.hit?.(limit); } };
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
    open._subscribeBulk = (collection, wanted, callback) => {
      void answerSingly(open, { bulk: 'bs', collection, wanted, ready: this.ready, turns: this.answering }, callback);
    };
    open._fetchBulk = (collection, wanted, callback) => {
      void answerSingly(open, { bulk: 'bf', collection, wanted, ready: this.ready, turns: this.answering }, callback);
    };
    return agent;
  }

  /** Loads a document that is asked for with others, and keeps it until it is this one's turn. */
  private readonly ready = async (collection: string, id: string): Promise<() => void> => {
    const sequencer = this.engine.sequencer(collection, id);
    sequencer.holds += 1;
    const release = (): void => { sequencer.holds -= 1; };
    // whoever reads it hears what is wrong
    await sequencer.ready().catch(() => undefined);
    return release;
  };

  /**
   * A submission of a client. To who has the document open the op comes back with everybody else's, and that is their answer; others,
   * and who closes it before the op has come, are sent what they missed and are answered then.
   */
  private submitFor(agent: Agent, [collection, id, op]: [string, string, SubmittedOp], callback: (error: Error | null, message?: object) => void): void {
    const from = op.v;
    const feed = feedOf(agent, collection, id);
    this.submit(agent, collection, id, op, null, (error) => {
      const to = op.v ?? 0;
      const acknowledged = { src: op.src, seq: op.seq, v: to };
      if (error) {
        const isKnown = 'code' in error && error.code === 'ERR_OP_ALREADY_SUBMITTED';
        if (isKnown) callback(null, acknowledged);
        else callback(error);
        return;
      }
      // it is in the log, whatever becomes of what stands in front of it: who has a gap asks for it
      const answer = (): void => {
        const told = (): void => { callback(null, acknowledged); };
        this.sendOps(agent, collection, id, from ?? to, to).then(told, told);
      };
      if (feed?.open === true && (feed.isCatchingUp || feed.version > to)) feed.answers(to, answer);
      else answer();
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

  /** Opens a feed, with what its reader lacks: the document, or the ops since a version (the first of them; the feed brings the rest). */
  private async follow(agent: Agent, collection: string, id: string, version: number | null): Promise<{ feed: Feed; snapshot: Snapshot | null; ops: StoredOp[] | null }> {
    const sequencer = this.engine.sequencer(collection, id);
    sequencer.holds += 1;
    try {
      await this.engine.fresh(sequencer);
      const ops: StoredOp[] = [];
      let from = version ?? 0;
      if (version !== null) {
        const { recentOpsMax, opsPageBytesMax } = this.limits;
        for (let to = sequencer.durable?.v ?? 0; from < to && ops.length < recentOpsMax; to = sequencer.durable?.v ?? 0) {
          const wanted = Math.min(to, from + recentOpsMax - ops.length) - from;
          const some = firstWithin(await this.engine.opsOf(sequencer, from, from + wanted, opsPageBytesMax), opsPageBytesMax);
          ops.push(...some.map(publicOp));
          from = version + ops.length;
          // the rest comes through the feed, as the socket takes it
          if (some.length < wanted) break;
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
