import type { KeyObject } from 'node:crypto';
import { Alarm, type Clock } from '../../model/clock.ts';
import { innerLimits, type ServerLimits } from '../../model/limits.ts';
import { newId } from '../../model/id.ts';
import type { Store } from '../store/store.ts';
import { beginning, keptSeal } from './chain.ts';
import { markAtWork, markCovered, markOpen, uncoveredHeads } from './leftovers.ts';
import { checkpointHash, checkpointKey, parseCheckpoint, publicKeyOf, signed, type Checkpoint, type Head } from './checkpoint.ts';
import type { Statements } from './statements.ts';

export interface CheckpointWriterParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly key: KeyObject;
  /** Signs though the history was signed with another key, which is lost. */
  readonly adopts?: boolean;
  readonly limits: Pick<ServerLimits, 'checkpointOps' | 'checkpointDelayMs'>;
  /** Tells the outside of each checkpoint. */
  readonly anchor: (checkpoint: Checkpoint) => Promise<void>;
  readonly log: { readonly warn: (words: string) => void };
}

/** Ops that became durable; see `sync/sequencer.ts`. */
interface Committed {
  readonly collection: string;
  readonly id: string;
  readonly ops: readonly { readonly v: number; readonly m?: Readonly<Record<string, unknown>> }[];
  readonly isOwn: boolean;
}

const lastKey = 'checkpoint-last';
const hintEvery = 16;

/** Signs where documents stand: each so many ops, a while after an edit, and when the server stops. All servers of a store write one chain. */
export class CheckpointWriter {
  private readonly parts: CheckpointWriterParts;
  private readonly alarm: Alarm;
  /** Where documents stand that no checkpoint covers yet. */
  private readonly uncovered = new Map<string, Head>();
  private readonly server = newId();
  private opsSince = 0;
  private last: Checkpoint | null = null;
  /** What the outside could not be told of, the oldest first. */
  private readonly unanchored: Checkpoint[] = [];
  private writing: Promise<void> = Promise.resolve();

  constructor(parts: CheckpointWriterParts) {
    this.parts = parts;
    this.alarm = new Alarm(parts.clock);
  }

  /** The last checkpoint that is known here. */
  get latest(): Checkpoint | null {
    return this.last;
  }

  committed({ collection: c, id: d, ops, isOwn }: Committed): void {
    const op = ops.at(-1);
    const h = op && keptSeal(op);
    // whoever wrote it covers it
    if (!isOwn || op === undefined || h === undefined) return;
    this.uncovered.set(`${c}\0${d}`, { c, d, v: op.v + 1, h });
    this.opsSince += ops.length;
    if (this.opsSince >= this.parts.limits.checkpointOps) this.writeSoon(0);
    else if (!this.alarm.isSet) this.writeSoon(this.parts.limits.checkpointDelayMs);
  }

  /** Looks, beside everything else, for what servers that crashed have left uncovered. */
  async start(): Promise<void> {
    const { store, log } = this.parts;
    const others = await markOpen(store, this.server);
    const look = async (): Promise<void> => {
      await this.coverAll();
      // one that is at work says so again with its next checkpoint
      await markCovered(store, others);
    };
    if (others.length > 0) look().catch((error: unknown) => { log.warn(`what a crash left without a checkpoint is not covered: ${error instanceof Error ? error.message : String(error)}`); });
  }

  /** Covers everything, for good. */
  async finish(): Promise<void> {
    await this.flush();
    await markCovered(this.parts.store, [this.server]);
  }

  /** Covers everything that no checkpoint covers, whoever left it. */
  async coverAll(): Promise<void> {
    this.cover(await uncoveredHeads(this.parts.store));
    await this.flush();
  }

  private cover(heads: Iterable<Head>): void {
    for (const head of heads) {
      const key = `${head.c}\0${head.d}`;
      if ((this.uncovered.get(key)?.v ?? 0) < head.v) this.uncovered.set(key, head);
    }
  }

  /** Covers everything that is uncovered now. */
  flush(): Promise<void> {
    this.alarm.clear();
    this.opsSince = 0;
    this.writing = this.writing.catch(() => undefined).then(() => this.write());
    return this.writing;
  }

  /** Goes on with this key, whichever signed before. */
  async adopt(): Promise<void> {
    await this.append([]);
  }

  /** Says that from here on another key signs; harmless if that was said before. */
  async rotate(next: KeyObject): Promise<void> {
    this.last ??= await this.readLast();
    if (this.last?.nextKey === publicKeyOf(next)) return;
    await this.flush();
    await this.append([], { nextKey: publicKeyOf(next) });
  }

  /** Signs for something that was done, or is about to be. */
  state(statements: Statements): Promise<void> {
    this.writing = this.writing.catch(() => undefined).then(async () => {
      const amended = statements.amended ?? [];
      for (let i = 0; i < amended.length; i += innerLimits.checkpointHeadsMax) await this.append([], { amended: amended.slice(i, i + innerLimits.checkpointHeadsMax) });
      const { tombstones = [], archived = [], erased = [] } = statements;
      const some = { ...(tombstones.length > 0 ? { tombstones: [...tombstones] } : {}), ...(archived.length > 0 ? { archived: [...archived] } : {}), ...(erased.length > 0 ? { erased: [...erased] } : {}) };
      if (Object.keys(some).length > 0) await this.append([], some);
    });
    return this.writing;
  }

  stop(): void {
    this.alarm.clear();
  }

  private writeSoon(delayMs: number): void {
    this.alarm.set(delayMs, () => {
      this.flush().catch((error: unknown) => {
        // they are still uncovered
        this.parts.log.warn(`no checkpoint could be written; it is tried again: ${error instanceof Error ? error.message : String(error)}`);
        if (!this.alarm.isSet) this.writeSoon(this.parts.limits.checkpointDelayMs);
      });
    });
  }

  private async write(): Promise<void> {
    while (this.uncovered.size > 0) {
      const some = [...this.uncovered].slice(0, innerLimits.checkpointHeadsMax);
      await this.append(some.map(([, head]) => head));
      for (const [key, head] of some) if (this.uncovered.get(key) === head) this.uncovered.delete(key);
    }
  }

  private async append(heads: readonly Head[], more: Pick<Checkpoint, 'nextKey' | 'tombstones' | 'archived' | 'amended' | 'erased'> = {}): Promise<void> {
    const { store, clock, key } = this.parts;
    this.last ??= await this.readLast();
    for (;;) {
      this.checkKey();
      const n: number = this.last === null ? 0 : this.last.n + 1;
      const before = this.last === null ? beginning : checkpointHash(this.last);
      const made = signed({ n, at: clock.now(), before, heads: [...heads], ...more }, key);
      const text = JSON.stringify(made);
      const kept = await store.createSetting(checkpointKey(n), text);
      const there = kept === text ? made : parseCheckpoint(kept);
      if (there === null) throw new Error(`checkpoint ${String(n)} is damaged`);
      this.last = there;
      // another server had this number
      if (there !== made) continue;
      if (n % hintEvery === 0) {
        // where to look for the last one from
        await store.writeSetting(lastKey, String(n));
        await markAtWork(store, this.server);
      }
      this.unanchored.push(made);
      await this.anchorAll();
      return;
    }
  }

  /** Tells the outside of every checkpoint that it does not know yet, in their order. */
  private async anchorAll(): Promise<void> {
    const { anchor, log } = this.parts;
    for (let [next] = this.unanchored; next !== undefined; [next] = this.unanchored) {
      try {
        await anchor(next);
      } catch (error) {
        // with the next one again
        log.warn(`a checkpoint could not be anchored: ${error instanceof Error ? error.message : String(error)}`);
        this.unanchored.splice(0, this.unanchored.length - innerLimits.unanchoredMax);
        return;
      }
      this.unanchored.shift();
    }
  }

  /** Another key would make every checkpoint from here on worthless. */
  private checkKey(): void {
    const { last, parts: { key, adopts } } = this;
    if (last === null || adopts === true || (last.nextKey ?? last.key) === publicKeyOf(key)) return;
    throw new Error('the history is signed with another key than this server has; give it that one (--signing-key), or see adopt-key');
  }

  /** From the last one that is known to be there on. */
  private async readLast(): Promise<Checkpoint | null> {
    const { store } = this.parts;
    let last: Checkpoint | null = null;
    for (let n = Number(await store.readSetting(lastKey) ?? 0); ; n += 1) {
      const text = await store.readSetting(checkpointKey(n));
      if (text === null) return last;
      last = parseCheckpoint(text);
      if (last === null) throw new Error(`checkpoint ${String(n)} is damaged`);
    }
  }
}
