import { templates } from '@coboard/core/templates';
import { pointedParts } from './pointed-parts';

describe('what is ringed', () => {
  const dashboard = templates['sales-overview'].build({ today: '2026-11-20', random: () => 0.5 });
  const idOf = (title: string): string => Object.entries(dashboard.widgets).find(([, widget]) => widget.title === title)?.[0] ?? '';
  const datasetOf = (title: string): string => Object.entries(dashboard.datasets).find(([, dataset]) => dataset.title === title)?.[0] ?? '';
  const tabOf = (title: string): string => dashboard.widgets[idOf(title)]?.tab ?? '';
  const titles = (ids: ReadonlySet<string>): string[] => [...ids].map((id) => dashboard.widgets[id]?.title ?? '').sort();

  it('HISTORYUI-20 all that a line is about is ringed: widgets, what draws a dataset, the tabs of what is elsewhere, the title, the data and who may see it', () => {
    const here = tabOf('Sales');
    const away = tabOf('All orders');
    expect(here).not.toBe(away);
    const several = pointedParts([`widget:${idOf('Sales')}`, `widget:${idOf('All orders')}`, 'widget:gone', `tab:${here}`], dashboard, here);
    expect(titles(several.widgets)).toEqual(['All orders', 'Sales']);
    expect(several.tabs).toEqual(new Set([here, away]));
    expect([several.title, several.data, several.access]).toEqual([false, false, false]);
    const data = pointedParts([`dataset:${datasetOf('Countries')}`], dashboard, here);
    expect(titles(data.widgets)).toEqual(['Revenue by country', 'Share by country']);
    expect([data.tabs.size, data.data]).toEqual([0, true]);
    const rest = pointedParts(['dashboard', 'access', 'variable:region'], dashboard, here);
    expect([rest.widgets.size, rest.tabs.size, rest.title, rest.data, rest.access]).toEqual([0, 0, true, false, true]);
    expect(pointedParts([`widget:${idOf('Sales')}`], null, '').widgets.size).toBe(0);
  });
});
