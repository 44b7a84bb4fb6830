import { canonicalJson } from './canonical-json.ts';
import type { StoredOp } from '../store/store.ts';

/** In the order in which RFC 8785 has them. */
const metaKeys = ['b', 'l', 'r', 's', 'ts', 'w'] as const;
const partKeys = ['na', 'o', 'od', 'oi', 'p', 't'] as const;
/** Those of an op with a reference that are not sealed. */
const unsealed: ReadonlySet<string> = new Set(['h', 'n', 'u', 'data', 'fixup']);

/**
 * The canonical form of an edit as people make them all the time, in a third of the time that the general way takes, which this must agree
 * with; null for every other op. Access lists are not for here: people in them stand by references.
 */
export function editText(collection: string, id: string, { v, src, seq, op, create, del, m }: StoredOp): string | null {
  if (create !== undefined || del !== undefined || !Array.isArray(op) || m == null || typeof m['r'] !== 'string') return null;
  const [where, meta, edit] = [scalarText(id), metaText(m), editOf(op)];
  if (where === null || meta === null || edit === null) return null;
  const [number, client, version] = [seq == null ? '' : scalarText(seq), src == null ? '' : scalarText(src), scalarText(v)];
  if (number === null || client === null || version === null) return null;
  return `{"c":"${collection}","d":${where},"m":${meta},"op":${edit}${number === '' ? '' : `,"seq":${number}`}${client === '' ? '' : `,"src":${client}`},"v":${version}}`;
}

function metaText(m: Readonly<Record<string, unknown>>): string | null {
  let text = '';
  let left = 0;
  for (const key in m) if (!unsealed.has(key)) left += 1;
  for (const key of metaKeys) {
    const value = m[key];
    if (value === undefined) continue;
    const one = scalarText(value);
    if (one === null) return null;
    left -= 1;
    text += `${text === '' ? '' : ','}"${key}":${one}`;
  }
  // something else rides on it
  return left === 0 ? `{${text}}` : null;
}

function editOf(op: readonly unknown[]): string | null {
  let text = '';
  for (const component of op) {
    const one = componentText(component as Readonly<Record<string, unknown>>);
    if (one === null) return null;
    text += text === '' ? one : `,${one}`;
  }
  return `[${text}]`;
}

function componentText(component: Readonly<Record<string, unknown>>): string | null {
  if (typeof component !== 'object' || (component as unknown) === null || Object.getPrototypeOf(component) !== Object.prototype) return null;
  let text = '';
  let left = Object.keys(component).length;
  for (const key of partKeys) {
    const value = component[key];
    if (value === undefined) continue;
    const one = key === 'p' ? pathText(value) : scalarText(value) ?? canonicalJson(value);
    if (one === null || one === '') return null;
    left -= 1;
    text += `${text === '' ? '' : ','}"${key}":${one}`;
  }
  return left === 0 ? `{${text}}` : null;
}

function pathText(path: unknown): string | null {
  if (!Array.isArray(path)) return null;
  let text = '';
  for (let i = 0; i < path.length; i++) {
    const step = scalarText(path[i]);
    if (step === null) return null;
    text += i === 0 ? step : `,${step}`;
  }
  return `[${text}]`;
}

/** A number, or a text that stands in JSON just as it is. */
function scalarText(value: unknown): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null;
  if (typeof value !== 'string') return null;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) return null;
  }
  return `"${value}"`;
}
