import type { Dashboard } from './dashboard.ts';
import { inOrder } from './order.ts';
import type { Json, Path } from './json0.ts';
import { specOf } from './widgets/widget-kinds.ts';
import type { SettingField } from './widgets/widget-kind.ts';

/** What a field is called, and what it belongs to: "Goal" of "Sales". */
export interface FieldWords {
  readonly field: string;
  /** Null: the dashboard itself. */
  readonly of: string | null;
}

const titled = (title: string | undefined, otherwise: string): string => (title === undefined || title.trim() === '' ? otherwise : title);

/** The name of a thing that is added and deleted as a whole, like a widget or a row. */
export function thingWords(dashboard: Dashboard, path: Path): string {
  const [root, id = '', , part = '', entry = ''] = path.map(String);
  switch (root) {
    case 'widgets': {
      const widget = dashboard.widgets[id];
      if (part === 'items' && widget?.kind === 'checklist') return titled(widget.settings.items[entry]?.text, 'A task');
      return titled(widget?.title, widget ? specOf(widget.kind).name : 'A widget');
    }
    case 'tabs':
      return titled(dashboard.tabs[id]?.title, 'A tab');
    case 'variables':
      return titled(dashboard.variables[id]?.label, 'A filter');
    case 'datasets': {
      const [, , kind, at = ''] = path.map(String);
      const dataset = dashboard.datasets[id];
      if (kind === 'columns') return `${titled(dataset?.columns[at]?.name, 'A column')} of ${titled(dataset?.title, 'a dataset')}`;
      if (kind === 'rows') return `Row ${rowNumber(dashboard, id, at)} of ${titled(dataset?.title, 'a dataset')}`;
      return titled(dataset?.title, 'A dataset');
    }
    default:
      return 'The dashboard';
  }
}

function rowNumber(dashboard: Dashboard, dataset: string, row: string): string {
  const at = inOrder(dashboard.datasets[dataset]?.rows ?? {}).findIndex(([id]) => id === row);
  return at < 0 ? '' : String(at + 1);
}

/** How a widget's setting is named and edited; undefined for what is none. */
export function settingField(dashboard: Dashboard, path: Path): SettingField | undefined {
  const [root, id = '', part, key] = path.map(String);
  const widget = root === 'widgets' && part === 'settings' ? dashboard.widgets[id] : undefined;
  return widget && specOf(widget.kind).fields.find((field) => field.key === key);
}

/** What a field is called, where it can be edited by itself. */
export function fieldWords(dashboard: Dashboard, path: Path): FieldWords {
  const [root, id = '', part = '', key = '', last = '', column = ''] = path.map(String);
  const of = path.length > 1 ? thingWords(dashboard, path.slice(0, 2)) : null;
  const setting = settingField(dashboard, path);
  if (setting) return { field: setting.control === 'columns' ? `${columnName(dashboard, id, last)} in ${setting.label}` : setting.label, of };
  if (part === 'settings' && key === 'items') return { field: last === '' ? 'Tasks' : { done: 'Done', text: 'Words', order: 'Place' }[column] ?? 'Task', of: thingWords(dashboard, path.slice(0, 5)) };
  if (part === 'box') return { field: 'Place and size', of };
  if (root === 'datasets' && part === 'rows') return last === 'cells' ? { field: `${titled(dashboard.datasets[id]?.columns[column]?.name, 'Cell')}, row ${rowNumber(dashboard, id, key)}`, of } : { field: `Place of row ${rowNumber(dashboard, id, key)}`, of };
  if (root === 'datasets' && part === 'columns') return { field: { name: 'Name', type: 'Type', order: 'Place' }[last] ?? 'Column', of: thingWords(dashboard, path.slice(0, 4)) };
  const names: Readonly<Record<string, string>> = { title: 'Title', label: 'Name', description: 'Description', order: 'Place', tab: 'Tab', text: 'Text', value: 'Value' };
  return { field: names[part === '' ? String(root) : part] ?? 'Setting', of };
}

function columnName(dashboard: Dashboard, widgetId: string, column: string): string {
  const settings = dashboard.widgets[widgetId]?.settings;
  const dataset = settings && 'dataset' in settings && settings.dataset !== null ? dashboard.datasets[settings.dataset] : undefined;
  return titled(dataset?.columns[column]?.name, 'A column');
}

/** A field's value as people say it; "Nothing" for an empty one. */
export function valueWords(dashboard: Dashboard, path: Path, value: Json | undefined): string {
  const setting = settingField(dashboard, path);
  const [root, id = '', part, key] = path.map(String);
  if (setting?.control === 'columns') return value === true ? 'Shown' : 'Not shown';
  if (value === undefined || value === null || value === '') return 'Nothing';
  if (typeof value === 'boolean') return key === 'items' ? (value ? 'Done' : 'Open') : value ? 'On' : 'Off';
  if (typeof value === 'number') return value.toLocaleString('en');
  if (typeof value !== 'string') return 'Something';
  if (setting && 'choices' in setting) return setting.choices.find((choice) => choice.value === value)?.label ?? value;
  if (setting?.control === 'dataset') return titled(dashboard.datasets[value]?.title, 'A dataset');
  if (setting?.control === 'column') return columnName(dashboard, id, value);
  if (root === 'widgets' && part === 'tab') return titled(dashboard.tabs[value]?.title, 'A tab');
  if (path.at(-1) === 'order') return 'Moved';
  return value;
}
