import type { Component, Json, Op, Path } from './json0.ts';
import { componentPath, valueAt } from './op-paths.ts';

/**
 * What became of two edits that were made without knowing of each other. `merged`: both hold, nothing is lost. `value`: one field has
 * two values, and only one can stand. `theyDeleted`: what one edited oneself was deleted. `iDeleted`: what one deleted oneself was edited.
 */
export type Verdict = 'merged' | 'value' | 'theyDeleted' | 'iDeleted';

/** A pair of edits of which only one can stand. */
export interface Clash {
  readonly verdict: Exclude<Verdict, 'merged'>;
  /** The field, or what was deleted. */
  readonly path: Path;
  readonly mine: Component;
  readonly theirs: Component;
}

type Deed = 'text' | 'add' | 'set' | 'remove';

function deedOf(component: Component): Deed {
  if ('oi' in component) return 'set';
  if ('od' in component) return 'remove';
  return 'na' in component ? 'add' : 'text';
}

/** Maps of things that people add and delete; what stands elsewhere is a value, and removing it only empties a field. */
const thingPaths: readonly (readonly string[])[] = [
  ['tabs', '*'], ['variables', '*'], ['widgets', '*'], ['widgets', '*', 'settings', 'items', '*'],
  ['datasets', '*'], ['datasets', '*', 'rows', '*'], ['datasets', '*', 'columns', '*'],
];

/** Whether a path leads to something that is added and deleted as a whole: a widget, a tab, a row. */
export function isThing(path: Path): boolean {
  return thingPaths.some((pattern) => pattern.length === path.length && pattern.every((key, i) => key === '*' || key === path[i]));
}

const isWithin = (inner: Path, outer: Path): boolean => outer.length <= inner.length && outer.every((key, i) => inner[i] === key);
const inside = (value: Json | undefined, path: Path, outer: Path): unknown => valueAt(value, path.slice(outer.length));
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
const setTo = (component: Component): Json | undefined => ('oi' in component ? component.oi : undefined);

/** Whether a value is what an edit of the same place makes of it anyway. */
function holds(edit: Component, value: unknown): boolean {
  const deed = deedOf(edit);
  return (deed === 'set' || deed === 'remove') && same(setTo(edit), value);
}

/** The table: what two edits mean for each other that did not know of each other, the second of which is somebody else's. */
export function verdictOf(mine: Component, theirs: Component): Verdict {
  const [p, q] = [componentPath(mine), componentPath(theirs)];
  const [my, their] = [deedOf(mine), deedOf(theirs)];
  if (p.length === q.length) return isWithin(p, q) ? verdictAtOnePlace(mine, theirs, isThing(p)) : 'merged';
  if (isWithin(p, q)) {
    // they did something to all of what I edited a part of
    if (their === 'remove') return my === 'remove' ? 'merged' : 'theyDeleted';
    return holds(mine, inside(setTo(theirs), p, q)) ? 'merged' : 'value';
  }
  if (isWithin(q, p)) {
    if (my === 'remove') return their === 'remove' ? 'merged' : 'iDeleted';
    return holds(theirs, inside(setTo(mine), q, p)) ? 'merged' : 'value';
  }
  return 'merged';
}

function verdictAtOnePlace(mine: Component, theirs: Component, thing: boolean): Verdict {
  const [my, their] = [deedOf(mine), deedOf(theirs)];
  // letters and sums of both are in it
  if (my === their && my !== 'set') return 'merged';
  if (my === 'set' && their === 'set') return same(setTo(mine), setTo(theirs)) ? 'merged' : 'value';
  if (thing && their === 'remove') return 'theyDeleted';
  if (thing && my === 'remove') return 'iDeleted';
  return 'value';
}

/** All pairs of edits in two ops of which only one can stand, the first of each field or deleted thing. */
export function clashesOf(mine: Op, theirs: Op): Clash[] {
  const found = new Map<string, Clash>();
  for (const their of theirs) {
    for (const my of mine) {
      // letters of both are in it; of thousands of edits that wait, most are typed
      if ('t' in my && 't' in their && my.p.length === their.p.length) continue;
      const verdict = verdictOf(my, their);
      if (verdict === 'merged') continue;
      const [p, q] = [componentPath(my), componentPath(their)];
      const path = verdict === 'theyDeleted' ? q : verdict === 'iDeleted' ? p : p.length > q.length ? p : q;
      const key = JSON.stringify([verdict, path]);
      if (!found.has(key)) found.set(key, { verdict, path, mine: my, theirs: their });
    }
  }
  return [...found.values()];
}

/** Where two ops that clash nowhere meet all the same: in one text, or in one widget. */
export function meetings(mine: Op, theirs: Op): Path[] {
  const found = new Map<string, Path>();
  for (const my of mine) {
    for (const their of theirs) {
      const [p, q] = [componentPath(my), componentPath(their)];
      const isOneText = deedOf(my) === 'text' && deedOf(their) === 'text' && p.length === q.length && isWithin(p, q);
      const isOneWidget = p.length > 2 && q.length > 2 && p[0] === 'widgets' && isWithin(q.slice(0, 2), p.slice(0, 2));
      const path = isOneText ? p : isOneWidget ? p.slice(0, 2) : null;
      if (path !== null) found.set(path.join('\0'), path);
    }
  }
  return [...found.values()];
}

/** Whether a path leads to a widget as a whole. */
export const isWidget = (path: Path): boolean => path.length === 2 && path[0] === 'widgets';

/** Texts of one line, like titles and units: two people who both write one anew want two different ones. Longer texts are written together. */
export const isLine = (path: Path): boolean => path.join('.') !== 'description' && !(path.length === 4 && path[2] === 'settings' && path[3] === 'text');

/** Lines that two ops both type in. */
export const lineMeetings = (mine: Op, theirs: Op): Path[] => meetings(linesIn(mine), linesIn(theirs)).filter((path) => !isWidget(path));

/** Of thousands of edits that wait, few are in lines. */
const linesIn = (op: Op): Op => op.filter((component) => deedOf(component) === 'text' && isLine(componentPath(component)));

/** What an edit replaced in a text: from, to, and with what. */
function replaced(was: string, is: string): { readonly from: number; readonly to: number; readonly by: string } {
  let from = 0;
  while (from < Math.min(was.length, is.length) && was[from] === is[from]) from += 1;
  let end = 0;
  while (end < Math.min(was.length, is.length) - from && was.at(-1 - end) === is.at(-1 - end)) end += 1;
  return { from, to: was.length - end, by: is.slice(from, is.length - end) };
}

/** Whether two people replaced the same letters of a line, or both began one: merged, it reads as neither of them meant it. */
export function bothReplaced(was: string, mine: string, theirs: string): boolean {
  const [my, their] = [replaced(was, mine), replaced(was, theirs)];
  if (my.by === '' || their.by === '') return false;
  return was === '' || (my.from < their.to && their.from < my.to);
}
