import { CoboardError } from './errors.ts';
import { reservedKeys } from './id.ts';
import type { Component, Json, Op, Path, TextComponent } from './json0.ts';
import { copyOf } from './maps.ts';
import { componentPath } from './op-paths.ts';

type JsonMap = Readonly<Record<string, Json>>;

const isMap = (value: unknown): value is JsonMap => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value, or undefined for "no such key". */
type Slot = Json | undefined;

/** Told of each component in turn, with what stood where it applies. */
export type Observe = (component: Component, before: Json | undefined) => void;

/**
 * Applies a json0 operation without changing its input: every value off the changed paths is the very same (`===`) in the
 * result. It is stricter than json0's own `apply`: maps, numbers and strings only, no lists, no replacement of the root, no
 * reserved keys, nothing outside of a text, no half of a surrogate pair. The order of components is kept.
 *
 * @throws CoboardError OP_INVALID for what could never apply, OP_TARGET_MISSING for what does not apply to this document
 */
export function applyShared<T>(document: T, op: Op, observe?: Observe): T {
  const root: Record<string, Json> = { document: document as unknown as Json };
  // the maps that are copies already: a map on many paths is copied once
  const own = new Set<unknown>([root]);
  for (const component of op) {
    const path = componentPath(component);
    if (path.length === 0) throw new CoboardError('OP_INVALID', 'The document itself cannot be replaced.');
    const before = slotAt(root['document'], path);
    observe?.(component, before);
    const after = changed(before, component);
    if (after !== before) setAt(root, own, path, after);
  }
  return root['document'] as unknown as T;
}

/** What stands at a path, undefined for nothing. @throws CoboardError if there is no map that it could stand in */
function slotAt(document: Slot, path: Path): Slot {
  let value = document;
  for (const [depth, key] of path.entries()) {
    if (typeof key !== 'string' || reservedKeys.has(key)) throw new CoboardError('OP_INVALID', `No key of a document: ${String(key)}`);
    if (!isMap(value)) throw new CoboardError('OP_TARGET_MISSING', `Nothing at ${path.slice(0, depth).join('.')}`);
    value = Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}

/** Sets or removes what stands at a path that {@link slotAt} has looked at, in copies of the maps on the way. */
function setAt(root: Record<string, Json>, own: Set<unknown>, path: Path, value: Slot): void {
  let parent = root;
  let key = 'document';
  for (const step of path as readonly string[]) {
    let child = parent[key] as Record<string, Json>;
    if (!own.has(child)) {
      child = copyOf(child);
      own.add(child);
      parent[key] = child;
    }
    parent = child;
    key = step;
  }
  if (value === undefined) Reflect.deleteProperty(parent, key);
  else parent[key] = value;
}

function changed(slot: Slot, component: Component): Slot {
  if ('t' in component) return applyText(textOf(slot), component.o);
  if ('si' in component) return applyText(textOf(slot), [{ p: offsetOf(component.p), i: component.si }]);
  if ('sd' in component) return applyText(textOf(slot), [{ p: offsetOf(component.p), d: component.sd }]);
  if ('na' in component) {
    if (typeof slot !== 'number') throw new CoboardError('OP_TARGET_MISSING', 'Only a number can be added to.');
    const sum = slot + component.na;
    if (!Number.isFinite(sum)) throw new CoboardError('OP_INVALID', 'The sum is not a finite number.');
    return sum;
  }
  // json0 lets a deletion of nothing and an insertion over something pass: replicas converge, so neither is refused here
  return component.oi;
}

function textOf(slot: Slot): string {
  if (typeof slot !== 'string') throw new CoboardError('OP_TARGET_MISSING', 'There is no text to edit.');
  return slot;
}

function offsetOf(path: Path): number {
  const offset = path.at(-1);
  if (typeof offset !== 'number') throw new CoboardError('OP_INVALID', 'A place in a text is a number.');
  return offset;
}

/** Applies text0 components to a text. @throws CoboardError as {@link applyShared} */
export function applyText(text: string, components: readonly TextComponent[]): string {
  let result = text;
  for (const component of components) {
    const at = component.p;
    if (!Number.isInteger(at) || at < 0) throw new CoboardError('OP_INVALID', 'A place in a text is a whole number from 0.');
    if (at > result.length) throw new CoboardError('OP_TARGET_MISSING', 'The text ends before that place.');
    if ('i' in component) {
      result = result.slice(0, at) + component.i + result.slice(at);
    } else {
      if (result.slice(at, at + component.d.length) !== component.d) {
        throw new CoboardError('OP_TARGET_MISSING', 'The text to delete is not there.');
      }
      result = result.slice(0, at) + result.slice(at + component.d.length);
    }
  }
  if (!result.isWellFormed()) throw new CoboardError('OP_INVALID', 'The edit would cut a character in half.');
  return result;
}
