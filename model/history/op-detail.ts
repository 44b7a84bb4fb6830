import type { Dashboard } from '../dashboard.ts';
import { valueWords } from '../field-words.ts';
import type { Json, Op } from '../json0.ts';
import { opPaths, valueAt } from '../op-paths.ts';

/** What an op of one value took away and put there, in words; empty for nothing. */
export interface OpDetail {
  readonly was: string;
  readonly is: string;
}

const charsMax = 200;
const cut = (text: string): string => (text.length > charsMax ? `${text.slice(0, charsMax)}…` : text);
const isPlain = (value: unknown): value is Json | undefined => typeof value !== 'object' || value === null;

/** The value before and after an op that changes one value, or of a text what was taken out and put in; null for all others. */
export function opDetail(op: Op, before: Dashboard, after: Dashboard): OpDetail | null {
  const [path, ...more] = opPaths(op);
  if (path === undefined || more.length > 0) return null;
  const edits = op.flatMap((component) => ('t' in component ? component.o : []));
  if (edits.length > 0) {
    const texts = (kind: 'd' | 'i'): string => cut(edits.flatMap((edit) => (kind in edit ? [(edit as unknown as Record<typeof kind, string>)[kind]] : [])).join(' … '));
    return { was: texts('d'), is: texts('i') };
  }
  const [was, is] = [valueAt(before, path), valueAt(after, path)];
  if (!isPlain(was) || !isPlain(is) || path.at(-1) === 'order' || path[2] === 'box') return null;
  return { was: cut(valueWords(before, path, was)), is: cut(valueWords(after, path, is)) };
}
