import { inOrder, setCell, setSetting } from '@coboard/core';
import { until, type HarnessPerson } from '@coboard/angular/testing';
import { BoardStage } from '../board/testing/board-stage';

describe('WIDGETVIEW figures', () => {
  let stage: BoardStage;
  let ben: HarnessPerson;

  beforeEach(async () => {
    stage = await BoardStage.open();
    ben = await stage.harness.join('Ben');
  });

  afterEach(() => {
    stage.harness.stop();
  });

  const set = (title: string, key: string, value: string | number | boolean | null): void => {
    ben.edit((dashboard) => setSetting(dashboard, stage.widget(title).id, key, value));
  };

  /** Sets a cell of the countries. */
  function put(row: number, column: number, value: string | number): void {
    const id = stage.dataset('Countries');
    const { columns = {}, rows = {} } = stage.dashboard.datasets[id] ?? {};
    ben.edit((dashboard) => setCell(dashboard, id, inOrder(rows)[row]?.[0] ?? '', inOrder(columns)[column]?.[0] ?? '', value));
  }

  it('WIDGETVIEW-23 a figure shows its value, its change as good or bad with a sign and a word, and what it is compared with', async () => {
    const tickets = await stage.section('Open tickets');
    await until('the figure', () => (tickets.querySelector('.value')?.textContent.trim() ?? '') !== '');
    expect(tickets.querySelector('.delta.good, .delta.bad')?.querySelector('cb-icon')).not.toBeNull();
    expect(tickets.querySelector('.delta .sr')?.textContent).toMatch(/^ (more|less)$/);
    const isGood = tickets.querySelector('.delta.good') !== null;
    set('Open tickets', 'goodWhen', 'up');
    await until('the other way round', () => (tickets.querySelector('.delta.good') !== null) !== isGood);
    set('Open tickets', 'compare', 'none');
    await until('no change', () => tickets.querySelector('.delta') === null);
    set('Open tickets', 'sparkline', false);
    await until('no trend', () => tickets.querySelector('svg.trend') === null);
  });

  it('WIDGETVIEW-24 bars have lengths, figures, signed changes and marks of what was before, longest first', async () => {
    const section = await stage.section('Revenue by country');
    const bars = (): string[][] => [...section.querySelectorAll('li')].map((row) => ['.name', '.value', '.change'].map((part) => row.querySelector(part)?.textContent.trim() ?? ''));
    await until('seven bars', () => bars().length === 7);
    expect(bars()[0]).toEqual(['Germany', '€92.4k', '+5%']);
    expect(bars()[3]).toEqual(['Italy', '€47.9k', '−6%']);
    expect(section.querySelector<HTMLElement>('.fill')?.style.width).toBe('100%');
    expect(section.querySelectorAll('.mark').length).toBe(7);
    put(6, 1, 1_000_000);
    await until('the new longest is first', () => bars()[0]?.join() === 'Belgium,€1M,>1k%');
    set('Revenue by country', 'compare', null);
    await until('no changes', () => section.querySelector('.change, .mark') === null);
  });

  it('WIDGETVIEW-25 a pie names its parts with their shares, and the rest', async () => {
    const section = await stage.section('Share by country');
    const parts = (): string[] => [...section.querySelectorAll('li')].map((part) => part.textContent);
    await until('the parts', () => parts().length === 6);
    expect(parts()[0]).toBe('Germany26%');
    expect(parts().at(-1)).toBe('The rest12%');
    expect(section.querySelector('[role=img]')?.getAttribute('aria-label')).toContain('Germany 26%, France 21%');
    set('Share by country', 'limit', 100);
    await until('all of them', () => parts().length === 7 && !parts().some((part) => part.startsWith('The rest')));
  });

  it('WIDGETVIEW-26 a time series says in one sentence what it draws', async () => {
    const picture = (await stage.section('Sales')).querySelector('[role=img]');
    expect(picture?.getAttribute('aria-label')).toMatch(/: Online from €[\d.]+k to €[\d.]+k, Stores from €[\d.]+k to €[\d.]+k\.$/);
    await until('it is drawn', () => picture?.querySelector('canvas'));
  });

  it('WIDGETVIEW-27 a table shows rows sorted, with bars where they are wanted', async () => {
    const section = await stage.section('Largest orders');
    const first = (): string => section.querySelector('tbody tr')?.textContent.trim() ?? '';
    await until('rows', () => first() !== '');
    const ascending = first();
    set('Largest orders', 'sortDirection', (stage.widget('Largest orders').settings as { sortDirection?: string }).sortDirection === 'ascending' ? 'descending' : 'ascending');
    await until('the other end', () => first() !== ascending);
    expect(section.querySelectorAll('.cell-bar').length).toBeGreaterThan(0);
    set('Largest orders', 'bars', false);
    await until('no bars', () => section.querySelector('.cell-bar') === null);
    expect([...section.querySelectorAll('th')].map(({ textContent }) => textContent)).toEqual(['Order', 'Customer', 'Country', 'State', 'Value']);
  });
});
