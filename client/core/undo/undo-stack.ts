import json0 from 'ot-json0';
import type { Op } from '../../../model/json0.ts';
import { transformSteps } from '../../../model/undo-steps.ts';

const { type } = json0;

/** Something that can be undone or redone: the op that does it now, and what it is in words. */
export interface UndoStep {
  readonly op: Op;
  readonly words: string;
  /** Steps of one group are taken together: what made them was one edit to its person, and too large for one op. */
  readonly group: symbol | null;
}

interface Entry extends UndoStep {
  readonly mergeKey: string | null;
  readonly at: number;
}

/** Edits of one thing within this time undo as one, so that undo takes back words and not letters. */
const mergeWithinMs = 1_000;
const stepsMax = 200;

/**
 * What a person can undo and redo: their own edits, and never what others did since. Each step is the exact inverse of an edit,
 * transformed against everything that came after it; where somebody else has since changed the same value, theirs stays.
 */
export class UndoStack {
  private undoSteps: Entry[] = [];
  private redoSteps: Entry[] = [];

  /** The step that `undo` would take; null if there is none. */
  get nextUndo(): UndoStep | null {
    return last(this.undoSteps);
  }

  get nextRedo(): UndoStep | null {
    return last(this.redoSteps);
  }

  /** A new edit of one's own was made; `op` is exact. Edits with the same merge key in short order undo together. */
  edited(op: Op, words: string, mergeKey: string | null, at: number, group: symbol | null = null): void {
    this.redoSteps = [];
    const inverse = type.invert(op);
    const before = this.undoSteps.at(-1);
    if (before && group === null && mergeKey !== null && before.mergeKey === mergeKey && at - before.at < mergeWithinMs) {
      this.undoSteps[this.undoSteps.length - 1] = { op: type.compose(inverse, before.op), words, mergeKey, at, group };
      return;
    }
    // nothing joins a group from outside
    this.undoSteps.push({ op: inverse, words, mergeKey: group === null ? mergeKey : null, at, group });
    if (this.undoSteps.length <= stepsMax) return;
    const oldest = this.undoSteps.shift()?.group ?? null;
    while (oldest !== null && this.undoSteps[0]?.group === oldest) this.undoSteps.shift();
  }

  /** The step that was last offered was taken: `op` is what was applied, exact. */
  undone(op: Op): void {
    this.move(this.undoSteps, this.redoSteps, op);
  }

  redone(op: Op): void {
    this.move(this.redoSteps, this.undoSteps, op);
  }

  /** Drops the step last offered because nothing is left of it. */
  dropUndo(): void {
    this.undoSteps.pop();
  }

  dropRedo(): void {
    this.redoSteps.pop();
  }

  /** Somebody else changed the document. */
  changedByOthers(op: Op): void {
    this.undoSteps = transformSteps(this.undoSteps, op);
    this.redoSteps = transformSteps(this.redoSteps, op);
  }

  /** The document was replaced: nothing that is known fits any more. */
  clear(): void {
    this.undoSteps = [];
    this.redoSteps = [];
  }

  private move(from: Entry[], to: Entry[], op: Op): void {
    const step = from.pop();
    if (step) to.push({ ...step, op: type.invert(op), mergeKey: null });
  }
}

/** The step that is next, in the words of its whole group. */
function last(steps: readonly Entry[]): UndoStep | null {
  const step = steps.at(-1);
  if (step?.group == null) return step ?? null;
  return { ...step, words: [...new Set(steps.flatMap(({ group, words }) => (group === step.group ? [words] : [])))].join(', ') };
}
