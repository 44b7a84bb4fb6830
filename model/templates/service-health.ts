import type { Dashboard } from '../dashboard.ts';
import { DashboardBuilder, type TemplateContext } from './dashboard-builder.ts';

/** Load, errors and who is on call. */
export function serviceHealth(context: TemplateContext): Dashboard {
  const board = new DashboardBuilder('Service health', context);
  const [now = '', services = ''] = board.tabs('Now', 'Services');
  const hours = Array.from({ length: 48 }, (_, i) => new Date(Date.parse(`${context.today}T12:00:00Z`) - (47 - i) * 3_600_000).toISOString().slice(0, 16));
  const requests = board.wave(48, 1_850, 2_300, 0.22, 0.05);
  const p50 = board.wave(48, 38, 42, 0.08, 0.06);
  const p95 = board.wave(48, 108, 124, 0.1, 0.1);
  const errors = board.wave(48, 14, 9, 0.2, 0.5);
  const load = board.dataset(
    'Traffic',
    [['Hour', 'date'], ['Requests', 'number'], ['p50', 'number'], ['p95', 'number'], ['Errors', 'number']],
    hours.map((hour, i) => [hour, requests[i] ?? 0, p50[i] ?? 0, p95[i] ?? 0, errors[i] ?? 0]),
  );
  const list = board.dataset('Services', [['Service', 'text'], ['Owner', 'text'], ['State', 'text'], ['Errors', 'number'], ['p95', 'number']], [
    ['Checkout', 'Ana', 'Fine', 3, 142], ['Search', 'Ben', 'Slow', 12, 310], ['Catalog', 'Chiyo', 'Fine', 1, 88], ['Accounts', 'Dev', 'Fine', 0, 64],
    ['Payments', 'Ana', 'Fine', 2, 171], ['Mail', 'Elif', 'Fine', 4, 95],
  ]);
  const column = (name: string) => load.column[name] ?? null;
  const service = (name: string) => list.column[name] ?? null;
  const figure = { dataset: load.id, date: column('Hour') };
  board
    .widget(now, 'kpi', 'Requests an hour', [0, 0, 3, 3], { ...figure, value: column('Requests'), format: 'full' })
    .widget(now, 'kpi', 'Answer p95', [3, 0, 3, 3], { ...figure, value: column('p95'), unit: 'ms', format: 'full', goodWhen: 'down' })
    .widget(now, 'kpi', 'Answer p50', [6, 0, 3, 3], { ...figure, value: column('p50'), unit: 'ms', format: 'full', goodWhen: 'down' })
    .widget(now, 'kpi', 'Errors an hour', [9, 0, 3, 3], { ...figure, value: column('Errors'), format: 'full', goodWhen: 'down' })
    .widget(now, 'timeseries', 'Answer time', [0, 3, 8, 7], {
      ...figure, values: { [load.column['p95'] ?? '']: true, [load.column['p50'] ?? '']: true }, shape: 'line', goal: 150, unit: 'ms', format: 'full',
    })
    .widget(now, 'checklist', 'On call today', [8, 3, 4, 7], {
      items: board.items(['Read the handover', 'Ana'], ['Check the error budget', 'Ben'], ['Look at slow queries', null], ['Renew the certificate', null], ['Write the handover', null]),
    })
    .widget(now, 'timeseries', 'Requests', [0, 10, 6, 6], { ...figure, values: { [load.column['Requests'] ?? '']: true }, color: 's2', format: 'short' })
    .widget(now, 'bar', 'Errors by service', [6, 10, 3, 6], { dataset: list.id, category: service('Service'), value: service('Errors'), color: 's3', format: 'full' })
    .widget(now, 'note', 'Incident notes', [9, 10, 3, 6], { text: '**Search is slow** since 09:40.\n\n1. Cache was emptied by the release\n2. Warm-up runs, about 30 min\n\n_Next look: 11:00_' })
    .widget(services, 'table', 'Services', [0, 0, 8, 8], { dataset: list.id, sortBy: service('Errors'), bars: true })
    .widget(services, 'pie', 'Errors', [8, 0, 4, 8], { dataset: list.id, category: service('Service'), value: service('Errors'), format: 'full' });
  return board.dashboard;
}
