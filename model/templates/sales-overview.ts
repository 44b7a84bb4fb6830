import type { Dashboard } from '../dashboard.ts';
import { DashboardBuilder, type TemplateContext } from './dashboard-builder.ts';

const countries: readonly (readonly [string, number, number])[] = [
  ['Germany', 92_400, 88_000], ['France', 74_100, 69_900], ['Spain', 61_800, 44_100], ['Italy', 47_900, 51_000],
  ['Poland', 37_200, 32_900], ['Austria', 24_300, 25_100], ['Belgium', 18_600, 17_100],
];

const orders: readonly (readonly [string, string, string, string, number])[] = [
  ['ORD-4821', 'Nordlicht GmbH', 'Germany', 'Shipped', 18_240], ['ORD-4820', 'Atelier Brun', 'France', 'Waiting', 6_915],
  ['ORD-4819', 'Casa Verde', 'Spain', 'Shipped', 12_480], ['ORD-4818', 'Hafen & Co', 'Germany', 'Blocked', 31_070],
  ['ORD-4817', 'Lumen AG', 'Austria', 'Draft', 2_360], ['ORD-4816', 'Fabrika Nowa', 'Poland', 'Shipped', 9_720],
  ['ORD-4815', 'Maison Lévy', 'France', 'Shipped', 8_140], ['ORD-4814', 'Bottega Rossi', 'Italy', 'Shipped', 4_480],
];

/** Figures, trend and largest orders of a shop. */
export function salesOverview(context: TemplateContext): Dashboard {
  const board = new DashboardBuilder('Sales overview', context);
  const [overview = '', detail = ''] = board.tabs('Overview', 'Orders');
  const days = board.days(45);
  const online = board.wave(45, 62_000, 96_000, 0.12, 0.08);
  const stores = board.wave(45, 36_000, 44_000, 0.16, 0.07);
  const sold = board.wave(45, 1_100, 1_420, 0.1, 0.06);
  const visits = board.wave(45, 34_000, 43_000, 0.08, 0.05);
  const daily = board.dataset(
    'Daily sales',
    [['Day', 'date'], ['Online', 'number'], ['Stores', 'number'], ['Orders', 'number'], ['Visits', 'number'], ['Conversion', 'number'], ['Tickets', 'number']],
    days.map((day, i) => [
      day, online[i] ?? 0, stores[i] ?? 0, sold[i] ?? 0, visits[i] ?? 0,
      Math.round(((sold[i] ?? 0) / (visits[i] ?? 1)) * 10_000) / 10_000, Math.round(58 - i * 0.25 + 6 * (context.random() - 0.5)),
    ]),
  );
  const byCountry = board.dataset('Countries', [['Country', 'text'], ['Revenue', 'number'], ['Last week', 'number']], countries);
  const largest = board.dataset('Largest orders', [['Order', 'text'], ['Customer', 'text'], ['Country', 'text'], ['State', 'text'], ['Value', 'number']], orders);
  const column = (name: string) => daily.column[name] ?? null;
  const figure = { dataset: daily.id, date: column('Day'), compare: 'first' as const };
  board
    .widget(overview, 'kpi', 'Revenue online', [0, 0, 3, 3], { ...figure, value: column('Online'), unit: '€' })
    .widget(overview, 'kpi', 'Orders', [3, 0, 3, 3], { ...figure, value: column('Orders'), format: 'full' })
    .widget(overview, 'kpi', 'Conversion', [6, 0, 3, 3], { ...figure, value: column('Conversion'), format: 'percent' })
    .widget(overview, 'kpi', 'Open tickets', [9, 0, 3, 3], { ...figure, value: column('Tickets'), format: 'full', goodWhen: 'down' })
    .widget(overview, 'timeseries', 'Sales', [0, 3, 8, 7], {
      dataset: daily.id, date: column('Day'), values: { [daily.column['Online'] ?? '']: true, [daily.column['Stores'] ?? '']: true }, goal: 90_000, unit: '€',
    })
    .widget(overview, 'bar', 'Revenue by country', [8, 3, 4, 7], {
      dataset: byCountry.id, category: byCountry.column['Country'] ?? null, value: byCountry.column['Revenue'] ?? null,
      compare: byCountry.column['Last week'] ?? null, unit: '€',
    })
    .widget(overview, 'table', 'Largest orders', [0, 10, 6, 7], { dataset: largest.id, sortBy: largest.column['Value'] ?? null, bars: true })
    .widget(overview, 'note', 'What we see', [6, 10, 3, 7], {
      text: '**Online grows**, stores are steady.\n\n- Spain jumped after the new checkout\n- Italy is below last week, ask the partner\n- Goal of 90k a day is in reach\n\n> Write here together: every letter arrives at once.',
    })
    .widget(overview, 'pie', 'Share by country', [9, 10, 3, 7], {
      dataset: byCountry.id, category: byCountry.column['Country'] ?? null, value: byCountry.column['Revenue'] ?? null, limit: 5, unit: '€',
    })
    .widget(detail, 'table', 'All orders', [0, 0, 8, 9], { dataset: largest.id, sortBy: largest.column['Value'] ?? null })
    .widget(detail, 'bar', 'Orders by country', [8, 0, 4, 9], {
      dataset: largest.id, category: largest.column['Country'] ?? null, value: largest.column['Value'] ?? null, color: 's2', unit: '€',
    });
  return board.dashboard;
}
