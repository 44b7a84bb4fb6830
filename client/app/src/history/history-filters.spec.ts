import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { COBOARD } from '@coboard/angular';
import { until } from '@coboard/angular/testing';
import type { HistoryFilter } from '@coboard/core/history';
import { templates } from '@coboard/core/templates';
import { BoardSession } from '../board/board-session';
import type { HistoryDesk } from './history-desk';
import { HistoryFilters } from './history-filters';

describe('the filters of a history', () => {
  it('HISTORYUI-26 find by words, by days, by widgets that are gone and by anybody whom the server knows; one press shows all again', async () => {
    const dashboard = templates['sales-overview'].build({ today: '2026-11-20', random: () => 0.5 });
    const filter = signal<HistoryFilter>({});
    const desk = {
      list: { filter, setFilter: (wanted: HistoryFilter) => { filter.set(wanted); } }, people: signal(new Map([['u-ben', 'Ben']])),
      deleted: signal([{ id: 'gone', name: 'Old funnel' }, { id: Object.keys(dashboard.widgets)[0], name: 'Back again' }]),
    } as unknown as HistoryDesk;
    const users = (query: string) => Promise.resolve([{ id: 'u-ben', name: 'Ben' }, { id: 'u-bea', name: 'Bea' }].filter(({ name }) => name.toLowerCase().startsWith(query)));
    TestBed.configureTestingModule({ providers: [
      { provide: COBOARD, useValue: { api: { users } } },
      { provide: BoardSession, useValue: { role: signal('editor'), live: { dashboard: signal(dashboard) } } },
    ] });
    const fixture = TestBed.createComponent(HistoryFilters);
    fixture.componentRef.setInput('desk', desk);
    let changed = 0;
    fixture.componentInstance.changed.subscribe(() => { changed += 1; });
    const element = fixture.nativeElement as HTMLElement;
    document.body.append(element);
    await fixture.whenStable();
    const click = async (root: ParentNode, selector: string, words = ''): Promise<void> => {
      const found = await until(`${selector} ${words}`, () => [...root.querySelectorAll<HTMLElement>(selector)].find((one) => one.textContent.includes(words)));
      found.click();
    };
    const choose = async (menu: string, choice: string): Promise<void> => {
      await click(element, `button[aria-label^="${menu}"]`);
      await click(document, '.menu [role=menuitemradio]', choice);
    };
    const field = element.querySelector('input') ?? new HTMLInputElement();
    field.value = ' moved revenue ';
    field.dispatchEvent(new Event('input'));
    await until('it is filtered', () => filter().text === 'moved revenue');
    await choose('Widget', 'Old funnel (deleted)');
    expect(filter()).toEqual({ text: 'moved revenue', thing: 'widget:gone' });
    await choose('Time', 'From … to …');
    const days = await until('the days', () => { const found = [...element.querySelectorAll<HTMLInputElement>('input[type=date]')]; return found.length === 2 ? found : undefined; });
    for (const [i, day] of ['2026-11-10', '2026-11-17'].entries()) {
      const input = days[i] ?? field;
      input.value = day;
      input.dispatchEvent(new Event('change'));
    }
    expect([filter().since, filter().before]).toEqual([new Date('2026-11-10T00:00').getTime(), new Date('2026-11-18T00:00').getTime()]);
    await click(element, 'app-find-menu button');
    await until('who is in the lines', () => [...document.querySelectorAll('[role=option]')].map((one) => one.textContent.trim()).join() === 'Everyone,Ben');
    const find = document.querySelector<HTMLInputElement>('.find [role=combobox]') ?? field;
    find.value = 'be';
    find.dispatchEvent(new Event('input'));
    await until('all of that name, each once', () => [...document.querySelectorAll('[role=option]')].map((one) => one.textContent.trim()).join() === 'Ben,Bea');
    await click(document, '[role=option]', 'Bea');
    expect(filter().person).toBe('u-bea');
    expect(changed).toBeGreaterThan(3);
    // what is there is no widget that is gone
    await click(element, 'button[aria-label^="Widget"]');
    await until('the widgets', () => document.querySelectorAll('.menu [role=menuitemradio]').length > 3);
    expect(document.querySelector('.menu')?.textContent).not.toContain('Back again (deleted)');
    document.querySelector<HTMLElement>('.menu [role=menuitemradio]')?.click();
    await click(element, 'button', 'Show all');
    expect([filter(), field.value]).toEqual([{}, '']);
    element.remove();
  });
});
