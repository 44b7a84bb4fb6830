// The history of a dashboard: its lines, its moments, and the ways back; apart, because it is not needed to edit
export { changeKinds, type ChangeKind } from '../../../model/history/change.ts';
export type { SentenceBlame } from '../../../model/history/blame.ts';
export { differences, type Differences } from '../../../model/history/differences.ts';
export { DashboardHistory, type HistoryFilter, type Moment, type TakeBackPlan, type WantedBack } from './dashboard-history.ts';
export type { Changes, DeletedWidget, HistoryEntry, HistoryPage, LifePart, NamedVersion, PastOpOfLog, SingleChange } from './history-schemas.ts';
export { askWidgetBlame, type SetBy, type WidgetSetBy } from './widget-blame.ts';
export { Playback } from './playback.ts';
