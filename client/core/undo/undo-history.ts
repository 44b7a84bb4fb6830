import { BehaviorSubject } from 'rxjs';
import type { Dashboard } from '../../../model/dashboard.ts';
import { CoboardError } from '../../../model/errors.ts';
import type { Op } from '../../../model/json0.ts';
import { opPaths } from '../../../model/op-paths.ts';
import { opWords } from '../../../model/op-words.ts';
import { UndoStack, type UndoStep } from './undo-stack.ts';

/** What undo and redo would do, in words like those of the history ("moved Revenue"); null: nothing. */
export interface UndoOffer {
  readonly undo: string | null;
  readonly redo: string | null;
}

/** How an edit of one's own came about. */
export type EditKind = 'edit' | 'undo' | 'redo';

/** What one can take back of a dashboard, and make again, told in words. */
export class UndoHistory {
  readonly offers = new BehaviorSubject<UndoOffer>({ undo: null, redo: null });
  private readonly stack = new UndoStack();

  /** An edit of one's own was applied; `op` is exact. `at` is in milliseconds since 1970. */
  made(op: Op, kind: EditKind, before: Dashboard, after: Dashboard, at: number): void {
    if (kind === 'undo') this.stack.undone(op);
    else if (kind === 'redo') this.stack.redone(op);
    else {
      const isText = op.every((component) => 't' in component);
      this.stack.edited(op, opWords(op, before, after).join(', '), isText ? JSON.stringify(opPaths(op)) : null, at);
    }
    this.offer();
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
   * Takes the next step: `apply` makes the edit and says whether there was anything to do. Steps that others have made impossible
   * are left out. What was done, in words; null for nothing.
   */
  take(kind: 'undo' | 'redo', apply: (op: Op) => boolean): string | null {
    const next = (): UndoStep | null => (kind === 'undo' ? this.stack.nextUndo : this.stack.nextRedo);
    for (let step = next(); step !== null; step = next()) {
      try {
        if (apply(step.op)) return step.words;
      } catch (error) {
        if (error instanceof CoboardError && error.code === 'FORBIDDEN') break;
        // others changed the dashboard so that it cannot be taken back any more
      }
      if (kind === 'undo') this.stack.dropUndo();
      else this.stack.dropRedo();
    }
    this.offer();
    return null;
  }

  private offer(): void {
    const next = { undo: this.stack.nextUndo?.words ?? null, redo: this.stack.nextRedo?.words ?? null };
    const { undo, redo } = this.offers.value;
    if (undo !== next.undo || redo !== next.redo) this.offers.next(next);
  }
}
