import type { Dashboard } from '../dashboard.ts';
import type { Op, Path } from '../json0.ts';
import type { EditReason } from '../protocol.ts';
import { opPaths, valueAt } from '../op-paths.ts';
import { opWords } from '../op-words.ts';
import { kindsOf, thingsOf, type ChangeKind, type Thing } from './change.ts';

/** Edits of one person on one thing that follow each other, as one line of a history. */
export interface Run {
  /** The version of its first op, and that after its last; ops of others may lie between. */
  readonly from: number;
  readonly to: number;
  /** Ops in it. */
  readonly count: number;
  /** Who, by reference; null for nobody known. */
  readonly by: string | null;
  /** When its first and its last op were made; milliseconds since 1970. */
  readonly at: number;
  readonly until: number;
  /** What it is about, at most {@link thingsMax}. */
  readonly things: readonly Thing[];
  readonly kinds: readonly ChangeKind[];
  /** In words, past tense, without the person; at most {@link wordsMax} lines. */
  readonly words: readonly string[];
  /** Why, where that is known. */
  readonly why?: EditReason;
}

/** An op as the history takes it: with the dashboard before and after it; null where there is none. */
export interface HistoryOp {
  readonly v: number;
  readonly by: string | null;
  readonly at: number;
  readonly op: Op | null;
  readonly before: Dashboard | null;
  readonly after: Dashboard | null;
  readonly why?: EditReason | undefined;
}

export interface RunTimes {
  /** Longer than this without an edit ends a run; so does lasting longer than that. Milliseconds. */
  readonly gapMs: number;
  readonly durationMaxMs: number;
}

export const thingsMax = 10;
const wordsMax = 5;

interface OpenRun {
  run: Run;
  readonly key: string;
  /** Texts that were typed in, as they were before. */
  readonly texts: Map<string, { readonly path: Path; readonly was: string }>;
  /** What else was done. */
  readonly said: Set<string>;
}

/** Puts ops together to runs, the same whenever it begins at a version where no run was open. */
export class Runs {
  private readonly times: RunTimes;
  private readonly open = new Map<string, OpenRun>();
  /** Runs that are over, as long as an open one began before they ended. */
  private closed: Run[] = [];

  constructor(times: RunTimes) {
    this.times = times;
  }

  /** Takes the next op of the log; gives the run that it is in, as it is now. */
  take(op: HistoryOp): Run {
    this.closeBefore(op.at);
    const { op: edit, before, after } = op;
    if (edit === null || before === null || after === null) return wholeRun(op);
    const things = thingsOf(edit).slice(0, thingsMax);
    const key = JSON.stringify([op.by, things, op.why]);
    let open = this.open.get(key);
    if (!open) {
      const run: Run = { from: op.v, to: op.v, count: 0, by: op.by, at: op.at, until: op.at, things, kinds: [], words: [], ...(op.why === undefined ? {} : { why: op.why }) };
      this.open.set(key, (open = { run, key, texts: new Map(), said: new Set() }));
    }
    this.extend(open, op, edit, before, after);
    return open.run;
  }

  /** Up to this version nothing changes any more, and no run goes across it: where making runs may begin anew. At most `version`. */
  settled(version: number): number {
    let settled = Math.min(version, ...[...this.open.values()].map(({ run }) => run.from));
    // one that began before that and ended behind it would be begun anew in its middle
    for (let across: Run | undefined; (across = this.closed.find(({ from, to }) => from < settled && settled < to));) settled = across.from;
    this.closed = this.closed.filter(({ to }) => to > settled);
    return settled;
  }

  /** Ends the runs that are over by then. */
  closeBefore(now: number): void {
    for (const { key, run } of [...this.open.values()]) {
      if (now - run.until > this.times.gapMs || now - run.at > this.times.durationMaxMs) {
        this.open.delete(key);
        this.closed.push(run);
      }
    }
  }

  private extend(open: OpenRun, { v, at }: HistoryOp, edit: Op, before: Dashboard, after: Dashboard): void {
    const { run, texts, said } = open;
    const typed = edit.filter((component) => 't' in component);
    for (const path of opPaths(typed)) {
      const key = path.join('\0');
      const was = valueAt(before, path);
      if (!texts.has(key) && typeof was === 'string') texts.set(key, { path, was });
    }
    const rest = edit.filter((component) => !('t' in component));
    if (rest.length > 0) for (const words of opWords(rest, before, after)) said.add(words);
    const words = [...[...texts.values()].flatMap(({ path, was }) => textWords(path, was, before, after)), ...said];
    open.run = {
      ...run, to: v + 1, count: run.count + 1, until: at,
      kinds: [...new Set([...run.kinds, ...kindsOf(edit, before, after)])],
      words: words.length > wordsMax ? [...words.slice(0, wordsMax - 1), `and made ${String(words.length - wordsMax + 1)} more changes`] : words,
    };
  }
}

/** A creation or a deletion is a line of its own. */
function wholeRun({ v, by, at, before, after }: HistoryOp): Run {
  const title = (after ?? before)?.title.trim();
  const name = title === undefined || title === '' ? 'the dashboard' : title;
  const [kind, words]: [ChangeKind, string] = after === null ? ['deleted', `deleted ${name}`] : v === 0 ? ['created', `created ${name}`] : ['restored', `brought back ${name}`];
  return { from: v, to: v + 1, count: 1, by, at, until: at, things: ['dashboard'], kinds: [kind], words: [words] };
}

const wordsIn = (text: string): string[] => text.split(/\s+/u).filter((word) => word !== '');

/** What was done to a text from before a run until now: names as they read now, longer texts by how many words are new or gone. */
function textWords(path: Path, was: string, before: Dashboard, after: Dashboard): string[] {
  const is = valueAt(after, path);
  if (typeof is !== 'string' || is === was) return [];
  const isLong = path.join('.') === 'description' || path.at(-1) === 'text';
  // the words for one edit from what it was to what it is
  if (!isLong || path.length !== 4) return opWords([{ p: [...path], od: was, oi: is }], withText(before, path, was), after);
  const [added, gone] = [missing(wordsIn(was), wordsIn(is)), missing(wordsIn(is), wordsIn(was))];
  const text = added > 0 || gone > 0 ? [{ p: 0, ...(added > 0 ? { i: 'word '.repeat(added) } : { d: 'word '.repeat(gone) }) }] : [];
  return opWords([{ p: [...path], t: 'text0', o: text }], before, after);
}

/** How many words of the one are not in the other. */
function missing(there: readonly string[], here: readonly string[]): number {
  const left = new Map<string, number>();
  for (const word of there) left.set(word, (left.get(word) ?? 0) + 1);
  let count = 0;
  for (const word of here) {
    const rest = left.get(word) ?? 0;
    if (rest > 0) left.set(word, rest - 1);
    else count += 1;
  }
  return count;
}

/** A dashboard with another text in it, for its name; the rest is shared. */
function withText<T>(value: T, [key, ...rest]: Path, text: string): T {
  if (key === undefined) return text as T;
  const map = value as Readonly<Record<string | number, unknown>>;
  return { ...map, [key]: withText(map[key], rest, text) } as T;
}
