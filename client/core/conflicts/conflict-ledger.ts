import { BehaviorSubject } from 'rxjs';
import { beginApart, partAtKey } from '../../../model/apart.ts';
import { applyShared } from '../../../model/apply-shared.ts';
import { emptyBook, mergedBooks, type Conflict, type ConflictBook } from '../../../model/conflict-book.ts';
import { bothReplaced, clashesOf, lineMeetings, meetings, type Clash } from '../../../model/conflicts.ts';
import type { Dashboard } from '../../../model/dashboard.ts';
import { fieldWords, thingWords } from '../../../model/field-words.ts';
import { newId } from '../../../model/id.ts';
import type { Json, Op, Path } from '../../../model/json0.ts';
import { limits } from '../../../model/limits.ts';
import { componentPath, opPaths, pathsTouch, valueAt } from '../../../model/op-paths.ts';
import { opWords } from '../../../model/op-words.ts';
import type { OpAuthor, WrittenLine } from '../../../model/protocol.ts';
import type { Clock } from '../../../model/clock.ts';
import { swiftJson0 } from '../document/swift-json0.ts';
import { SavedEdits } from './saved-edits.ts';

/** Where two people edited one thing, and both edits hold. */
export interface MergedTogether {
  readonly id: string;
  /** What it is called. */
  readonly what: string;
  readonly by: OpAuthor | null;
  /** Whether it was one text that both typed in. */
  readonly isText: boolean;
}

export interface ConflictLedgerParts {
  readonly clock: Clock;
  /** Has it kept: it changed here. */
  readonly keep: (book: ConflictBook) => void;
}

const mergedMax = 20;
const editsMax = 20;

/** Somebody else's op, as it came, and one's own that it did not know of. */
export interface Meeting {
  readonly mine: readonly Op[];
  readonly theirs: Op;
  readonly by: OpAuthor | null;
  /** The dashboard with one's own edits, before that op. */
  readonly dashboard: Dashboard;
  /** Whether it was entered before: the window of one's own edits has ended since. */
  readonly isKnown?: boolean;
}

/** Somebody else's op that was made at an earlier version than it has, and comes now. */
export interface LateOp extends Meeting {
  readonly base: number;
  /** Lines in it as they were written. */
  readonly lines: readonly WrittenLine[];
  readonly version: number;
}

/** Every overwrite between one's own edits and others' that did not know of each other, until the person has decided on it. */
export class ConflictLedger {
  /** What waits for a decision, the oldest first. */
  readonly open = new BehaviorSubject<readonly Conflict[]>([]);
  /** What was merged without losing anything, the newest first. */
  readonly merged = new BehaviorSubject<readonly MergedTogether[]>([]);
  private readonly parts: ConflictLedgerParts;
  private settled: ConflictBook['settled'] = [];
  /** When what is not saved yet was edited, by path. */
  private readonly editedAt = new Map<string, number>();
  private readonly savedEdits = new SavedEdits();

  constructor(parts: ConflictLedgerParts) {
    this.parts = parts;
  }

  get book(): ConflictBook {
    return { open: [...this.open.value], settled: this.settled };
  }

  /** Takes in what was kept, on this device or another: what was decided anywhere goes. */
  take(kept: ConflictBook): void {
    const { open, settled } = mergedBooks(this.book, kept, this.parts.clock.now());
    this.settled = settled;
    if (JSON.stringify(open) !== JSON.stringify(this.open.value)) this.open.next(open);
  }

  /** One made an edit, with everything in view: what it sets is decided by that. */
  edited(op: Op): void {
    const now = this.parts.clock.now();
    const paths = opPaths(op);
    for (const path of paths) this.editedAt.set(JSON.stringify(path), now);
    const decided = this.open.value.filter(({ kind, parts }) => kind === 'value' && parts.some((part) => paths.some((path) => pathsTouch(path, part.path))));
    for (const { id } of decided) this.settle(id);
  }

  /** Everything of one's own is saved. */
  through(): void {
    this.editedAt.clear();
  }

  /** An op of one's own, from here or from another window, is in the log at a version. */
  saved(op: Op, version: number): void {
    const times = opPaths(op).flatMap((path) => this.editedAt.get(JSON.stringify(path)) ?? []);
    this.savedEdits.add(op, version, Math.min(this.parts.clock.now(), ...times));
  }

  /** Somebody else's op overwrites what of one's own is saved and what its author had not seen; `mine` is on its way. */
  missed({ mine, theirs: merged, by, dashboard, base, lines, version }: LateOp): void {
    const theirs = merged.map((component) => ('t' in component ? lines.find(({ p }) => same(p, component.p)) : undefined) ?? component);
    const under = this.savedEdits.under(theirs, base, dashboard, mine);
    if (under === null) return;
    const { own, before, theirs: op, at } = under;
    const sides = { before, mine: dashboard, theirs: withOp(before, op), own, op };
    // what both deleted is not in the other op any more: then only its author could tell
    const met = lineMeetings(own, op).filter((path) => !own.some((one) => 't' in one && same(one.p, path) && one.o.some((step) => 'd' in step)));
    this.weigh([...clashesOf(own, op), ...linesOf(met, sides)], { sides, by, at, version });
  }

  /** Somebody else's op came while one's own were on their way. Gives the lines that both wrote anew, as they were written here. */
  met({ mine, theirs, by, dashboard, isKnown = false }: Meeting): WrittenLine[] {
    // thousands may wait, and nearly all of them have nothing to do with it
    const known = this.open.value.flatMap(({ parts }) => parts.map(({ path }) => path)).filter((path) => theirs.some(({ p }) => pathsTouch(p, path)));
    const touched = mine.filter((op) => !beginApart(op, theirs)).flatMap((op) => op.filter(({ p }) => theirs.some(({ p: q }) => areNear(p, q)) || known.some((path) => pathsTouch(p, path))));
    const lines = lineMeetings(touched, theirs);
    // what it clashes with was entered when it came first
    if (isKnown && lines.length === 0) return [];
    const found = isKnown ? [] : clashesOf(touched, theirs);
    const places = [...found.map(({ path }) => path), ...lines, ...known];
    const own = touched.filter(({ p }) => places.some((path) => pathsTouch(p, path)));
    let anew: Entering[] = [];
    let clashes = isKnown;
    if (places.length > 0) {
      const before = without(dashboard, own);
      const sides = { before, mine: dashboard, theirs: withOp(before, theirs), own, op: theirs };
      anew = linesOf(lines, sides);
      if (!isKnown) clashes = this.weigh([...found, ...anew], { sides, by });
    }
    if (!clashes) for (const path of meetings(touched, theirs)) this.mergedAt(path, by, dashboard);
    return anew.map(({ path }) => ({ p: path, oi: String(valueAt(dashboard, path)) }));
  }

  /** The person has decided. */
  settle(id: string): void {
    if (!this.open.value.some((one) => one.id === id)) return;
    this.settled = [...this.settled, { id, at: this.parts.clock.now() }].slice(-limits.conflictsMax);
    this.change(this.open.value.filter((one) => one.id !== id));
  }

  clear(): void {
    this.open.next(emptyBook.open);
    this.merged.next([]);
    this.settled = emptyBook.settled;
    this.editedAt.clear();
    this.savedEdits.clear();
  }

  /** Enters what clashes, and lets go what both have come to agree on; whether anything clashes. */
  private weigh(clashes: readonly Entering[], weighed: Weighed): boolean {
    const { sides } = weighed;
    let open = this.open.value;
    // of what was deleted too, that it is gone is what there is to decide
    for (const clash of clashes.filter((one) => isWhole(one, sides))) open = this.enter(open, clash, weighed);
    const agreed = open.filter((conflict) => isAgreed(conflict, sides));
    // what other devices know of them goes too
    this.settled = [...this.settled, ...agreed.map(({ id }) => ({ id, at: this.parts.clock.now() }))].slice(-limits.conflictsMax);
    if (clashes.length > 0 || agreed.length > 0) this.change(open.filter((conflict) => !agreed.includes(conflict)).slice(-limits.conflictsMax));
    return clashes.length > 0;
  }

  private enter(open: readonly Conflict[], { verdict, path: at, mine }: Entering, { sides, by, at: madeAt, version }: Weighed): readonly Conflict[] {
    const path = keyPath(at);
    const key = path.join('\0');
    const known = open.find((one) => one.kind === verdict && one.path.join('\0') === key);
    const now = this.parts.clock.now();
    const common = {
      // every window that sees it finds the same one
      id: known?.id ?? (version === undefined ? newId() : `${String(version)}-${hash(verdict + key)}`), path, by,
      mineAt: known?.mineAt ?? madeAt ?? this.editedAt.get(JSON.stringify(mine === undefined ? at : componentPath(mine))) ?? now,
      theirsAt: now,
    };
    const next: Conflict = verdict === 'value'
      ? { ...common, kind: verdict, ...fieldWords(sides.mine, at), parts: partsOf(known, at, sides), edits: [] }
      : { ...common, kind: verdict, field: thingWords(sides.before, at), of: null, parts: [], ...thingOf(verdict, at, sides), edits: editsOf(known, verdict, at, sides) };
    return [...open.filter((one) => one !== known), next];
  }

  private mergedAt(path: Path, by: OpAuthor | null, dashboard: Dashboard): void {
    const isText = path.length > 2;
    const id = JSON.stringify([path, by?.id]);
    const entry = { id, what: thingWords(dashboard, path.slice(0, 2)), by, isText };
    this.merged.next([entry, ...this.merged.value.filter((one) => one.id !== id)].slice(0, mergedMax));
  }

  private change(open: readonly Conflict[]): void {
    this.open.next(open);
    this.parts.keep(this.book);
  }
}

/** A dashboard as it was before two edits of it, and as each of them would have it. */
interface Sides {
  readonly before: Dashboard;
  readonly mine: Dashboard;
  readonly theirs: Dashboard;
  readonly own: Op;
  /** The other's. */
  readonly op: Op;
}

interface Weighed {
  readonly sides: Sides;
  readonly by: OpAuthor | null;
  /** For what was saved: when it was made, and the version of what overwrites it. */
  readonly at?: number;
  readonly version?: number;
}

type Entering = Pick<Clash, 'verdict' | 'path'> & Partial<Pick<Clash, 'mine'>>;

/** Whether what happens at the one place may matter to the other, or is seen in the same widget. */
export const areNear = (p: Path, q: Path): boolean => !partAtKey(p, q) || (p[0] === 'widgets' && q[0] === 'widgets' && p[1] === q[1]);
const hash = (text: string): string => Array.from(text).reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) >>> 0, 0).toString(36);
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Whether what a value belongs to is there still, on both sides. */
const isWhole = ({ verdict, path }: Entering, { mine, theirs }: Sides): boolean => verdict !== 'value' || [mine, theirs].every((side) => valueAt(side, path.slice(0, -1)) !== undefined);

/** Lines that both wrote anew. */
function linesOf(paths: readonly Path[], { before, mine, theirs }: Sides): Entering[] {
  return paths.filter((path) => {
    const [was, my, their] = [before, mine, theirs].map((side) => valueAt(side, path));
    return typeof was === 'string' && typeof my === 'string' && typeof their === 'string' && bothReplaced(was, my, their);
  }).map((path) => ({ verdict: 'value', path }));
}

/** Whether the other has come to the very same by now: then there is nothing left to decide. */
function isAgreed({ kind, parts }: Conflict, { mine, theirs, op }: Sides): boolean {
  if (kind !== 'value' || !parts.some((part) => op.some(({ p }) => pathsTouch(p, part.path)))) return false;
  return parts.every(({ path, mine: wanted }) => same(wanted, valueAt(theirs, path)) && same(wanted, valueAt(mine, path)));
}

/** The sides of a box are one thing to a person. */
const keyPath = (path: Path): string[] => (path[2] === 'box' ? path.slice(0, 3) : path).map(String);

function partsOf(known: Conflict | undefined, path: Path, { before, mine, theirs }: Sides): Conflict['parts'] {
  const at = path.map(String);
  const earlier = known?.parts.find((part) => part.path.join('\0') === at.join('\0'));
  const value = (of: Dashboard): Json | undefined => valueAt(of, path) as Json | undefined;
  const values = Object.entries({ was: earlier ? earlier.was : value(before), mine: value(mine), theirs: value(theirs) });
  // an empty field has no value
  const part = { path: at, ...Object.fromEntries(values.filter(([, one]) => one !== undefined)) };
  return [...(known?.parts ?? []).filter((one) => one !== earlier), part];
}

/** What was deleted, with what the other side did to it. */
function thingOf(verdict: Conflict['kind'], path: Path, { mine, theirs }: Sides): { thing?: Json } {
  const thing = valueAt(verdict === 'theyDeleted' ? mine : theirs, path) as Json | undefined;
  return thing === undefined ? {} : { thing };
}

/** What was edited in something that was deleted meanwhile, in words. */
function editsOf(known: Conflict | undefined, verdict: Conflict['kind'], path: Path, { before, mine, theirs, own, op }: Sides): string[] {
  const within = (edits: Op): Op => edits.filter(({ p }) => p.length > path.length && pathsTouch(p, path));
  const words = verdict === 'theyDeleted' ? opWords(within(own), before, mine) : opWords(within(op), before, theirs);
  return [...new Set([...(known?.edits ?? []), ...words])].slice(-editsMax);
}

/** What of an op does not apply here has nothing to do with what is weighed: only that is taken back. */
export function withOp(dashboard: Dashboard, op: Op): Dashboard {
  try {
    return applyShared(dashboard, op);
  } catch {
    // a part of it does not apply: see each by itself
  }
  return op.reduce((before, component) => {
    try {
      return applyShared(before, [component]);
    } catch {
      return before;
    }
  }, dashboard);
}

/** The dashboard before edits that it has in it. */
const without = (dashboard: Dashboard, op: Op): Dashboard => withOp(dashboard, swiftJson0.invert(structuredClone(op)));
