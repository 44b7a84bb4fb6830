import { Injectable, signal } from '@angular/core';
import { injectCoboard } from '@coboard/angular';
import { applyShared, newId, opPaths, opWords, type Dashboard, type Op, type Refusal } from '@coboard/core';
import { refusalReason } from '../board/refusal-words';
import { againOn } from './edit-content';

/** Edits that were not taken at one moment, for one reason, until their person has dismissed them. */
export interface RefusedEdit {
  readonly id: string;
  /** What was made, in the order in which it was: whoever loses access loses all that waits. */
  readonly ops: readonly Op[];
  /** The edits in words, past tense: "moved Orders". */
  readonly words: readonly string[];
  readonly why: string;
  /** One of the stable codes. */
  readonly code: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What a list holds together, as JSON; of more, the oldest go. */
const listCharsMax = 2_000_000;
/** What is listed as one, as JSON: it is copied, made again and dismissed as a whole. */
const togetherCharsMax = 200_000;
/** What comes back within this time of the last is of the same moment. */
const togetherMs = 2_000;
/** With these the role is why, and somebody can change that. */
const accessCodes: ReadonlySet<string> = new Set(['FORBIDDEN', 'ACCESS_REVOKED', 'NOT_FOUND', 'ERR_PENDING_OP_REMOVED_BY_OP_SUBMIT_REJECTED']);

export const isAboutAccess = ({ code }: RefusedEdit): boolean => accessCodes.has(code);

/** How many different things they edited: twenty letters typed into one title are one edit to whoever typed them. */
export const editCount = (edits: readonly RefusedEdit[]): number => edits.reduce((sum, { ops }) => sum + new Set(ops.map((op) => JSON.stringify(opPaths(op)))).size, 0);

const nameOf = (dashboard: string): string => `refused:${dashboard}`;
const isEdit = (value: unknown): value is RefusedEdit =>
  typeof value === 'object' && value !== null && 'id' in value && 'ops' in value && Array.isArray(value.ops) && 'words' in value && Array.isArray(value.words) && 'at' in value;

/** Every edit that was not taken, of each dashboard; kept on this device until it is dismissed, or its person signs out. */
@Injectable({ providedIn: 'root' })
export class RefusedEdits {
  private readonly coboard = injectCoboard();
  private readonly lists = signal<Readonly<Record<string, readonly RefusedEdit[]>>>({});
  private readonly dismissed = new Set<string>();
  /** What each holds, as JSON. */
  private readonly chars = new WeakMap<RefusedEdit, number>();
  /** The dashboards whose list is about to be kept. */
  private readonly due = new Set<string>();
  private writing: Promise<unknown> = Promise.resolve();

  constructor() {
    let whose = this.coboard.user.value?.id;
    this.coboard.user.subscribe((user) => {
      // they are nobody else's
      if (user?.id !== whose) {
        this.lists.set({});
        this.due.clear();
      }
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
    const chars = JSON.stringify(op).length + (last === undefined ? 0 : (this.chars.get(last) ?? JSON.stringify(last.ops).length));
    const joins = last?.code === code && last.why === why && now - last.at < togetherMs && chars <= togetherCharsMax;
    const edit = joins ? { ...last, ops: [...last.ops, op], words: [...new Set([...last.words, ...words])], at: now } : { id: newId(), ops: [op], words, why, code, at: now };
    this.set(dashboard, joins ? [edit, ...rest] : [edit, ...this.of(dashboard)]);
    if (joins) this.chars.set(edit, chars);
    this.keep(dashboard);
    return edit;
  }

  dismiss(dashboard: string, { id }: RefusedEdit): void {
    this.dismissed.add(id);
    this.set(dashboard, this.of(dashboard).filter((one) => one.id !== id));
    this.keep(dashboard);
  }

  /** A part of it was made again: `ops` are left. */
  leave(dashboard: string, { id }: RefusedEdit, ops: readonly Op[]): void {
    this.set(dashboard, this.of(dashboard).map((one) => (one.id === id ? { ...one, ops } : one)));
    this.keep(dashboard);
  }

  private set(dashboard: string, list: readonly RefusedEdit[]): void {
    this.lists.update((lists) => ({ ...lists, [dashboard]: list }));
  }

  /** With what another window has kept meanwhile; thousands that come back at once are written once. */
  private keep(dashboard: string): void {
    if (this.due.has(dashboard)) return;
    this.due.add(dashboard);
    const whose = this.coboard.user.value?.id;
    this.writing = this.writing.then(async () => {
      const kept = await this.coboard.kept(nameOf(dashboard)).finally(() => this.due.delete(dashboard));
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

function bounded(list: readonly RefusedEdit[]): readonly RefusedEdit[] {
  let chars = 0;
  return list.filter((one) => (chars += JSON.stringify(one).length) <= listCharsMax);
}
