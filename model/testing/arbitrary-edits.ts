import fc from 'fast-check';
import type { Dashboard } from '../dashboard.ts';
import {
  addChecklistItem, addColumn, addRows, addTab, addWidget, checkItem, editText, moveTab, moveWidget, removeChecklistItem, removeColumn, removeRows,
  removeTab, removeWidgets, setBox, setCell, setColumnChoice, setSetting,
} from '../edits.ts';
import { freePlace } from '../free-place.ts';
import type { Op, Path } from '../json0.ts';
import { templates } from '../templates/templates.ts';
import { textCharsMax } from '../text-limits.ts';
import { specOf, widgetKindNames } from '../widgets/widget-kinds.ts';

/** Chance as a number in [0, 1), so that the same code runs under fast-check and under a seeded simulation. */
export type Chance = () => number;

const pick = <T>(items: readonly T[], chance: Chance): T | undefined => items[Math.floor(chance() * items.length)];
const words = ['alpha', 'Überblick', '東京', '👩🏽‍🚀', 'x', '  ', 'a longer line of text\n', '𝒳'];

/** Types, deletes or replaces somewhere in a text, never inside a character. Where no more fits, something is deleted instead. */
export function typeSomewhere(text: string, chance: Chance, charsMax = Infinity): string {
  const points = Array.from(text);
  const at = Math.floor(chance() * (points.length + 1));
  const deleted = chance() < 0.4 ? Math.floor(chance() * 4) : 0;
  const inserted = chance() < 0.75 ? (pick(words, chance) ?? '') : '';
  const typed = [...points.slice(0, at), inserted, ...points.slice(at + deleted)].join('');
  return typed.length > charsMax ? [...points.slice(0, at), ...points.slice(at + 4)].join('') : typed;
}

let idsMade = 0;

/** An id that nothing else has, however little chance has to offer. */
const freshId = (): string => `r${(idsMade += 1).toString(36)}`;

/** One edit of those that people make, on what is there. May be empty where it finds nothing to change. */
export function randomEdit(dashboard: Dashboard, chance: Chance, newId?: () => string): Op {
  const id = newId ?? freshId;
  const widget = pick(Object.keys(dashboard.widgets), chance) ?? '';
  const found = dashboard.widgets[widget];
  const tab = pick(Object.keys(dashboard.tabs), chance) ?? '';
  const dataset = pick(Object.keys(dashboard.datasets), chance) ?? '';
  const rows = Object.keys(dashboard.datasets[dataset]?.rows ?? {});
  const columns = Object.keys(dashboard.datasets[dataset]?.columns ?? {});
  const type = (path: Path, text: string | undefined): Op => (text === undefined ? [] : editText(dashboard, path, typeSomewhere(text, chance, textCharsMax(path))));
  const edits: readonly (() => Op)[] = [
    () => type(['title'], dashboard.title),
    () => type(['widgets', widget, 'title'], found?.title),
    () => type(['widgets', widget, 'title'], found?.title),
    () => (found?.kind === 'note' ? type(['widgets', widget, 'settings', 'text'], found.settings.text) : []),
    () => (found?.kind === 'note' ? type(['widgets', widget, 'settings', 'text'], found.settings.text) : []),
    () => moveWidget(dashboard, widget, { x: Math.floor(chance() * 12), y: Math.floor(chance() * 40), ...(chance() < 0.1 ? { tab } : {}) }),
    () => moveWidget(dashboard, widget, { x: Math.floor(chance() * 12), y: Math.floor(chance() * 40) }),
    () => setBox(dashboard, widget, { w: 1 + Math.floor(chance() * 12), h: 1 + Math.floor(chance() * 20) }),
    () => (found && 'unit' in found.settings ? setSetting(dashboard, widget, 'unit', pick(['€', 'ms', ''], chance) ?? '') : []),
    () => (found?.kind === 'timeseries' ? setColumnChoice(dashboard, widget, 'values', pick(columns, chance) ?? 'gone', chance() < 0.5) : []),
    () => addRandomWidget(dashboard, tab, id(), chance),
    () => (chance() < 0.3 ? removeWidgets(dashboard, [widget]) : []),
    () => (Object.keys(dashboard.tabs).length < 8 ? addTab(dashboard, 'New tab', id()) : []),
    () => (Object.keys(dashboard.tabs).length > 2 && chance() < 0.2 ? removeTab(dashboard, tab) : moveTab(dashboard, tab, Math.floor(chance() * 3))),
    () => type(['tabs', tab, 'title'], dashboard.tabs[tab]?.title),
    () => setCell(dashboard, dataset, pick(rows, chance) ?? '', pick(columns, chance) ?? '', pick([null, 12, 3.5, 'text', '2026-11-20'], chance) ?? null),
    () => setCell(dashboard, dataset, pick(rows, chance) ?? '', pick(columns, chance) ?? '', Math.floor(chance() * 1000)),
    () => (rows.length < 60 ? addRows(dashboard, dataset, [{ id: id(), cells: {} }, { id: id(), cells: {} }]) : removeRows(dashboard, dataset, rows.slice(0, 2))),
    () => (columns.length < 8 && chance() < 0.2 ? addColumn(dashboard, dataset, { name: 'More', type: 'number' }, id()) : []),
    () => (columns.length > 3 && chance() < 0.1 ? removeColumn(dashboard, dataset, pick(columns, chance) ?? '') : []),
    () => randomChecklistEdit(dashboard, widget, id(), chance),
  ];
  return pick(edits, chance)?.() ?? [];
}

function addRandomWidget(dashboard: Dashboard, tab: string, id: string, chance: Chance): Op {
  if (Object.keys(dashboard.widgets).length > 30) return [];
  const kind = pick(widgetKindNames, chance) ?? 'note';
  const spec = specOf(kind);
  const box = freePlace(Object.values(dashboard.widgets).map((other) => other.box), spec.size.initial);
  return addWidget(dashboard, { kind, tab, title: spec.name, box, settings: structuredClone(spec.defaults) } as Dashboard['widgets'][string], id);
}

function randomChecklistEdit(dashboard: Dashboard, widget: string, id: string, chance: Chance): Op {
  const found = dashboard.widgets[widget];
  if (found?.kind !== 'checklist') return [];
  const item = pick(Object.keys(found.settings.items), chance);
  if (item === undefined || chance() < 0.3) return addChecklistItem(dashboard, widget, 'One more', id);
  if (chance() < 0.1) return removeChecklistItem(dashboard, widget, item);
  if (chance() < 0.5) return checkItem(dashboard, widget, item, chance() < 0.5, 'Ana');
  const path = ['widgets', widget, 'settings', 'items', item, 'text'];
  return editText(dashboard, path, typeSomewhere(found.settings.items[item]?.text ?? '', chance, textCharsMax(path)));
}

/** A chance that fast-check shrinks: a list of numbers, then their repetition. */
export const arbitraryChance: fc.Arbitrary<Chance> = fc
  .array(fc.double({ min: 0, max: 0.999_999, noNaN: true }), { minLength: 1, maxLength: 200 })
  .map((numbers) => {
    let at = 0;
    return () => numbers[at++ % numbers.length] ?? 0;
  });

/** A dashboard of one of the templates. */
export const arbitraryDashboard: fc.Arbitrary<Dashboard> = fc
  .constantFrom(...Object.values(templates))
  .map((template) => template.build({ today: '2026-11-20', random: () => 0.5 }));
