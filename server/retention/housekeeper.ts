import { Alarm } from '../../model/clock.ts';
import { newId } from '../../model/id.ts';
import type { ServerLimits } from '../../model/limits.ts';
import { Archiver } from '../archive/archiver.ts';
import { DashboardRemover } from './dashboard-remover.ts';
import type { Upkeep } from './upkeep.ts';

export interface HousekeeperParts {
  readonly upkeep: Upkeep;
  /** What is older goes to archives, and what was deleted longer ago is removed for good; milliseconds, 0 for never. */
  readonly archiveAfterMs: number;
  readonly purgeAfterMs: number;
  readonly limits: Pick<ServerLimits, 'archiveOpsMax' | 'housekeepingDelayMs' | 'housekeepingEveryMs'>;
  readonly log: { readonly warn: (words: string) => void; readonly info: (words: string) => void };
  /** A dashboard is gone for good. */
  readonly removed: (id: string) => void;
}

const turnKey = (turn: number): string => `housekeeping:${String(turn).padStart(12, '0')}`;

/** Archives and removes, once a day and a while after the start, what is due; of several servers on a store one does. */
export class Housekeeper {
  private readonly parts: HousekeeperParts;
  private readonly alarm: Alarm;
  private readonly server = newId();
  private working: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(parts: HousekeeperParts) {
    this.parts = parts;
    this.alarm = new Alarm(parts.upkeep.clock);
  }

  start(): void {
    this.next(this.parts.limits.housekeepingDelayMs);
  }

  /** Leaves off at the next step; the rest is for another time. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.alarm.clear();
    await this.working;
  }

  private next(delayMs: number): void {
    this.alarm.set(delayMs, () => {
      const { log, limits } = this.parts;
      this.working = this.run().catch((error: unknown) => { log.warn(`housekeeping failed; it is tried again: ${error instanceof Error ? error.message : String(error)}`); }).finally(() => {
        if (!this.isStopped) this.next(limits.housekeepingEveryMs);
      });
    });
  }

  private async run(): Promise<void> {
    const { upkeep, archiveAfterMs, purgeAfterMs, limits, log, removed } = this.parts;
    const remover = new DashboardRemover(upkeep, removed);
    // what is begun is finished by whoever comes first
    await remover.resume();
    if (!(await this.isMyTurn())) return;
    const gone = purgeAfterMs === 0 ? [] : await remover.empty(purgeAfterMs);
    if (gone.length > 0) log.info(`removed for good, as they were deleted long ago: ${gone.join(', ')}`);
    if (archiveAfterMs === 0) return;
    const { files, ops } = await new Archiver(upkeep, { afterMs: archiveAfterMs, opsMax: limits.archiveOpsMax, warn: log.warn, isStopped: () => this.isStopped }).run();
    if (files > 0) log.info(`archived ${String(ops)} changes in ${String(files)} files`);
  }

  /** Whoever is first does it; one that crashed has left it for the next time. */
  private async isMyTurn(): Promise<boolean> {
    const { upkeep: { store, clock }, limits } = this.parts;
    const turn = Math.floor(clock.now() / limits.housekeepingEveryMs);
    for await (const [key] of store.listSettings('housekeeping:')) if (key < turnKey(turn)) await store.removeSetting(key);
    return (await store.createSetting(turnKey(turn), this.server)) === this.server;
  }
}
