import type { Dashboard, Dataset } from '../dashboard.ts';
import { DashboardBuilder, type TemplateContext } from './dashboard-builder.ts';

/** A small dataset for a first chart on an empty dashboard: a month of two numbers, and a region for each day. */
export function sampleDataset(context: TemplateContext): Dataset {
  const board = new DashboardBuilder('', context);
  const regions = ['North', 'South', 'East', 'West', 'Center'];
  const visits = board.wave(28, 800, 1_250, 0.18, 0.08);
  const orders = board.wave(28, 60, 96, 0.14, 0.12);
  const { id } = board.dataset(
    'Sample data',
    [['Day', 'date'], ['Region', 'text'], ['Visits', 'number'], ['Orders', 'number']],
    board.days(28).map((day, i) => [day, regions[(i * 3) % regions.length] ?? '', visits[i] ?? 0, orders[i] ?? 0]),
  );
  return (board.dashboard satisfies Dashboard).datasets[id] ?? { title: 'Sample data', columns: {}, rows: {} };
}

/** A dataset to start typing in: three columns, three empty rows. */
export function emptyDataset(context: TemplateContext, title: string): Dataset {
  const board = new DashboardBuilder('', context);
  const { id } = board.dataset(title, [['Name', 'text'], ['Value', 'number'], ['Date', 'date']], [[], [], []]);
  return board.dashboard.datasets[id] ?? { title, columns: {}, rows: {} };
}
