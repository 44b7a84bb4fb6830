import { areApart } from '../../../model/apart.ts';
import { applyShared } from '../../../model/apply-shared.ts';
import type { Dashboard } from '../../../model/dashboard.ts';
import type { Component, Op, Path } from '../../../model/json0.ts';
import { limits } from '../../../model/limits.ts';
import { pathsTouch, valueAt } from '../../../model/op-paths.ts';
import { swiftJson0 } from '../document/swift-json0.ts';

interface SavedOp {
  readonly v: number;
  readonly op: Op;
  /** When it was edited; milliseconds since 1970. */
  readonly at: number;
  readonly chars: number;
}

/** One's own edits that an op overwrites whose author had not seen them, and the dashboard before these. */
export interface Overwritten {
  readonly own: Op;
  /** When the last of them was made. */
  readonly at: number;
  readonly before: Dashboard;
  /** The other op, as it is on that dashboard. */
  readonly theirs: Op;
}

/** One's own ops of late that are in the log, from this window and others, so that it is noticed when somebody overwrites one unseen. */
export class SavedEdits {
  private saved: SavedOp[] = [];
  private chars = 0;

  /** An op of one's own is in the log at a version; they come in the log's order. */
  add(op: Op, v: number, at: number): void {
    // documents change what they are given in place
    const text = JSON.stringify(op);
    this.saved.push({ v, op: JSON.parse(text) as Op, at, chars: text.length });
    this.chars += text.length;
    while (this.saved.length > limits.savedEditsMax || this.chars > limits.savedEditsCharsMax) this.chars -= this.saved.shift()?.chars ?? 0;
  }

  clear(): void {
    this.saved = [];
    this.chars = 0;
  }

  /**
   * What of it an op touches that was made at a version `base` and comes now, as far as it stands: what somebody has changed since is
   * not one's own any more. `waiting` is on its way and in the dashboard, and is left to be looked at by itself. Null for nothing.
   */
  under(theirs: Op, base: number, dashboard: Dashboard, waiting: readonly Op[]): Overwritten | null {
    if ((this.saved.at(-1)?.v ?? -1) < base) return null;
    let [before, op, lastAt] = [dashboard, theirs, 0];
    const own: Component[] = [];
    const ended: Path[] = [];
    for (const { op: components, at } of this.saved.filter((one) => one.v >= base && !areApart(one.op, theirs)).reverse()) {
      for (const component of components.toReversed()) {
        if (areApart([component], theirs) || waiting.some((one) => !areApart([component], one)) || ended.some((path) => pathsTouch(path, component.p))) continue;
        const back = swiftJson0.invert([component]);
        try {
          if ('oi' in component || 'od' in component) stillIs(before, component);
          before = applyShared(before, back);
        } catch {
          ended.push(component.p);
          continue;
        }
        // where else anything is set or deleted does not depend on what was there
        if ('t' in component) op = swiftJson0.transform(op, back, 'left');
        own.unshift(component);
        lastAt = Math.max(lastAt, at);
      }
    }
    return own.length === 0 ? null : { own, at: lastAt, before, theirs: op };
  }
}

/** @throws Error where something else stands by now than what an edit has set */
function stillIs(dashboard: Dashboard, { p, oi }: Component & { readonly oi?: unknown }): void {
  if (JSON.stringify(valueAt(dashboard, p)) !== JSON.stringify(oi)) throw new Error('changed since');
}
