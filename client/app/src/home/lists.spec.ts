import type { ListedDashboard } from '@coboard/core';
import { nearest } from './card-walk';
import { leftWords } from './dashboard-bin';
import { findDashboards } from './find-dashboards';
import { peopleWords } from './people-words';
import { keepShelves, shelve } from './shelves';

const ana = { id: 'ana', name: 'Ana', color: 'p1' };

function listed(id: string, { title = id, widgets = [], people = [] }: { title?: string; widgets?: readonly string[]; people?: readonly { id: string; name: string; color: string }[] } = {}): ListedDashboard {
  const preview = widgets.map((widget) => ({ kind: 'note', title: widget, x: 0, y: 0, w: 3, h: 3 }));
  return { id, title, role: 'owner', updatedAt: 0, updatedBy: null, widgets: preview.length, preview, people: [...people] };
}

const ids = (list: readonly ListedDashboard[]): string[] => list.map(({ id }) => id);

describe('HOME lists', () => {
  it('HOME-1 finds dashboards by every word of a query, by title before widget, whatever case and marks', () => {
    const warehouse = listed('w', { title: 'Warehouse', widgets: ['Orders by country', 'Order notes'] });
    const orders = listed('o', { title: 'Orders of Lübeck' });
    const all = [warehouse, orders, listed('x', { title: 'Other' })];
    expect(findDashboards(all, 'order')).toEqual([{ dashboard: orders, widget: null }, { dashboard: warehouse, widget: 'Orders by country' }]);
    expect(findDashboards(all, ' LUBECK  ord ').map(({ dashboard }) => dashboard.id)).toEqual(['o']);
    expect(findDashboards(all, 'nothing')).toEqual([]);
  });

  it('HOME-2 puts dashboards with people first, and moves none while they are held', () => {
    const before = shelve([listed('a'), listed('b', { people: [ana] }), listed('c')]);
    expect([ids(before.here), ids(before.recent)]).toEqual([['b'], ['a', 'c']]);
    const now = [listed('new'), listed('c', { people: [ana], title: 'C now' }), listed('b'), listed('a')];
    const held = keepShelves(before, now, () => false);
    expect([ids(held.here), ids(held.recent)]).toEqual([['b'], ['a', 'c', 'new']]);
    expect(held.recent[1]?.title).toBe('C now');
    expect(ids(shelve(now).here)).toEqual(['c']);
  });

  it('HOME-3 lets a held dashboard go that one deleted oneself, and keeps one that only went elsewhere', () => {
    const before = shelve([listed('a'), listed('b'), listed('c')]);
    expect(ids(keepShelves(before, [listed('c')], (id) => id === 'a').recent)).toEqual(['b', 'c']);
  });

  it('HOME-4 names who is there in a few words', () => {
    expect([[], ['Ana'], ['Ana', 'Ben'], ['Ana', 'Ben', 'Chiyo']].map(peopleWords)).toEqual(['', 'Ana is here', 'Ana and Ben are here', 'Ana and 2 more are here']);
  });

  it('HOME-5 walks to the card straight above or below, and nowhere from an edge', () => {
    // three columns, the last row with one
    const place = (i: number) => ({ x: (i % 3) * 100, y: Math.floor(i / 3) * 100 });
    const places = [0, 1, 2, 3, 4, 5, 6].map(place);
    expect(nearest(places, place(1), 'down')).toBe(4);
    expect(nearest(places, place(5), 'up')).toBe(2);
    expect(nearest(places, place(5), 'down')).toBe(6);
    expect(nearest(places, place(1), 'up')).toBe(-1);
  });

  it('HOME-6 says how long a deleted dashboard is kept', () => {
    const day = 24 * 3_600_000;
    expect(leftWords(0, 0)).toBe('kept for 30 more days');
    expect(leftWords(5_000, 0)).toBe('kept for 30 more days');
    expect(leftWords(0, 28.5 * day)).toBe('kept for 2 more days');
    expect(leftWords(0, 29.5 * day)).toBe('gone for good today');
  });
});
