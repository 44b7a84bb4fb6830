import type { ChangeKind, Thing } from '../../model/history/change.ts';
import type { Run } from '../../model/history/run.ts';

const wordsMax = 30;

/** Words as they are searched: without case, marks and punctuation. */
export function searchWords(text: string): string[] {
  return [...new Set(text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word !== ''))].slice(0, wordsMax);
}

export const facets = {
  word: (word: string): string => `word:${word.slice(0, 40)}`,
  thing: (thing: Thing): string => `thing:${thing}`,
  by: (reference: string): string => `by:${reference}`,
  kind: (kind: ChangeKind): string => `kind:${kind}`,
};

/** What a run can be found by. */
export function facetsOf({ by, things, kinds, words }: Run): string[] {
  return [...searchWords(words.join(' ')).map(facets.word), ...things.map(facets.thing), ...(by === null ? [] : [facets.by(by)]), ...kinds.map(facets.kind)];
}
