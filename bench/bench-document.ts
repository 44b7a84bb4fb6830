import type { Dashboard } from '../model/dashboard.ts';
import type { Op } from '../model/json0.ts';
import { ordersAfter } from '../model/order.ts';
import { templates } from '../model/templates/templates.ts';

const rowsCount = 250;

/** A dashboard of about 10 kB. */
export const template = (): Dashboard => templates['launch-room'].build({ today: '2026-11-20', random: () => 0.5 });

/** The same beside a dataset with a row for each writer. */
export function benchDashboard(): Dashboard {
  const dashboard = template();
  const orders = ordersAfter(null, rowsCount, () => 0.5);
  const rows = Object.fromEntries(orders.map((order, i) => [`row${String(i)}`, { order, cells: { value: 0 } }]));
  return { ...dashboard, datasets: { ...dashboard.datasets, bench: { title: 'Bench', columns: { value: { name: 'Value', type: 'number', order: 'V' } }, rows } } };
}

/** What a writer does: it sets a cell of its own, one in ten times one that all writers set. */
export function benchOp(writer: number, value: number): Op {
  const row = `row${String(value % 10 === 0 ? rowsCount - 1 : writer % (rowsCount - 1))}`;
  return [{ p: ['datasets', 'bench', 'rows', row, 'cells', 'value'], oi: value }];
}
