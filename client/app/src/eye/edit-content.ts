import { editText, replaceAt, valueAt, type Dashboard, type Op } from '@coboard/core';

type Part = Op[number];

/** What an edit held, as text for a clipboard: what was typed, one thing a line; else what it set, as JSON. */
export function editContent(ops: readonly Op[]): string {
  const typed = new Map<string, string>();
  const set: unknown[] = [];
  for (const part of ops.flat()) {
    const at = JSON.stringify(part.p);
    if ('t' in part) typed.set(at, part.o.reduce((text, step) => ('i' in step ? text + step.i : text), typed.get(at) ?? ''));
    else if ('oi' in part && typeof part.oi === 'string') typed.set(at, part.oi);
    else if ('oi' in part) set.push(part.oi);
  }
  const texts = [...typed.values()].filter((text) => text !== '');
  const values = set.map((value) => JSON.stringify(value, null, 2));
  return [...texts, ...values].join('\n') || JSON.stringify(ops, null, 2);
}

/** Makes one part of an edit again, on what is there now; empty where its place is gone. */
export function againOn(dashboard: Dashboard, part: Part): Op {
  const now = valueAt(dashboard, part.p);
  if (valueAt(dashboard, part.p.slice(0, -1)) === undefined) return [];
  if ('t' in part) {
    if (typeof now !== 'string') return [];
    const text = part.o.reduce((before, step) => {
      const at = Math.min(step.p, before.length);
      if ('i' in step) return before.slice(0, at) + step.i + before.slice(at);
      // what others have written there since stays
      return before.startsWith(step.d, at) ? before.slice(0, at) + before.slice(at + step.d.length) : before;
    }, now);
    return editText(dashboard, part.p, text);
  }
  if ('na' in part) return typeof now === 'number' ? [part] : [];
  return 'oi' in part || 'od' in part ? replaceAt(dashboard, part.p, part.oi) : [];
}
