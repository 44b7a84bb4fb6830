import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { test } from 'node:test';
import fc from 'fast-check';
import json0 from 'ot-json0';
import type { Dashboard } from '../dashboard.ts';
import { checkItem, editText } from '../edits.ts';
import type { Op } from '../json0.ts';
import { checkOp, exactOp } from '../op-check.ts';
import { componentPath, pathsTouch, valueAt } from '../op-paths.ts';
import { templates } from '../templates/templates.ts';
import { randomEdit, typeSomewhere, type Chance } from '../testing/arbitrary-edits.ts';
import { BlameWalk, fieldsOf, sentenceBlame, type BlameMark, type TextBlame, type WidgetBlame } from './blame.ts';
import { restoreOp, restoreWidgetOp } from './restore.ts';

interface Mark extends BlameMark { readonly by: string }
interface Made { readonly op: Op; readonly before: Dashboard; readonly after: Dashboard; readonly mark: Mark }

const room = (): Dashboard => templates['launch-room'].build({ today: '2026-11-21', random: () => 0.5 });
const people = ['ana', 'ben', 'chiyo'];

/** A history of random edits, with what people undo and restore in between; the first one is the creation. */
function history(chance: Chance, count: number): { readonly made: Made[]; readonly now: Dashboard } {
  const made: Made[] = [];
  let now = room();
  const note = Object.entries(now.widgets).find(([, { kind }]) => kind === 'note')?.[0] ?? '';
  for (let i = 1; i <= count; i++) {
    const past = made[Math.floor(chance() * made.length)];
    const widget = Object.keys(now.widgets)[Math.floor(chance() * Object.keys(now.widgets).length)] ?? '';
    const text = valueAt(now, ['widgets', note, 'settings', 'text']);
    const choices: readonly (() => Op)[] = [
      () => randomEdit(now, chance), () => randomEdit(now, chance),
      () => (typeof text === 'string' ? editText(now, ['widgets', note, 'settings', 'text'], typeSomewhere(typeSomewhere(text, chance), chance)) : []),
      () => (typeof text === 'string' ? editText(now, ['widgets', note, 'settings', 'text'], typeSomewhere(text, chance)) : []),
      () => (made.length > 0 ? json0.type.invert(made.at(-1)?.op ?? []) : []),
      () => (past && chance() < 0.3 ? restoreOp(now, past.before) : []),
      () => (past && chance() < 0.5 ? restoreWidgetOp(now, past.before, widget) : []),
    ];
    try {
      const op = exactOp(now, (choices[Math.floor(chance() * choices.length)] ?? (() => []))());
      if (op.length === 0) continue;
      const after = checkOp(now, op);
      made.push({ op, before: now, after, mark: { v: i, by: people[Math.floor(chance() * 3)] ?? '' } });
      now = after;
    } catch {
      // what cannot be done any more is not done
    }
  }
  return { made, now };
}

const creation: Mark = { v: 0, by: 'creator' };

function walked(id: string, { made, now }: ReturnType<typeof history>): WidgetBlame<Mark> {
  const walk = new BlameWalk<Mark>(id, now.widgets[id] ?? assert.fail());
  for (const { op, mark } of made.toReversed()) if (!walk.isDone) walk.take(op, mark);
  walk.takeCreation(creation);
  assert.ok(walk.isDone);
  return walk.result();
}

/** The same letter by letter, forwards, from the very beginning. */
function replayed(id: string, { made, now }: ReturnType<typeof history>): { readonly fields: Map<string, Mark>; readonly letters: Mark[]; readonly cuts: Map<number, Mark> } {
  const fields = new Map<string, Mark>();
  for (const path of fieldsOf(id, now.widgets[id] ?? assert.fail())) {
    let mark = creation;
    for (const step of made) {
      const isWhole = step.op.some((component) => componentPath(component).length <= 2 && pathsTouch(componentPath(component), path));
      if (isWhole || !isDeepStrictEqual(valueAt(step.before, path), valueAt(step.after, path))) ({ mark } = step);
    }
    fields.set(path.join('.'), mark);
  }
  const path = ['widgets', id, 'settings', 'text'];
  const textOf = (dashboard: Dashboard): string => { const text = valueAt(dashboard, path); return typeof text === 'string' ? text : ''; };
  let letters: { readonly mark: Mark }[] = Array.from({ length: textOf(made[0]?.before ?? now).length }, () => ({ mark: creation }));
  let cuts: { readonly left: readonly object[]; readonly mark: Mark }[] = [];
  for (const { op, after, mark } of made) {
    for (const component of op) {
      if (!pathsTouch(componentPath(component), path)) continue;
      if (!('t' in component)) {
        letters = Array.from({ length: textOf(after).length }, () => ({ mark }));
        cuts = [];
        continue;
      }
      for (const edit of component.o) {
        if ('i' in edit) letters.splice(edit.p, 0, ...Array.from({ length: edit.i.length }, () => ({ mark })));
        else {
          cuts.push({ left: letters.slice(0, edit.p), mark });
          letters.splice(edit.p, edit.d.length);
        }
      }
    }
  }
  const found = new Map<number, Mark>();
  for (const { left, mark } of cuts) {
    const there = new Set(left);
    const offset = letters.findLastIndex((letter) => there.has(letter)) + 1;
    if (offset > 0) found.set(offset, mark);
  }
  return { fields, letters: letters.map(({ mark }) => mark), cuts: found };
}

test('HISTORY-23 who set each setting, and who wrote each letter, is what replaying everything from the beginning gives', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 31 - 2 }), fc.integer({ min: 0, max: 60 }), (seed, count) => {
    let random = seed;
    // Park and Miller's minimal standard generator
    const chance = (): number => (random = (random * 16_807) % (2 ** 31 - 1)) / (2 ** 31 - 1);
    for (let i = 0; i < 5; i++) chance();
    const past = history(chance, count);
    for (const id of Object.keys(past.now.widgets)) {
      const [blame, naive] = [walked(id, past), replayed(id, past)];
      assert.deepEqual(new Map([...blame.fields].sort()), new Map([...naive.fields].sort()));
      if (blame.text === null) continue;
      assert.deepEqual(blame.text.spans.flatMap(({ length, mark }) => Array.from({ length }, () => mark)), naive.letters);
      assert.deepEqual(new Map(blame.text.cuts.filter(({ offset }) => offset > 0).map(({ offset, mark }) => [offset, mark])), new Map([...naive.cuts].sort(([a], [b]) => a - b)));
    }
  }), { numRuns: 300 });
});

test('HISTORY-24 going back ends as soon as everything has its mark', () => {
  const now = room();
  const [id, widget] = Object.entries(now.widgets).find(([, { kind }]) => kind === 'note') ?? assert.fail();
  const walk = new BlameWalk<Mark>(id, widget);
  walk.take([{ p: ['title'], od: 'x', oi: 'y' }], { v: 5, by: 'ana' });
  assert.equal(walk.isDone, false);
  walk.take([{ p: ['widgets', id], oi: widget as never }], { v: 4, by: 'ben' });
  assert.equal(walk.isDone, true);
  assert.deepEqual(new Set(walk.result().fields.values()), new Set([{ v: 4, by: 'ben' }]));
});

test('HISTORY-25 a sentence is of who wrote in it, or took something out of it, last; what was taken out between two is of neither', () => {
  const marks = { a: { v: 1, by: 'ana' }, b: { v: 2, by: 'ben' }, c: { v: 3, by: 'chiyo' } };
  const text = 'One is here. Two is there.\n\n- a point\nlast';
  const said = (blame: TextBlame<Mark>): string[] => sentenceBlame(text, blame).map(({ start, end, mark }) => `${mark.by}: ${text.slice(start, end)}`);
  assert.deepEqual(said({ spans: [{ length: text.length, mark: marks.a }], cuts: [] }), ['ana: One is here.', 'ana: Two is there.', 'ana: - a point', 'ana: last']);
  assert.deepEqual(said({ spans: [{ length: 15, mark: marks.a }, { length: 2, mark: marks.b }, { length: text.length - 17, mark: marks.a }], cuts: [] })[1], 'ben: Two is there.');
  assert.deepEqual(said({ spans: [{ length: text.length, mark: marks.b }], cuts: [{ offset: 4, mark: marks.c }, { offset: 13, mark: marks.c }, { offset: 30, mark: marks.a }] }), ['chiyo: One is here.', 'ben: Two is there.', 'ben: - a point', 'ben: last']);
  assert.deepEqual(sentenceBlame('', { spans: [], cuts: [] }), []);
});

test('HISTORY-26 a task of a checklist is of who wrote, checked or moved it last', () => {
  const start = room();
  const [id, widget] = Object.entries(start.widgets).find(([, { kind }]) => kind === 'checklist') ?? assert.fail();
  const [item = ''] = widget.kind === 'checklist' ? Object.keys(widget.settings.items) : [];
  const op = checkItem(start, id, item, true, 'ben');
  const after = checkOp(start, op);
  const blame = walked(id, { made: [{ op, before: start, after, mark: { v: 1, by: 'ben' } }], now: after });
  const of = (key: string): string | undefined => blame.fields.get(`widgets.${id}.settings.items.${key}`)?.by;
  assert.equal(of(item), 'ben');
  assert.ok([...blame.fields].filter(([, { by }]) => by === 'ben').length === 1);
});
