import type { Dashboard } from '../dashboard.ts';
import { DashboardBuilder, type TemplateContext } from './dashboard-builder.ts';

/** Checklist, notes and first figures of a launch. */
export function launchRoom(context: TemplateContext): Dashboard {
  const board = new DashboardBuilder('Launch room', context);
  const [room = ''] = board.tabs('Room');
  const days = board.days(14);
  const signUps = board.wave(14, 120, 640, 0.05, 0.1);
  const trials = board.wave(14, 40, 210, 0.05, 0.12);
  const figures = board.dataset('Sign-ups', [['Day', 'date'], ['Sign-ups', 'number'], ['Trials', 'number']], days.map((day, i) => [day, signUps[i] ?? 0, trials[i] ?? 0]));
  const channels = board.dataset('Channels', [['Channel', 'text'], ['Sign-ups', 'number']], [['Search', 1_840], ['Newsletter', 1_210], ['Partners', 760], ['Events', 390], ['Other', 210]]);
  const figure = { dataset: figures.id, date: figures.column['Day'] ?? null, compare: 'previous' as const, format: 'full' as const };
  board
    .widget(room, 'note', 'Launch notes', [0, 0, 5, 10], {
      text: 'Checkout in three languages goes live on **Thursday 09:00**. Support has two people more until Monday.\n\n> Decided: no discount codes before Friday.\n\n- Rollback is one switch, see the runbook\n- Prices freeze on Wednesday evening\n- Stand-up at 08:45 each day, here on the dashboard\n',
    })
    .widget(room, 'checklist', 'Before we go', [5, 0, 4, 10], {
      items: board.items(
        ['Translate checkout', 'Ana'], ['Load test at three times the traffic', 'Ben'], ['Refund policy', 'Chiyo'], ['Store banners', 'Ana'], ['Switch on in Spain', null],
        ['Call center brief', null], ['Freeze prices', null],
      ),
    })
    .widget(room, 'kpi', 'Sign-ups today', [9, 0, 3, 3], { ...figure, value: figures.column['Sign-ups'] ?? null })
    .widget(room, 'kpi', 'Trials today', [9, 3, 3, 3], { ...figure, value: figures.column['Trials'] ?? null })
    .widget(room, 'pie', 'Channels', [9, 6, 3, 7], { dataset: channels.id, category: channels.column['Channel'] ?? null, value: channels.column['Sign-ups'] ?? null, format: 'full' })
    .widget(room, 'timeseries', 'Sign-ups and trials', [0, 10, 9, 7], {
      dataset: figures.id, date: figures.column['Day'] ?? null, format: 'full',
      values: { [figures.column['Sign-ups'] ?? '']: true, [figures.column['Trials'] ?? '']: true },
    })
    .widget(room, 'table', 'By channel', [9, 13, 3, 4], { dataset: channels.id, sortBy: channels.column['Sign-ups'] ?? null });
  return board.dashboard;
}
