import type { Differences } from '@coboard/core/history';
import { differenceWords } from './difference-words';

const of = (more: Partial<Differences>): Differences => ({ added: new Set(), removed: new Set(), changed: new Map(), data: new Map(), other: [], ...more });

describe('what differs', () => {
  it('HISTORYUI-21 is told in words, also where no widget does, and nothing only where nothing does', () => {
    expect(differenceWords(of({}), 'removed', 2)).toBeNull();
    expect(differenceWords(of({ changed: new Map([['a', ['moved A']]]), removed: new Set(['b']) }), 'removed', 2)).toBe('1 changed, 1 removed.');
    expect(differenceWords(of({ other: ['renamed the dashboard to Sales'] }), 'removed', 2)).toBe('renamed the dashboard to Sales.');
    expect(differenceWords(of({ other: ['one', 'two', 'three', 'four'] }), 'removed', 2)).toBe('one, two, and 2 more.');
    // one whose settings differ too is counted once
    const data = new Map([['a', ['changed Revenue in Countries']], ['b', ['changed Revenue in Countries']]]);
    expect(differenceWords(of({ changed: new Map([['a', ['moved A']]]), data, other: ['changed Revenue in Countries'] }), 'deleted', 2)).toBe('1 changed, 1 with other data; changed Revenue in Countries.');
    expect(differenceWords(of({ added: new Set(['a']), other: ['x', 'y'] }), 'deleted', 0)).toBe('1 added; 2 things of the dashboard itself.');
  });
});
