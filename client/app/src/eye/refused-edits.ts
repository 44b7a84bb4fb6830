import { Injectable, signal } from '@angular/core';
import { injectCoboard } from '@coboard/angular';
import { applyShared, newId, opWords, type Dashboard, type Op, type Refusal } from '@coboard/core';
import { refusalReason } from '../board/refusal-words';
import { againOn } from './edit-content';

/** An edit that was not taken, until its person has dismissed it. */
export interface RefusedEdit {
  readonly id: string;
  /** What was made, in the order in which it was. */
  readonly ops: readonly Op[];
  /** The edit in words, past tense: "moved Orders". */
  readonly words: readonly string[];
  readonly why: string;
  /** One of the stable codes. */
  readonly code: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const listMax = 50;
/** What a list holds together, as JSON; of more, the oldest go. */
const listCharsMax = 2_000_000;
/** Letters of one field that come back together are one edit to whoever typed them. */
const togetherMs = 2_000;
/** With these the role is why, and somebody can change that. */
const accessCodes: ReadonlySet<string> = new Set(['FORBIDDEN', 'ACCESS_REVOKED', 'NOT_FOUND', 'ERR_PENDING_OP_REMOVED_BY_OP_SUBMIT_REJECTED']);

export const isAboutAccess = ({ code }: RefusedEdit): boolean => accessCodes.has(code);

const nameOf = (dashboard: string): string => `refused:${dashboard}`;
const isEdit = (value: unknown): value is RefusedEdit =>
  typeof value === 'object' && value !== null && 'id' in value && 'ops' in value && Array.isArray(value.ops) && 'words' in value && Array.isArray(value.words) && 'at' in value;

/** Every edit that was not taken, of each dashboard; kept on this device until it is dismissed, or its person signs out. */
@Injectable({ providedIn: 'root' })
export class RefusedEdits {
  private readonly coboard = injectCoboard();
  private readonly lists = signal<Readonly<Record<string, readonly RefusedEdit[]>>>({});
  private readonly dismissed = new Set<string>();
  private writing: Promise<unknown> = Promise.resolve();

  constructor() {
    let whose = this.coboard.user.value?.id;
    this.coboard.user.subscribe((user) => {
      // they are nobody else's
      if (user?.id !== whose) this.lists.set({});
      whose = user?.id;
    });
  }

  /** Those of a dashboard, the newest first. */
  of(dashboard: string | null): readonly RefusedEdit[] {
    return dashboard === null ? [] : (this.lists()[dashboard] ?? []);
  }

  /** Takes in what this device keeps of a dashboard. */
  load(dashboard: string): void {
    this.keep(dashboard);
  }

  /**
   * An edit was not taken; `board` is the dashboard as it is without it, or, where it is gone, `before` as it was with it: null for not known.
   * Gives it as it is listed.
   */
  add(dashboard: string, { op, code, message }: Pick<Refusal, 'op' | 'code' | 'message'>, board: Dashboard | null, before: Dashboard | null = null): RefusedEdit {
    const now = Date.now();
    const [last, ...rest] = this.of(dashboard);
    const words = board !== null ? opWords(op, board, madeOn(board, op)) : before !== null ? opWords(op, before, before) : [];
    const why = refusalReason(code, message);
    const joins = last?.code === code && now - last.at < togetherMs && placesOf(last.ops) === placesOf([op]);
    const edit = joins ? { ...last, ops: [...last.ops, op], words: [...new Set([...last.words, ...words])], at: now } : { id: newId(), ops: [op], words, why, code, at: now };
    this.set(dashboard, joins ? [edit, ...rest] : [edit, ...this.of(dashboard)]);
    this.keep(dashboard);
    return edit;
  }

  dismiss(dashboard: string, { id }: RefusedEdit): void {
    this.dismissed.add(id);
    this.set(dashboard, this.of(dashboard).filter((one) => one.id !== id));
    this.keep(dashboard);
  }

  private set(dashboard: string, list: readonly RefusedEdit[]): void {
    this.lists.update((lists) => ({ ...lists, [dashboard]: list }));
  }

  /** With what another window has kept meanwhile. */
  private keep(dashboard: string): void {
    const whose = this.coboard.user.value?.id;
    this.writing = this.writing.then(async () => {
      const kept = await this.coboard.kept(nameOf(dashboard));
      if (whose !== this.coboard.user.value?.id) return;
      const known = new Map((Array.isArray(kept) ? kept.filter(isEdit) : []).map((one) => [one.id, one]));
      for (const one of this.of(dashboard)) known.set(one.id, one);
      for (const id of this.dismissed) known.delete(id);
      const list = bounded([...known.values()].sort((a, b) => b.at - a.at));
      this.set(dashboard, list);
      await this.coboard.keep(nameOf(dashboard), list.length === 0 ? null : list);
    }).catch(() => undefined);
  }
}

/** What the dashboard would be with an edit that was taken out of it, for its words. */
function madeOn(board: Dashboard, op: Op): Dashboard {
  return op.reduce((now, part) => {
    try {
      return applyShared(now, againOn(now, part));
    } catch {
      return now;
    }
  }, board);
}

const placesOf = (ops: readonly Op[]): string => [...new Set(ops.flat().map(({ p }) => JSON.stringify(p)))].sort().join();

function bounded(list: readonly RefusedEdit[]): readonly RefusedEdit[] {
  let chars = 0;
  return list.slice(0, listMax).filter((one) => (chars += JSON.stringify(one).length) <= listCharsMax);
}
