import type { ChangeKind, Thing } from '../../model/history/change.ts';
import { thingsMax, type Run } from '../../model/history/run.ts';
import { innerLimits } from '../../model/limits.ts';

/** Words as they are searched: without case, marks and punctuation. */
export function searchWords(text: string): string[] {
  return [...new Set(text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word !== ''))].slice(0, innerLimits.historyWordsMax);
}

export const facets = {
  word: (word: string): string => `word:${word.slice(0, 40)}`,
  thing: (thing: Thing): string => `thing:${thing}`,
  /** A person by a reference without a name, so that whatever they were called, on whatever server, they are found. */
  by: (personReference: string): string => `by:${personReference}`,
  kind: (kind: ChangeKind): string => `kind:${kind}`,
  /** It is about more things than it names. */
  manyThings: 'many',
};

/** What a run can be found by. `person`: see {@link facets.by}; once they are erased the reference on the op is what is left of them. `words`: those that are told of it. */
export function facetsOf({ by, things, kinds, words }: Pick<Run, 'by' | 'things' | 'kinds' | 'words'>, person: string | null): string[] {
  return [
    ...searchWords(words.join(' ')).map(facets.word), ...things.map(facets.thing), ...(things.length < thingsMax ? [] : [facets.manyThings]),
    ...(person === null ? [] : [facets.by(person)]), ...(by === null ? [] : [facets.by(by)]), ...kinds.map(facets.kind),
  ];
}
