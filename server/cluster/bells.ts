import * as v from 'valibot';
import { Alarm, type Clock } from '../../model/clock.ts';
import { innerLimits } from '../../model/limits.ts';
import type { CommittedOps } from '../sync/sequencer.ts';
import type { Wire } from './wire.ts';

/** The engine, as bells need it. */
export interface BellEngine {
  /** Another server has brought a document to a version. */
  heard(collection: string, id: string, version: number): void;
  /** Looks in the log for what other servers have written to the documents that somebody has open. */
  catchUpOpen(): void;
  /** Looks everything else up that is known of documents. */
  lookUpAll(): void;
}

export interface BellParts {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly engine: BellEngine;
  /** A document that may not be in memory has changed elsewhere. */
  readonly changedElsewhere: (collection: string, id: string, version: number) => void;
}

const channel = 'bells';
/** Every so many times at everything, and not only at what is open. */
const looksAtAllEvery = 4;

const Letter = v.strictObject({ docs: v.array(v.tuple([v.string(), v.string(), v.pipe(v.number(), v.integer())])) });

interface Rung {
  readonly collection: string;
  readonly id: string;
  readonly version: number;
  readonly at: number;
}

/**
 * Servers on one store tell each other "document X is at version v"; each reads the ops from the log. A bell may get lost: it is
 * repeated for a while, and without a wire the log is looked at instead.
 */
export class Bells {
  private readonly parts: BellParts;
  private readonly rung = new Map<string, Rung>();
  private fresh = new Map<string, Rung>();
  private readonly repeating: Alarm;
  private readonly looking: Alarm;
  private end: () => void = () => undefined;

  constructor(parts: BellParts) {
    this.parts = parts;
    this.repeating = new Alarm(parts.clock);
    this.looking = new Alarm(parts.clock);
  }

  start(): void {
    this.end = this.parts.wire.subscribe(channel, (message) => { this.hear(message); });
    this.parts.wire.onBack(() => {
      this.parts.engine.catchUpOpen();
      this.parts.engine.lookUpAll();
      this.ring([...this.rung.values()]);
    });
    this.look();
  }

  stop(): void {
    this.end();
    this.repeating.clear();
    this.looking.clear();
  }

  /** This server has written ops. */
  committed({ collection, id, ops, isOwn }: CommittedOps): void {
    const version = (ops.at(-1)?.v ?? -1) + 1;
    if (!isOwn || version === 0) return;
    if (this.fresh.size === 0) {
      setImmediate(() => {
        const { fresh } = this;
        this.fresh = new Map();
        this.ring([...fresh.values()]);
      });
    }
    const rung = { collection, id, version, at: this.parts.clock.elapsed() };
    this.fresh.set(`${collection}\0${id}`, rung);
    this.rung.set(`${collection}\0${id}`, rung);
    if (!this.repeating.isSet) this.repeat();
  }

  private ring(rung: readonly Rung[]): void {
    if (rung.length > 0) this.parts.wire.publish(channel, { docs: rung.map(({ collection, id, version }) => [collection, id, version]) });
  }

  private repeat(): void {
    this.repeating.set(innerLimits.bellRepeatEveryMs, () => {
      const since = this.parts.clock.elapsed() - innerLimits.bellRepeatForMs;
      for (const [key, { at }] of this.rung) if (at < since) this.rung.delete(key);
      this.ring([...this.rung.values()]);
      if (this.rung.size > 0) this.repeat();
    });
  }

  private look(times = 1): void {
    this.looking.set(innerLimits.logLookEveryMs, () => {
      const { wire, engine } = this.parts;
      if (!wire.isUp) engine.catchUpOpen();
      if (!wire.isUp && times % looksAtAllEvery === 0) engine.lookUpAll();
      this.look(times + 1);
    });
  }

  private hear(message: unknown): void {
    const letter = v.safeParse(Letter, message);
    if (!letter.success) return;
    for (const [collection, id, version] of letter.output.docs) {
      this.parts.engine.heard(collection, id, version);
      this.parts.changedElsewhere(collection, id, version);
    }
  }
}
