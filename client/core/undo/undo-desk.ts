import type { Dashboard } from '../../../model/dashboard.ts';
import { CoboardError } from '../../../model/errors.ts';
import type { Op } from '../../../model/json0.ts';
import { checkOp, exactOp } from '../../../model/op-check.ts';
import { randomEdit, type Chance } from '../../../model/testing/arbitrary-edits.ts';
import { UndoStack } from './undo-stack.ts';

// What the tests of undo share.

/** A dashboard, one person's undo stack on it, and edits of that person and of others. */
export class Desk {
  dashboard: Dashboard;
  readonly stack = new UndoStack();
  private at = 0;

  constructor(dashboard: Dashboard) {
    this.dashboard = dashboard;
  }

  mine(op: Op, mergeKey: string | null = null, laterMs = 10_000): void {
    if (op.length === 0) return;
    this.at += laterMs;
    this.dashboard = checkOp(this.dashboard, op);
    this.stack.edited(op, `edit at ${String(this.at)}`, mergeKey, this.at);
  }

  theirs(op: Op): void {
    if (op.length === 0) return;
    this.dashboard = checkOp(this.dashboard, op);
    this.stack.changedByOthers(op);
  }

  /** Takes the next step if it can be taken, and drops it otherwise, as the live dashboard does; says whether it was taken. */
  step(kind: 'undo' | 'redo'): boolean {
    const step = kind === 'undo' ? this.stack.nextUndo : this.stack.nextRedo;
    if (step === null) return false;
    let op: Op = [];
    let next: Dashboard | null = null;
    try {
      op = exactOp(this.dashboard, step.op);
      next = checkOp(this.dashboard, op);
    } catch (error) {
      if (!(error instanceof CoboardError)) throw error;
    }
    if (next === null || op.length === 0) {
      if (kind === 'undo') this.stack.dropUndo();
      else this.stack.dropRedo();
      return false;
    }
    this.dashboard = next;
    if (kind === 'undo') this.stack.undone(op);
    else this.stack.redone(op);
    return true;
  }

  random(chance: Chance): void {
    const op = (): Op => {
      const wanted = randomEdit(this.dashboard, chance);
      try {
        checkOp(this.dashboard, wanted);
        return wanted;
      } catch {
        // one that a limit forbids
        return [];
      }
    };
    const what = chance();
    if (what < 0.4) this.mine(op());
    else if (what < 0.7) this.theirs(op());
    else this.step(what < 0.9 ? 'undo' : 'redo');
  }
}
