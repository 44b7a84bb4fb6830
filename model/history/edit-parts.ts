import { applyShared } from '../apply-shared.ts';
import type { Dashboard, Dataset } from '../dashboard.ts';
import { CoboardError } from '../errors.ts';
import type { Component, Json, Op, Path } from '../json0.ts';
import { limits } from '../limits.ts';
import { admitOp, exactOp } from '../op-check.ts';
import { valueAt } from '../op-paths.ts';
import { opSteps } from '../op-steps.ts';
import { restoreOp } from './restore.ts';

/** Components that are made together, because the dashboard is not valid, or somebody sees half a row, between them. */
interface Chunk {
  readonly op: Op;
  readonly steps: number;
  readonly bytes: number;
  /** 0: something goes; 1: something changes; 2: something comes. */
  readonly phase: 0 | 1 | 2;
  /** By how much the dashboard gets larger. */
  readonly growth: number;
}

/** Less than an op may have: others' edits can make what undoes a part a bit larger. */
const partBytesMax = limits.opBytesMax / 2;

const encoder = new TextEncoder();
const bytesOf = (value: unknown): number => encoder.encode(JSON.stringify(value)).length;
const fits = (op: Op): boolean => opSteps(op) <= limits.opComponentsMax && bytesOf(op) <= limits.opBytesMax;

/**
 * What leads from a dashboard to one of its past, as ops that may be sent one after the other: one, if that is not too large. Otherwise rows, columns or
 * datasets are replaced as a whole where that makes fewer of them. Each leaves a valid dashboard, and none one that is larger than both. Empty if nothing differs.
 *
 * @throws CoboardError OP_TOO_LARGE if one value alone is too large
 */
export function restoreParts(now: Dashboard, then: Dashboard): Op[] {
  const fine = restoreOp(now, then);
  if (fine.length === 0) return [];
  const exact = exactOp(now, fine);
  if (fits(exact)) return [exact];
  const ways = [exact, coarser(exact, 4, now, then), coarser(exact, 2, now, then)].flatMap((op) => {
    const parts = packed(op);
    return parts === null ? [] : [parts];
  });
  const [best] = ways.sort((a, b) => a.length - b.length);
  if (best === undefined) throw new CoboardError('OP_TOO_LARGE');
  return admitted(now, best);
}

/**
 * An edit as ops that may be sent one after the other: itself if it is not too large, and otherwise pieces of it in its own order. Where those would not each
 * leave a valid dashboard, or one that is larger than both before and after: as {@link restoreParts}.
 */
export function editParts(now: Dashboard, op: Op): Op[] {
  if (op.length === 0 || fits(op)) return op.length === 0 ? [] : [op];
  const after = applyShared(now, op);
  const sizeMax = Math.max(bytesOf(now), bytesOf(after));
  try {
    const parts = admitted(now, pieces(op));
    let state = now;
    if (parts.every((part) => fits(part) && bytesOf((state = applyShared(state, part))) <= sizeMax)) return parts;
  } catch (error) {
    if (!(error instanceof CoboardError)) throw error;
  }
  return restoreParts(now, after);
}

/** Parts as they will be applied, each behind the others. @throws CoboardError as {@link admitOp} */
function admitted(now: Dashboard, parts: readonly Op[]): Op[] {
  let state = now;
  return parts.map((part) => {
    const { op, next } = admitOp(state, part);
    state = next;
    return op;
  });
}

/** An op in its own order, cut wherever it gets too large; a text too. */
function pieces(op: Op): Op[] {
  const parts: Component[][] = [[]];
  let [steps, bytes] = [0, 0];
  const add = (component: Component): void => {
    const [more, size] = [opSteps([component]), bytesOf(component)];
    if (steps > 0 && (steps + more > limits.opComponentsMax || bytes + size > partBytesMax)) {
      parts.push([]);
      [steps, bytes] = [0, 0];
    }
    parts.at(-1)?.push(component);
    [steps, bytes] = [steps + more, bytes + size];
  };
  for (const component of op) {
    if (!('t' in component) || opSteps([component]) <= limits.opComponentsMax) add(component);
    else for (let i = 0; i < component.o.length; i += limits.opComponentsMax) add({ ...component, o: component.o.slice(i, i + limits.opComponentsMax) });
  }
  return parts;
}

/** An op with everything under a path of so many keys replaced as a whole, where it was and is there and more than one value in it differs. */
function coarser(op: Op, depth: number, now: Dashboard, then: Dashboard): Op {
  const groups = Map.groupBy(op, ({ p }) => JSON.stringify(p.slice(0, depth)));
  return [...groups].flatMap(([key, components]): Op => {
    const path = JSON.parse(key) as Path;
    const [was, is] = [valueAt(now, path), valueAt(then, path)] as (Json | undefined)[];
    if (components.length === 1 || path.length < depth || was === undefined || is === undefined) return components;
    return [{ p: path, od: was, oi: is }];
  });
}

/** An op in as few parts as can be: what goes first, then what changes, what shrinks before what grows, then what comes. Null: a piece of it alone is too large. */
function packed(op: Op): Op[] | null {
  const chunks: Chunk[] = [];
  for (const components of Map.groupBy(op, ({ p }) => chunkKey(p)).values()) {
    const chunk = chunkOf(components);
    if (chunk.steps <= limits.opComponentsMax && chunk.bytes <= limits.opBytesMax) {
      chunks.push(chunk);
      continue;
    }
    const broken = components.flatMap(breakUp).map((component) => chunkOf([component]));
    if (broken.some(({ bytes }) => bytes > limits.opBytesMax)) return null;
    chunks.push(...broken);
  }
  chunks.sort((a, b) => a.phase - b.phase || (a.phase === 1 ? a.growth - b.growth : (a.phase === 0 ? depthOf(b) - depthOf(a) : depthOf(a) - depthOf(b))));
  const parts: Component[][] = [];
  let [steps, bytes] = [Infinity, Infinity];
  for (const chunk of chunks) {
    if (steps + chunk.steps > limits.opComponentsMax || bytes + chunk.bytes > partBytesMax) {
      parts.push([]);
      [steps, bytes] = [0, 0];
    }
    parts.at(-1)?.push(...chunk.op);
    [steps, bytes] = [steps + chunk.steps, bytes + chunk.bytes];
  }
  return parts;
}

/** The smallest part that is checked by itself; all tabs together, because one has to stay. */
function chunkKey(path: Path): string {
  const [root, , part] = path;
  return root === 'tabs' ? 'tabs' : JSON.stringify(path.slice(0, root === 'datasets' && (part === 'rows' || part === 'columns') ? 4 : 2));
}

function chunkOf(op: Op): Chunk {
  const growth = op.reduce((sum, component) => sum + ('oi' in component ? bytesOf(component.oi) : 0) - ('od' in component ? bytesOf(component.od) : 0), 0);
  const isWhole = op.length === 1 && (op[0]?.p.length === 2 || op[0]?.p.length === 4);
  const [one] = op;
  const phase = !isWhole || one === undefined ? 1 : !('oi' in one) ? 0 : !('od' in one) ? 2 : 1;
  return { op, steps: opSteps(op), bytes: op.reduce((sum, component) => sum + bytesOf(component) + 1, 2), phase, growth };
}

const depthOf = ({ op: [one] }: Chunk): number => one?.p.length ?? 0;

/** A value that is too large for one op, in several: a dataset without its rows and these, a text that is emptied first. */
function breakUp(component: Component): Op {
  const { p } = component;
  if (bytesOf(component) <= limits.opBytesMax) return [component];
  const [was, is] = ['od' in component ? component.od : undefined, 'oi' in component ? component.oi : undefined];
  if (p[0] === 'datasets' && p.length === 2) {
    const rows = (dataset: Json | undefined): [string, Json][] => (dataset === undefined ? [] : Object.entries((dataset as unknown as Dataset).rows));
    const without = (dataset: Json): Json => ({ ...(dataset as Readonly<Record<string, Json>>), rows: {} });
    if (is === undefined && was !== undefined) return [...rows(was).map(([id, row]): Component => ({ p: [...p, 'rows', id], od: row })), { p, od: without(was) }];
    if (was === undefined && is !== undefined) return [{ p, oi: without(is) }, ...rows(is).map(([id, row]): Component => ({ p: [...p, 'rows', id], oi: row }))];
  }
  if (typeof was === 'string' && typeof is === 'string') return [{ p, od: was, oi: '' }, { p, od: '', oi: is }];
  return [component];
}
