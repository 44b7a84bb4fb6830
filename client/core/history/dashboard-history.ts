import { filter, firstValueFrom } from 'rxjs';
import { applyShared } from '../../../model/apply-shared.ts';
import type { Dashboard } from '../../../model/dashboard.ts';
import { CoboardError } from '../../../model/errors.ts';
import { thingsOf, type ChangeKind } from '../../../model/history/change.ts';
import { editParts, restoreParts } from '../../../model/history/edit-parts.ts';
import { differences, type Differences } from '../../../model/history/differences.ts';
import { restoreWidgetOp } from '../../../model/history/restore.ts';
import { thingsMax } from '../../../model/history/run.ts';
import { takeBack, type PastOp, type TakingBack } from '../../../model/history/take-back.ts';
import type { Op } from '../../../model/json0.ts';
import { migrate } from '../../../model/migrations.ts';
import { exactOp } from '../../../model/op-check.ts';
import { transformSteps } from '../../../model/undo-steps.ts';
import { opWords } from '../../../model/op-words.ts';
import type { EditReason } from '../../../model/protocol.ts';
import type { CoboardApi } from '../api/coboard-api.ts';
import type { LiveDashboard } from '../document/live-dashboard.ts';
import {
  ChangesSchema, DeletedWidgetsSchema, HistoryPageSchema, LifeSchema, MomentSchema, NamedSchema, PastOpsSchema, type Changes, type DeletedWidget, type HistoryEntry, type HistoryPage, type LifePart, type NamedVersion, type PastOpOfLog,
} from './history-schemas.ts';

export interface HistoryFilter {
  /** A user id. */
  readonly person?: string;
  /** `widget:ID`, `tab:ID`, `dataset:ID`, `variable:ID` or `dashboard`. */
  readonly thing?: string;
  readonly kind?: ChangeKind;
  /** Whole words. */
  readonly text?: string;
  /** Not before, and before; milliseconds since 1970. */
  readonly since?: number;
  readonly before?: number;
  /** With who was given access by whom, for owners; nobody else is told. */
  readonly withAccess?: boolean;
}

/** A dashboard as it was at a version. */
export interface Moment {
  readonly version: number;
  /** When it came to be so; milliseconds since 1970. */
  readonly at: number | null;
  /** Null while it was deleted. */
  readonly dashboard: Dashboard | null;
}

/** Which edits are to be taken back: those of the versions `from` <= v < `to`, of one person or of all, of one thing or of all. */
export interface WantedBack {
  readonly from: number;
  readonly to: number;
  /** Null: those whose maker is not known. */
  readonly person?: string | null;
  /** Of just these things, and made for this reason. */
  readonly why?: string | undefined;
  readonly things?: readonly string[];
}

/** What taking edits back would do. */
export interface TakeBackPlan {
  /** In words; empty if nothing can be taken back. */
  readonly words: readonly string[];
  /** Edits of which nothing, or not all, can be taken back: the words of each. */
  readonly lost: readonly string[];
  /** Edits that were asked for. */
  readonly count: number;
}

const pageOps = 1_000;

/** The history of a dashboard that is open: its lines, its moments, and the ways back. What is changed is an edit like any other, which can be undone. */
export class DashboardHistory {
  private readonly api: CoboardApi;
  private readonly live: LiveDashboard;
  private readonly path: string;

  constructor(api: CoboardApi, live: LiveDashboard) {
    this.api = api;
    this.live = live;
    this.path = `/api/dashboards/${encodeURIComponent(live.id)}`;
  }

  page({ withAccess = false, ...wanted }: HistoryFilter = {}, cursor: string | null = null, count = 50): Promise<HistoryPage> {
    const query = historyQuery(wanted);
    query.set('count', String(count));
    if (cursor !== null) query.set('cursor', cursor);
    if (withAccess) query.set('access', '1');
    return this.api.ask('GET', `${this.path}/history?${query.toString()}`, HistoryPageSchema);
  }

  /** What a line is made of, op by op, from one of its versions on. */
  changes({ collection, from, to, by, things, why }: HistoryEntry, at = from, count = 20): Promise<Changes> {
    const query = new URLSearchParams({ from: String(at), to: String(to), things: things.join(','), count: String(count) });
    for (const [key, value] of [['person', by?.id], ['why', why], ['access', collection === 'access' ? '1' : undefined]] as const) if (value !== undefined) query.set(key, value);
    return this.api.ask('GET', `${this.path}/history/changes?${query.toString()}`, ChangesSchema);
  }

  /** Widgets that are gone, the last deleted first. */
  async deletedWidgets(): Promise<readonly DeletedWidget[]> {
    return (await this.api.ask('GET', `${this.path}/history/deleted`, DeletedWidgetsSchema)).widgets;
  }

  /** The whole life, the oldest first: its lines, or of a long one slices of equal time. */
  async life(linesMax = 1_000): Promise<readonly LifePart[]> {
    const lines: LifePart[] = [];
    for (let cursor: string | null = null, isFirst = true; isFirst || cursor !== null; isFirst = false) {
      if (lines.length >= linesMax) return (await this.api.ask('GET', `${this.path}/life`, LifeSchema)).slices;
      const page = await this.page({}, cursor, 200);
      lines.push(...page.entries);
      ({ cursor } = page);
    }
    return lines.reverse();
  }

  /** @throws CoboardError VERSION_UNKNOWN */
  async moment(version: number): Promise<Moment> {
    const { v, data, at } = await this.api.ask('GET', `${this.path}/versions/${String(version)}`, MomentSchema);
    return { version: v, at, dashboard: data === null ? null : migrate(data) };
  }

  /** The ops with `from` <= version < `to`, all of them, with who made them and when. */
  async ops(from: number, to: number): Promise<PastOpOfLog[]> {
    const ops: PastOpOfLog[] = [];
    while (from + ops.length < to) {
      const page = await this.api.ask('GET', `${this.path}/ops?from=${String(from + ops.length)}&to=${String(Math.min(to, from + ops.length + pageOps))}`, PastOpsSchema);
      // what is missing would be taken for what never was
      if (page.ops.length === 0) throw new CoboardError('STORE_UNAVAILABLE');
      ops.push(...page.ops);
    }
    return ops;
  }

  async named(): Promise<readonly NamedVersion[]> {
    return (await this.api.ask('GET', `${this.path}/named`, NamedSchema)).versions;
  }

  name(version: number, name: string, note = ''): Promise<void> {
    return this.api.tell('PUT', `${this.path}/named/${String(version)}`, { name, note });
  }

  unname(version: number): Promise<void> {
    return this.api.tell('DELETE', `${this.path}/named/${String(version)}`);
  }

  /** What is different in a later moment from an earlier one; left out: now. */
  differences(then: Dashboard, later: Dashboard = this.now()): Differences {
    return differences(then, later);
  }

  /** Whether there is anything to restore. @throws CoboardError if it cannot be done */
  canRestore(then: Dashboard): boolean {
    return restoreParts(this.now(), then).length > 0;
  }

  /** Makes the dashboard as it was. Says whether anything changed. @throws CoboardError as {@link canRestore} */
  restore(then: Dashboard): boolean {
    return this.make(restoreParts(this.now(), then), 'restore');
  }

  /** Makes one widget as it was, also where it is gone. */
  restoreWidget(then: Dashboard, id: string): boolean {
    const now = this.now();
    return this.make(editParts(now, exactOp(now, restoreWidgetOp(now, then, id))), 'restore');
  }

  async planTakeBack(wanted: WantedBack): Promise<TakeBackPlan> {
    const { op, lost, ops, now } = await this.takingBack(wanted);
    // what cannot be made is not offered
    editParts(now, op);
    const words = op.length === 0 ? [] : opWords(op, now, applyShared(now, op));
    return { words, lost: lost.flatMap((left) => opWords(left.op, now, now)), count: ops.filter(({ isWanted }) => isWanted).length };
  }

  /** Takes edits back, as far as it can be done. Says whether anything changed. */
  async takeBack(wanted: WantedBack): Promise<boolean> {
    const { op, since } = await this.takingBack(wanted);
    // what came while it was worked out
    const [op_ = []] = since.reduce((steps, came) => transformSteps(steps, came), [{ op }]).map((step) => step.op);
    const now = this.now();
    return this.make(editParts(now, exactOp(now, op_)), 'takeBack');
  }

  private async takingBack(wanted: WantedBack): Promise<TakingBack & { ops: readonly PastOp[]; now: Dashboard; since: readonly Op[] }> {
    const { live } = this;
    // what is on its way is not in the log yet
    await firstValueFrom(live.pendingCount.pipe(filter((count) => count === 0)));
    const state = live.state.value;
    if (state.status !== 'ready') throw new CoboardError('NOT_FOUND');
    const since: Op[] = [];
    const listening = live.changes.subscribe(({ op }) => { since.push(op); });
    try {
      const ops = (await this.ops(wanted.from, state.version)).map(({ v, op = [], m }): PastOp => ({ v, op, isWanted: v < wanted.to && isWanted(op, m, wanted) }));
      return { ...takeBack(ops, state.dashboard), ops, now: state.dashboard, since };
    } finally {
      listening.unsubscribe();
    }
  }

  /** Makes an edit of one or several parts, which are one step of undo. */
  private make(parts: readonly Op[], why: EditReason): boolean {
    return this.live.asOne(() => {
      // behind one that was refused the others do not fit
      const refused = parts.findIndex((part) => !this.live.edit(() => part, why));
      return parts.length > 0 && refused !== 0;
    });
  }

  private now(): Dashboard {
    const state = this.live.state.value;
    if (state.status !== 'ready') throw new CoboardError('NOT_FOUND');
    return state.dashboard;
  }
}

/** A filter as the server is asked with it. */
export function historyQuery(wanted: Omit<HistoryFilter, 'withAccess'> & { readonly dashboard?: string }): URLSearchParams {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(wanted) as [string, string | number | undefined][]) if (value !== undefined && value !== '') query.set(key, String(value));
  return query;
}

function isWanted(op: Op, m: PastOpOfLog['m'], { person, things, why }: WantedBack): boolean {
  if (op.length === 0 || (person !== undefined && person !== (m?.u ?? null))) return false;
  // as lines are made
  return things === undefined || (m?.w === why && JSON.stringify(thingsOf(op).slice(0, thingsMax)) === JSON.stringify(things));
}
