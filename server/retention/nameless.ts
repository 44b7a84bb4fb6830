import { accessCollection } from '../../model/protocol.ts';
import type { StoredOp } from '../store/store.ts';

/** Somebody who is taken out of everything. */
export interface Leaver {
  readonly id: string;
  /** Every name that they had. */
  readonly names: ReadonlySet<string>;
  /** What stands in access lists of the past in place of their id; they are sealed as if it always had. */
  readonly reference: string;
}

type Path = readonly (string | number)[];
interface Component { readonly p: Path; readonly [part: string]: unknown }

/** The setting of a checklist's item that says by name who checked it off: the one place where a dashboard itself names a person unasked. */
const nameField = 'doneBy';

/** An op as it is without a person; the very same if it does not name them. */
export function namelessOp(collection: string, op: StoredOp, leaver: Leaver): StoredOp {
  const { op: edit, create, m } = op;
  const cleaned: StoredOp = { ...op };
  if (Array.isArray(edit)) cleaned.op = mapped(edit, (component: Component) => namelessComponent(collection, component, leaver));
  if (create?.data !== undefined) {
    const data = namelessData(collection, create.data, leaver);
    if (data !== create.data) cleaned.create = { ...create, data };
  }
  if (m !== undefined) {
    const data = m['data'] === undefined ? undefined : namelessData(collection, m['data'], leaver);
    const isTheirs = m.u === leaver.id;
    if (isTheirs || data !== m['data']) {
      const meta: Record<string, unknown> = { ...m, ...(data === undefined ? {} : { data }) };
      if (isTheirs) for (const key of ['u', 'n']) Reflect.deleteProperty(meta, key);
      cleaned.m = meta;
    }
  }
  return cleaned.op === edit && cleaned.create === create && cleaned.m === m ? op : cleaned;
}

/** A document as it is without a person; the very same if it does not name them. */
export function namelessData(collection: string, data: unknown, leaver: Leaver): unknown {
  return collection === accessCollection ? namelessAccess(data, leaver) : withoutNames(data, leaver.names);
}

function namelessComponent(collection: string, component: Component, leaver: Leaver): Component {
  if (collection === accessCollection) {
    const [root, person, ...rest] = component.p;
    return root === 'people' && person === leaver.id ? { ...component, p: [root, leaver.reference, ...rest] } : component;
  }
  const isNameItself = component.p.at(-1) === nameField;
  const entries = Object.entries(component).map(([key, value]): [string, unknown] => {
    if (key === 'p') return [key, value];
    return [key, isNameItself && typeof value === 'string' && leaver.names.has(value) ? null : withoutNames(value, leaver.names)];
  });
  return entries.every(([key, value]) => value === component[key]) ? component : Object.fromEntries(entries) as unknown as Component;
}

function namelessAccess(data: unknown, { id, reference }: Leaver): unknown {
  const people = (data as { readonly people?: Readonly<Record<string, unknown>> } | undefined)?.people;
  if (people === undefined || !Object.hasOwn(people, id)) return data;
  return { ...data as object, people: Object.fromEntries(Object.entries(people).map(([person, role]) => [person === id ? reference : person, role])) };
}

/** A value in which nobody of these names has checked anything off. */
function withoutNames(value: unknown, names: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return mapped(value, (item) => withoutNames(item, names));
  if (typeof value !== 'object' || value === null) return value;
  const items = Object.entries(value as Readonly<Record<string, unknown>>);
  const after = items.map(([key, item]): [string, unknown] => [key, key === nameField && typeof item === 'string' && names.has(item) ? null : withoutNames(item, names)]);
  return after.every(([, item], i) => item === items[i]?.[1]) ? value : Object.fromEntries(after);
}

function mapped<T>(items: readonly T[], change: (item: T) => T): readonly T[] {
  const after = items.map(change);
  return after.every((item, i) => item === items[i]) ? items : after;
}

/** The edit that takes a person out of a dashboard as it is now; empty where it does not name them. */
export function namelessEdit(data: unknown, { names }: Leaver): Component[] {
  const found: Component[] = [];
  const look = (value: unknown, path: Path): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, item] of Object.entries(value)) {
      const place = [...path, Array.isArray(value) ? Number(key) : key];
      if (key === nameField && typeof item === 'string' && names.has(item)) found.push({ p: place, od: item, oi: null });
      else look(item, place);
    }
  };
  look(data, []);
  return found;
}
