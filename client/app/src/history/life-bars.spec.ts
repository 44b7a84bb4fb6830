import type { HistoryEntry } from '@coboard/core/history';
import { lifeBars, placeOf, versionAt } from './life-bars';

const line = (from: number, to: number, at: number, until: number, by: string): HistoryEntry =>
  ({ collection: 'dashboards', dashboard: 'd', from, to, count: to - from, at, until, by: { id: by, name: by }, things: [], kinds: [], words: [] });

describe('the bars of a life', () => {
  const life = [line(0, 1, 0, 0, 'ana'), line(1, 11, 100, 200, 'ana'), line(11, 12, 200, 200, 'ben'), line(12, 13, 1_000, 1_000, 'ben')];

  it('HISTORYUI-2 each slice of time is as high as it was busy, in the shares of who was', () => {
    const bars = lifeBars(life, 10);
    expect(bars.map(({ x }) => x)).toEqual([0, 0.2, 0.9]);
    expect(bars.map(({ to }) => to)).toEqual([1, 12, 13]);
    expect(bars[1]?.height).toBe(1);
    expect(bars[1]?.parts.map(({ by, share }) => [by, Math.round(share * 100)])).toEqual([['ana', 91], ['ben', 9]]);
    expect(lifeBars([], 10)).toEqual([]);
  });

  it('HISTORYUI-3 a place on it is a version, and a version a place', () => {
    expect([versionAt(life, 0), versionAt(life, 0.15), versionAt(life, 0.5), versionAt(life, 1)]).toEqual([1, 7, 12, 13]);
    expect([placeOf(life, 1), placeOf(life, 12), placeOf(life, 13)]).toEqual([0, 0.2, 1]);
    expect(versionAt([], 0.5)).toBe(1);
  });
});
