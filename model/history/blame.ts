import type { Widget } from '../dashboard.ts';
import type { Op, Path, TextComponent } from '../json0.ts';
import { componentPath, pathsTouch, valueAt } from '../op-paths.ts';

/** Who did something, when, by which version; the later one has the higher version. */
export interface BlameMark {
  readonly v: number;
}

/** Letters that follow each other and came with one op. */
export interface BlameSpan<M extends BlameMark> {
  readonly length: number;
  readonly mark: M;
}

/** Who wrote which letters of a text, and where something was taken out last: before the letter at `offset`. */
export interface TextBlame<M extends BlameMark> {
  readonly spans: readonly BlameSpan<M>[];
  readonly cuts: readonly { readonly offset: number; readonly mark: M }[];
}

/** Who set what of a widget last. */
export interface WidgetBlame<M extends BlameMark> {
  /** By the path of the field within the dashboard, its steps joined by dots. */
  readonly fields: ReadonlyMap<string, M>;
  /** Of a note; null for what has no long text. */
  readonly text: TextBlame<M> | null;
}

/** Letters of the text as it is now that were there already, in the text as it was then. */
interface Segment {
  readonly at: number;
  readonly now: number;
  readonly length: number;
}

/** The fields of a widget that are set one by one: paths within the dashboard. */
export function fieldsOf(id: string, widget: Widget): Path[] {
  const settings = Object.keys(widget.settings).filter((key) => key !== 'items').map((key) => ['settings', key]);
  const items = widget.kind === 'checklist' ? Object.keys(widget.settings.items).map((item) => ['settings', 'items', item]) : [];
  return [['title'], ['tab'], ['box'], ...settings, ...items].map((path) => ['widgets', id, ...path]);
}

/** Where a note has its text. */
export const textPath = (id: string): Path => ['widgets', id, 'settings', 'text'];

/**
 * Finds who set what of a widget last by going back from now, op by op, until everything has its mark: no further than it must. An op that
 * undoes, restores or takes back is an edit like any other: whoever made it has set what it set.
 */
export class BlameWalk<M extends BlameMark> {
  private readonly path: Path;
  private readonly open: Map<string, Path>;
  private readonly fields = new Map<string, M>();
  private readonly letters: (M | undefined)[] | null;
  private readonly cuts = new Map<number, M>();
  private segments: readonly Segment[];

  constructor(id: string, widget: Widget) {
    this.path = textPath(id);
    this.open = new Map(fieldsOf(id, widget).map((path) => [path.join('.'), path]));
    const text = valueAt({ widgets: { [id]: widget } }, this.path);
    this.letters = typeof text === 'string' ? new Array<M | undefined>(text.length) : null;
    this.segments = typeof text === 'string' && text !== '' ? [{ at: 0, now: 0, length: text.length }] : [];
  }

  /** Nothing older could say more. */
  get isDone(): boolean {
    return this.open.size === 0 && this.segments.length === 0;
  }

  /** Takes the next older op. */
  take(op: Op, mark: M): void {
    for (const component of op.toReversed()) {
      const path = componentPath(component);
      for (const [key, field] of this.open) {
        if (!pathsTouch(path, field)) continue;
        this.fields.set(key, mark);
        this.open.delete(key);
      }
      if (this.segments.length === 0 || !pathsTouch(path, this.path)) continue;
      const edits = editsIn(component);
      if (edits === null) this.claimAll(mark);
      else for (const edit of edits.toReversed()) this.undo(edit, mark);
    }
  }

  /** Takes the creation of the dashboard: what is left was there from the beginning. */
  takeCreation(mark: M): void {
    for (const key of this.open.keys()) this.fields.set(key, mark);
    this.open.clear();
    this.claimAll(mark);
  }

  result(): WidgetBlame<M> {
    const spans: { length: number; mark: M }[] = [];
    for (const mark of this.letters ?? []) {
      const last = spans.at(-1);
      if (mark === undefined) continue;
      if (last?.mark === mark) last.length += 1;
      else spans.push({ length: 1, mark });
    }
    const cuts = [...this.cuts].map(([offset, mark]) => ({ offset, mark })).sort((a, b) => a.offset - b.offset);
    return { fields: this.fields, text: this.letters === null ? null : { spans, cuts } };
  }

  private claimAll(mark: M): void {
    for (const { now, length } of this.segments) this.letters?.fill(mark, now, now + length);
    this.segments = [];
  }

  /** Goes back behind one edit of the text. */
  private undo(edit: TextComponent, mark: M): void {
    const segments: Segment[] = [];
    if ('i' in edit) {
      const [from, to] = [edit.p, edit.p + edit.i.length];
      for (const { at, now, length } of this.segments) {
        const end = at + length;
        if (at < from) segments.push({ at, now, length: Math.min(end, from) - at });
        const [first, last] = [Math.max(at, from), Math.min(end, to)];
        if (first < last) this.letters?.fill(mark, now + first - at, now + last - at);
        if (end > to) segments.push({ at: Math.max(at, to) - edit.i.length, now: now + Math.max(at, to) - at, length: end - Math.max(at, to) });
      }
    } else {
      let place = 0;
      for (const { at, now, length } of this.segments) {
        const before = Math.max(0, Math.min(length, edit.p - at));
        if (before > 0) {
          segments.push({ at, now, length: before });
          place = now + before;
        }
        if (before < length) segments.push({ at: at + before + edit.d.length, now: now + before, length: length - before });
      }
      // a later one has been there already
      if (!this.cuts.has(place)) this.cuts.set(place, mark);
    }
    this.segments = segments;
  }
}

/** The edits of a text that a component makes; null for one that sets it as a whole. */
function editsIn(component: Op[number]): readonly TextComponent[] | null {
  if ('t' in component) return component.o;
  if ('si' in component) return [{ p: Number(component.p.at(-1)), i: component.si }];
  return 'sd' in component ? [{ p: Number(component.p.at(-1)), d: component.sd }] : null;
}

/** A sentence, or a line without an end mark: from `start` to before `end`, in UTF-16 units; who wrote in it or took something out of it last. */
export interface SentenceBlame<M extends BlameMark> {
  readonly start: number;
  readonly end: number;
  readonly mark: M;
}

/** Who wrote which sentence of a text last. */
export function sentenceBlame<M extends BlameMark>(text: string, { spans, cuts }: TextBlame<M>): SentenceBlame<M>[] {
  const sentences: SentenceBlame<M>[] = [];
  let [span, spanStart, cut] = [0, 0, 0];
  for (const [start, end] of sentencesOf(text)) {
    let latest: M | undefined;
    const see = (mark: M): void => { if (latest === undefined || mark.v > latest.v) latest = mark; };
    while (span < spans.length && spanStart + (spans[span]?.length ?? 0) <= start) spanStart += spans[span++]?.length ?? 0;
    for (let [i, at] = [span, spanStart]; i < spans.length && at < end; at += spans[i++]?.length ?? 0) {
      const one = spans[i];
      if (one) see(one.mark);
    }
    while (cut < cuts.length && (cuts[cut]?.offset ?? 0) <= start) cut += 1;
    // what was taken out between two sentences was not in either
    for (let i = cut; i < cuts.length && (cuts[i]?.offset ?? 0) < end; i++) {
      const one = cuts[i];
      if (one) see(one.mark);
    }
    if (latest !== undefined) sentences.push({ start, end, mark: latest });
  }
  return sentences;
}

/** Where the sentences of a text stand, without the white space around them. */
function* sentencesOf(text: string): Iterable<readonly [start: number, end: number]> {
  const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
  let lineStart = 0;
  for (const line of text.split('\n')) {
    for (const { segment, index } of segmenter.segment(line)) {
      const start = lineStart + index + (segment.length - segment.trimStart().length);
      const end = lineStart + index + segment.trimEnd().length;
      if (start < end) yield [start, end];
    }
    lineStart += line.length + 1;
  }
}
