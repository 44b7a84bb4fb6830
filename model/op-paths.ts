import type { Component, Op, Path } from './json0.ts';

/** The path of what a component changes: for text by offset (`si`, `sd`), the path of the string itself. */
export function componentPath(component: Component): Path {
  return 'si' in component || 'sd' in component ? component.p.slice(0, -1) : component.p;
}

/** The distinct paths that an op changes, in the order of its components. */
export function opPaths(op: Op): Path[] {
  const seen = new Set<string>();
  const paths: Path[] = [];
  for (const component of op) {
    const path = componentPath(component);
    const key = JSON.stringify(path);
    if (!seen.has(key)) paths.push(path);
    seen.add(key);
  }
  return paths;
}

/** Whether one path leads to, or through, the other: then a change at one changes what stands at the other. */
export function pathsTouch(a: Path, b: Path): boolean {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a[i] !== b[i]) return false;
  }
  return true;
}

/** What stands at a path; undefined where the path leads nowhere. */
export function valueAt(document: unknown, path: Path): unknown {
  let value = document;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** What a change is about: the dashboard itself, or one of its parts. */
export type Touched =
  | { readonly part: 'dashboard'; readonly field: string }
  | { readonly part: 'tab' | 'variable'; readonly id: string }
  | { readonly part: 'widget'; readonly id: string; readonly field: string | null }
  | { readonly part: 'dataset'; readonly id: string; readonly row: string | null; readonly column: string | null };

/** Which part of a dashboard a path lies in. */
export function touchedBy(path: Path): Touched {
  const [root, id, third, fourth, , sixth] = path.map(String);
  switch (root) {
    case 'tabs':
      return { part: 'tab', id: id ?? '' };
    case 'variables':
      return { part: 'variable', id: id ?? '' };
    case 'widgets':
      return { part: 'widget', id: id ?? '', field: third === undefined ? null : path.slice(2).join('.') };
    case 'datasets':
      return {
        part: 'dataset',
        id: id ?? '',
        row: third === 'rows' ? (fourth ?? null) : null,
        column: third === 'columns' ? (fourth ?? null) : third === 'rows' ? (sixth ?? null) : null,
      };
    default:
      return { part: 'dashboard', field: root ?? '' };
  }
}
