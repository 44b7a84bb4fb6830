import assert from 'node:assert/strict';
import type { Conflict } from '../../../model/conflict-book.ts';
import type { LoggedOp } from '../../../client/core/local/local-store.ts';
import type { Path } from '../../../model/json0.ts';
import { pathsTouch } from '../../../model/op-paths.ts';
import { deletionName, editNames, isWidget, type MadeEdit, type MadeEdits } from './made-edits.ts';
import type { SimTab } from './sim-tab.ts';

interface Standing {
  readonly edit: MadeEdit;
  readonly v: number;
}

/** Which edits of a log overwrote what their makers had not seen, and what the people it is about were told. */
export class Overwrites {
  /** How many had to be told, for who wants to know whether anything was tried. */
  told = 0;
  private readonly edits: MadeEdits;
  private readonly tabs: readonly SimTab[];
  /** The versions that edits have in the log. */
  private readonly versions = new Map<string, number>();
  /** What the makers of the ops had seen when they made the first edit that went with them: several leave as one op, and one op says one version. */
  private readonly bases = new Map<number, number>();

  constructor(edits: MadeEdits, tabs: readonly SimTab[]) {
    this.edits = edits;
    this.tabs = tabs;
  }

  check(log: readonly LoggedOp[]): void {
    const standing = new Map<string, Standing>();
    for (const { v, op = [] } of log) for (const name of editNames(op)) this.versions.set(name, v);
    for (const edit of this.edits.all) {
      for (const name of this.edits.line(edit.name)) {
        const v = this.versions.get(name);
        if (v !== undefined) this.bases.set(v, Math.min(this.bases.get(v) ?? Infinity, edit.at));
      }
    }
    for (const { v, op = [], by } of log) {
      for (const component of op) {
        for (const name of editNames([component])) {
          const [edit, ...more] = this.edits.of(name).filter(({ person }) => person === by?.id);
          // two windows of one person delete one thing: which of them this is, nobody can tell
          if (edit === undefined || edit.deed === 'typed' || more.length > 0) continue;
          for (const [key, lost] of standing) if (pathsTouch(lost.edit.path, edit.path)) {
            this.mustKnow(lost, { edit, v });
            standing.delete(key);
          }
          if (edit.deed === 'set') standing.set(edit.path.join(), { edit, v });
        }
      }
    }
    for (const tab of this.tabs) for (const conflict of tab.conflicts.values()) this.isConcurrent(conflict, tab);
  }

  /** Who lost something has an entry, if a window of theirs was there for both. */
  private mustKnow(lost: Standing, by: Standing): void {
    const { person } = lost.edit;
    if (by.edit.at > lost.v || by.edit.person === person) return;
    const there = this.tabs.filter((tab) => tab.person === person && tab.heardBoth(lost.v, by.v));
    if (there.length === 0) return;
    this.told += 1;
    const widget = by.edit.path.slice(0, 2).join();
    for (const tab of there) {
      const entries = [...tab.conflicts.values()].filter((one) => one.by?.id === by.edit.person);
      // what one op sets twice is what it sets last; and where one of the two deleted the whole widget as well, that is what there is to decide
      const isTold = entries.some(({ kind, path, parts: [part] }) => (kind === 'value'
        ? path.join() === by.edit.path.join() && this.versions.get(this.edits.one(part?.theirs)?.name ?? '') === by.v
        : path.join() === widget));
      assert.ok(isTold, `${lost.edit.name} (${person}, ${String(lost.v)}) was overwritten by ${by.edit.name} (${by.edit.person}, made at ${String(by.edit.at)}, ${String(by.v)}), unseen and untold`);
    }
  }

  /** No entry is about what one of the two had seen of the other. */
  private isConcurrent(conflict: Conflict, { person }: SimTab): void {
    const { kind, path, parts: [part], by } = conflict;
    const words = (): string => `${person} was told of what was seen: ${JSON.stringify(conflict)}`;
    if (kind === 'value') {
      const [mine, theirs] = [this.edits.one(part?.mine), this.edits.one(part?.theirs)];
      assert.ok(mine?.person === person && theirs !== undefined && theirs.person === by?.id && this.areApart(mine, theirs), words());
      return;
    }
    const [deleter, editor] = kind === 'theyDeleted' ? [by?.id, person] : [person, by?.id];
    const deletions = this.edits.of(deletionName(String(path[1]))).filter((one) => one.person === deleter);
    const within = this.edits.all.filter((one) => one.person === editor && one.deed === 'set' && isInside(one.path, path));
    assert.ok(deletions.some((deletion) => within.some((edit) => this.areApart(deletion, edit))), words());
  }

  private areApart(one: MadeEdit, other: MadeEdit): boolean {
    return !this.hasSeen(one, other) && !this.hasSeen(other, one);
  }

  private baseOf({ name, at }: MadeEdit): number {
    return this.bases.get(this.versions.get(name) ?? -1) ?? at;
  }

  private hasSeen(edit: MadeEdit, other: MadeEdit): boolean {
    return edit.tab === other.tab || edit.tab.adopted.has(other.name) || (this.versions.get(other.name) ?? Infinity) < this.baseOf(edit);
  }
}

const isInside = (path: Path, widget: Path): boolean => isWidget(widget) && path.length > widget.length && pathsTouch(path, widget);
