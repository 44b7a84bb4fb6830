import { BehaviorSubject } from 'rxjs';
import type { Dashboard } from '../../../model/dashboard.ts';
import { CoboardError } from '../../../model/errors.ts';
import type { Op } from '../../../model/json0.ts';
import { opPaths } from '../../../model/op-paths.ts';
import { opWords } from '../../../model/op-words.ts';
import type { EditReason } from '../../../model/protocol.ts';
import { UndoStack, type UndoStep } from './undo-stack.ts';

/** What undo and redo would do, in words like those of the history ("moved Revenue"); null: nothing. */
export interface UndoOffer {
  readonly undo: string | null;
  readonly redo: string | null;
}

/**
 * What came of undoing or redoing one step, with the step in words. `gone`: others have changed or deleted what it was about, and
 * nothing was done.
 */
export type UndoOutcome = { readonly status: 'done' | 'gone'; readonly words: string } | { readonly status: 'nothing' };

/** How an edit of one's own came about. */
export type EditKind = 'edit' | EditReason;

/** What one can take back of a dashboard, and make again, told in words. */
export class UndoHistory {
  readonly offers = new BehaviorSubject<UndoOffer>({ undo: null, redo: null });
  private readonly stack = new UndoStack();
  private group: symbol | null = null;

  /** An edit of one's own was applied; `op` is exact. `at` is in milliseconds since some moment. */
  made(op: Op, kind: EditKind, before: Dashboard, after: Dashboard, at: number): void {
    if (kind === 'undo') this.stack.undone(op);
    else if (kind === 'redo') this.stack.redone(op);
    else {
      const isText = op.every((component) => 't' in component);
      this.stack.edited(op, opWords(op, before, after).join(', '), isText ? JSON.stringify(opPaths(op)) : null, at, this.group);
    }
    this.offer();
  }

  /** What is made meanwhile is one step. */
  asOne<T>(make: () => T): T {
    this.group = Symbol('edits');
    try {
      return make();
    } finally {
      this.group = null;
    }
  }

  changedByOthers(op: Op): void {
    this.stack.changedByOthers(op);
    this.offer();
  }

  /** The dashboard was replaced as a whole. */
  clear(): void {
    this.stack.clear();
    this.offer();
  }

  /**
   * Takes the next step: `apply` makes the edit and says whether there was anything to do. A step that others have made impossible
   * is left out, and told; the one before it is for the next time.
   */
  take(kind: 'undo' | 'redo', apply: (op: Op) => boolean): UndoOutcome {
    const next = (): UndoStep | null => (kind === 'undo' ? this.stack.nextUndo : this.stack.nextRedo);
    const first = next();
    if (first === null) return { status: 'nothing' };
    const { words, group } = first;
    let isDone = false;
    for (let step: UndoStep | null = first; step !== null; step = group !== null && next()?.group === group ? next() : null) {
      try {
        if (apply(step.op)) {
          isDone = true;
          continue;
        }
      } catch (error) {
        if (error instanceof CoboardError && error.code === 'FORBIDDEN') return { status: 'nothing' };
        // others changed the dashboard so that it cannot be taken back any more
      }
      if (kind === 'undo') this.stack.dropUndo();
      else this.stack.dropRedo();
    }
    this.offer();
    return { status: isDone ? 'done' : 'gone', words };
  }

  private offer(): void {
    const next = { undo: this.stack.nextUndo?.words ?? null, redo: this.stack.nextRedo?.words ?? null };
    const { undo, redo } = this.offers.value;
    if (undo !== next.undo || redo !== next.redo) this.offers.next(next);
  }
}
