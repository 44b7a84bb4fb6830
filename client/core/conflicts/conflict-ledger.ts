import { BehaviorSubject } from 'rxjs';
import { applyShared } from '../../../model/apply-shared.ts';
import { emptyBook, mergedBooks, type Conflict, type ConflictBook } from '../../../model/conflict-book.ts';
import { clashesOf, meetings, valueAfter, withEdit, type Clash } from '../../../model/conflicts.ts';
import type { Dashboard } from '../../../model/dashboard.ts';
import { fieldWords, thingWords } from '../../../model/field-words.ts';
import { newId } from '../../../model/id.ts';
import type { Json, Op, Path } from '../../../model/json0.ts';
import { limits } from '../../../model/limits.ts';
import { componentPath, opPaths, pathsTouch, valueAt } from '../../../model/op-paths.ts';
import { opWords } from '../../../model/op-words.ts';
import type { OpAuthor } from '../../../model/protocol.ts';
import type { Clock } from '../../../model/clock.ts';
import { swiftJson0 } from '../document/swift-json0.ts';

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

  /** Somebody else's op came while one's own were on their way. */
  met({ mine, theirs, by, dashboard }: Meeting): void {
    const own = mine.flat();
    const clashes = clashesOf(own, theirs);
    let open = this.open.value;
    for (const clash of clashes) open = this.enter(open, clash, own, theirs, by, dashboard);
    const agreed = open.filter((conflict) => isAgreed(conflict, theirs));
    // what other devices know of them goes too
    this.settled = [...this.settled, ...agreed.map(({ id }) => ({ id, at: this.parts.clock.now() }))].slice(-limits.conflictsMax);
    if (clashes.length > 0 || agreed.length > 0) this.change(open.filter((conflict) => !agreed.includes(conflict)).slice(-limits.conflictsMax));
    if (clashes.length === 0) for (const path of meetings(own, theirs)) this.mergedAt(path, by, dashboard);
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
  }

  private enter(open: readonly Conflict[], clash: Clash, own: Op, theirs: Op, by: OpAuthor | null, dashboard: Dashboard): readonly Conflict[] {
    const path = keyPath(clash.path);
    const key = JSON.stringify(path);
    const before = open.find((one) => one.kind === clash.verdict && JSON.stringify(one.path) === key);
    const now = this.parts.clock.now();
    const next: Conflict = {
      id: before?.id ?? newId(),
      kind: clash.verdict,
      path,
      ...(clash.verdict === 'value' ? fieldWords(dashboard, clash.path) : { field: nameOf(clash, dashboard), of: null }),
      parts: clash.verdict === 'value' ? partsOf(before, clash, dashboard) : [],
      ...(clash.verdict === 'value' ? {} : thingOf(clash, theirs, dashboard)),
      edits: clash.verdict === 'value' ? [] : editsOf(before, clash, own, theirs, dashboard),
      by,
      mineAt: before?.mineAt ?? this.editedAt.get(JSON.stringify(componentPath(clash.mine))) ?? now,
      theirsAt: now,
    };
    return [...open.filter((one) => one !== before), next];
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

/** Whether the other has come to the very same by now: then there is nothing left to decide. */
function isAgreed({ kind, parts }: Conflict, theirs: Op): boolean {
  if (kind !== 'value') return false;
  const agrees = (part: Conflict['parts'][number]): boolean => {
    const edit = theirs.findLast(({ p }) => p.join('\0') === part.path.join('\0'));
    const value = edit === undefined ? part.theirs : valueAfter(edit, part.path, part.theirs);
    return JSON.stringify(value) === JSON.stringify(part.mine);
  };
  return parts.every(agrees);
}

/** The sides of a box are one thing to a person. */
const keyPath = (path: Path): string[] => (path[2] === 'box' ? path.slice(0, 3) : path).map(String);

function partsOf(before: Conflict | undefined, { path, mine, theirs }: Clash, dashboard: Dashboard): Conflict['parts'] {
  const at = path.map(String);
  const earlier = before?.parts.find((part) => part.path.join() === at.join());
  const stood = (earlier ? earlier.was : stoodAt(path, theirs) ?? stoodAt(path, mine));
  const seen = earlier?.theirs ?? stood;
  const own = valueAt(dashboard, path) as Json | undefined;
  const other = valueAfter(theirs, path, seen);
  const part = {
    path: at,
    ...(stood === undefined ? {} : { was: stood }), ...(own === undefined ? {} : { mine: own }), ...(other === undefined ? {} : { theirs: other }),
  };
  return [...(before?.parts ?? []).filter((one) => one !== earlier), part];
}

/** What stood at a path before an edit of it, as far as that says. */
function stoodAt(path: Path, edit: Clash['mine']): Json | undefined {
  return 'od' in edit ? (valueAt(edit.od, path.slice(edit.p.length)) as Json | undefined) : undefined;
}

function nameOf({ verdict, path, mine }: Clash, dashboard: Dashboard): string {
  return verdict === 'iDeleted' ? thingWords(withThing(dashboard, path, 'od' in mine ? mine.od : undefined), path) : thingWords(dashboard, path);
}

/** The dashboard as if something were still there. */
function withThing(dashboard: Dashboard, path: Path, thing: Json | undefined): Dashboard {
  const [root = '', id = ''] = path.map(String);
  if (thing === undefined || path.length !== 2) return dashboard;
  return { ...dashboard, [root]: { ...(dashboard[root as keyof Dashboard] as object), [id]: thing } };
}

function thingOf({ verdict, path, mine }: Clash, theirs: Op, dashboard: Dashboard): { thing?: Json } {
  if (verdict === 'theyDeleted') {
    const thing = valueAt(dashboard, path) as Json | undefined;
    return thing === undefined ? {} : { thing };
  }
  let thing = 'od' in mine ? (mine.od as Json | undefined) : undefined;
  if (thing === undefined) return {};
  for (const edit of theirs) if (pathsTouch(edit.p, path) && edit.p.length > path.length) thing = withEdit(thing, path, edit);
  return { thing };
}

/** What was edited in something that was deleted meanwhile, in words. */
function editsOf(before: Conflict | undefined, { verdict, path, mine }: Clash, own: Op, theirs: Op, dashboard: Dashboard): string[] {
  const within = (op: Op): Op => op.filter((edit) => edit.p.length > path.length && pathsTouch(edit.p, path));
  let words: string[];
  if (verdict === 'theyDeleted') {
    const op = within(own);
    words = opWords(op, without(dashboard, op), dashboard);
  } else {
    const there = withThing(dashboard, path, 'od' in mine ? mine.od : undefined);
    const op = within(theirs);
    words = opWords(op, there, withOp(there, op));
  }
  return [...new Set([...(before?.edits ?? []), ...words])].slice(-editsMax);
}

function withOp(dashboard: Dashboard, op: Op): Dashboard {
  try {
    return applyShared(dashboard, op);
  } catch {
    // made on something that is not here: then the words do without how it was
    return dashboard;
  }
}

const without = (dashboard: Dashboard, op: Op): Dashboard => withOp(dashboard, swiftJson0.invert(structuredClone(op)));
