import type { Dashboard } from './dashboard.ts';
import type { Op, Path, TextComponent } from './json0.ts';
import { opPaths, valueAt } from './op-paths.ts';
import { specOf } from './widgets/widget-kinds.ts';

/** What an op did, in the words of the history: past tense, without the person, who stands in front ("Ben …"). */
export type OpWords = string;

const quoted = (title: unknown, otherwise: string): string => (typeof title === 'string' && title.trim() !== '' ? title : otherwise);

function widgetTitle(dashboard: Dashboard, id: string): string {
  const widget = dashboard.widgets[id];
  return widget === undefined ? 'a widget' : quoted(widget.title, `an untitled ${specOf(widget.kind).name.toLowerCase()}`);
}

const datasetTitle = (dashboard: Dashboard, id: string): string => quoted(dashboard.datasets[id]?.title, 'a dataset');

/** Words inserted by text components, counted as people do. */
function wordCount(components: readonly TextComponent[], kind: 'i' | 'd'): number {
  let count = 0;
  for (const component of components) {
    const text = kind === 'i' ? ('i' in component ? component.i : '') : 'd' in component ? component.d : '';
    count += text.split(/\s+/u).filter((word) => word !== '').length;
  }
  return count;
}

const plural = (count: number, one: string, many: string): string => (count === 1 ? `1 ${one}` : `${String(count)} ${many}`);

/**
 * Says what an op did to a dashboard. `before` is the dashboard before it and `after` behind it: what was deleted has its name
 * in the one, what was added in the other.
 */
export function opWords(op: Op, before: Dashboard, after: Dashboard): OpWords[] {
  const said = new Set<OpWords>();
  for (const path of opPaths(op)) said.add(pathWords(path, op, before, after));
  if (said.size > 3) return summary(op, before, after, [...said]);
  return [...said];
}

/** One line for an op with many parts, like a paste of a whole table. */
function summary(op: Op, before: Dashboard, after: Dashboard, said: readonly OpWords[]): OpWords[] {
  const datasets = new Set(opPaths(op).map((path) => (path[0] === 'datasets' ? String(path[1]) : null)));
  const [only] = datasets;
  if (datasets.size === 1 && typeof only === 'string') {
    return [`changed ${plural(op.reduce((sum, { p }) => sum + cellsAt(p, before, after), 0), 'cell', 'cells')} in ${datasetTitle(after, only)}`];
  }
  return [said[0] ?? '', `and made ${plural(said.length - 1, 'more change', 'more changes')}`];
}

/** How many cells differ at a path: one, or those of a row that was replaced as a whole. */
function cellsAt(path: Path, before: Dashboard, after: Dashboard): number {
  if (path.length !== 4 || path[2] !== 'rows') return 1;
  const [was, is] = [before, after].map((dashboard) => dashboard.datasets[String(path[1])]?.rows[String(path[3])]?.cells);
  if (was === undefined || is === undefined) return 1;
  return Math.max(1, [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((id) => was[id] !== is[id]).length);
}

function pathWords(path: Path, op: Op, before: Dashboard, after: Dashboard): OpWords {
  const [root, id = ''] = path.map(String);
  const was = valueAt(before, path);
  const is = valueAt(after, path);
  switch (root) {
    case 'title':
      return `renamed the dashboard to ${quoted(after.title, 'nothing')}`;
    case 'description':
      return 'changed the description';
    case 'tabs':
      return tabWords(path, before, after);
    case 'variables':
      return is === undefined ? `deleted the filter ${id}` : was === undefined ? `added the filter ${id}` : `changed the filter ${id}`;
    case 'widgets':
      return widgetWords(path, op, before, after);
    case 'datasets':
      return datasetWords(path, before, after);
    default:
      return 'changed the dashboard';
  }
}

function tabWords(path: Path, before: Dashboard, after: Dashboard): OpWords {
  const id = String(path[1]);
  const name = (dashboard: Dashboard) => quoted(dashboard.tabs[id]?.title, 'an untitled tab');
  if (path.length === 2) return valueAt(after, path) === undefined ? `deleted the tab ${name(before)}` : `added the tab ${name(after)}`;
  return path[2] === 'order' ? `moved the tab ${name(after)}` : `renamed a tab to ${name(after)}`;
}

function widgetWords(path: Path, op: Op, before: Dashboard, after: Dashboard): OpWords {
  const id = String(path[1]);
  const field = path[2];
  if (path.length === 2) {
    return valueAt(after, path) === undefined ? `deleted ${widgetTitle(before, id)}` : `added ${widgetTitle(after, id)}`;
  }
  const title = widgetTitle(after, id);
  if (field === 'title') return `renamed ${widgetTitle(before, id)} to ${title}`;
  if (field === 'box') return path[3] === 'x' || path[3] === 'y' ? `moved ${title}` : `resized ${title}`;
  if (field === 'tab') return `moved ${title} to ${quoted(after.tabs[after.widgets[id]?.tab ?? '']?.title, 'another tab')}`;
  if (path[3] === 'text') return noteWords(path, op, title);
  if (path[3] === 'items') return itemWords(path, before, after, title);
  const widget = after.widgets[id] ?? before.widgets[id];
  const label = widget && specOf(widget.kind).fields.find(({ key }) => key === path[3])?.label.toLowerCase();
  return `changed the ${label ?? 'settings'} of ${title}`;
}

function noteWords(path: Path, op: Op, title: string): OpWords {
  const components = op.flatMap((component) => {
    if ('t' in component && component.p.join() === path.join()) return component.o;
    if ('si' in component) return [{ p: 0, i: component.si }];
    if ('sd' in component) return [{ p: 0, d: component.sd }];
    return [];
  });
  const written = wordCount(components, 'i');
  if (written > 0) return `wrote ${plural(written, 'word', 'words')} in ${title}`;
  const deleted = wordCount(components, 'd');
  return deleted > 0 ? `deleted ${plural(deleted, 'word', 'words')} in ${title}` : `edited ${title}`;
}

function itemWords(path: Path, before: Dashboard, after: Dashboard, title: string): OpWords {
  const item = path.slice(0, 5);
  const was = valueAt(before, item) as { text?: string; done?: boolean } | undefined;
  const is = valueAt(after, item) as { text?: string; done?: boolean } | undefined;
  if (is === undefined) return `deleted ${quoted(was?.text, 'a task')} in ${title}`;
  const text = quoted(is.text, 'a task');
  if (was === undefined) return `added ${text} to ${title}`;
  if (is.done !== was.done) return is.done === true ? `checked ${text} in ${title}` : `opened ${text} again in ${title}`;
  return path[5] === 'order' ? `moved ${text} in ${title}` : `edited ${text} in ${title}`;
}

function datasetWords(path: Path, before: Dashboard, after: Dashboard): OpWords {
  const id = String(path[1]);
  if (path.length === 2) {
    if (valueAt(after, path) === undefined) return `deleted the dataset ${datasetTitle(before, id)}`;
    return `${valueAt(before, path) === undefined ? 'added' : 'changed'} the dataset ${datasetTitle(after, id)}`;
  }
  const title = datasetTitle(after, id);
  const [, , part, entry, field] = path.map(String);
  if (part === 'title') return `renamed a dataset to ${title}`;
  const gone = valueAt(after, path.slice(0, 4)) === undefined;
  if (part === 'columns') {
    const name = quoted((gone ? before : after).datasets[id]?.columns[entry ?? '']?.name, 'a column');
    if (gone) return `deleted the column ${name} of ${title}`;
    if (path.length === 4 && valueAt(before, path) === undefined) return `added the column ${name} to ${title}`;
    return `changed the column ${name} of ${title}`;
  }
  if (gone) return `deleted a row of ${title}`;
  if (path.length === 4) return valueAt(before, path) === undefined ? `added a row to ${title}` : `changed a row of ${title}`;
  return field === 'cells' ? `changed ${quoted(after.datasets[id]?.columns[String(path[5])]?.name, 'a cell')} in ${title}` : `moved a row of ${title}`;
}
