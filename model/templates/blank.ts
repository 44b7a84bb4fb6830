import type { Dashboard } from '../dashboard.ts';
import { DashboardBuilder, type TemplateContext } from './dashboard-builder.ts';

/** One empty tab. */
export function blank(context: TemplateContext): Dashboard {
  const board = new DashboardBuilder('Untitled dashboard', context);
  board.tabs('Overview');
  return board.dashboard;
}
