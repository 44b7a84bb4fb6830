import type { Dashboard } from '../dashboard.ts';
import { blank } from './blank.ts';
import type { TemplateContext } from './dashboard-builder.ts';
import { launchRoom } from './launch-room.ts';
import { salesOverview } from './sales-overview.ts';
import { serviceHealth } from './service-health.ts';

/** What a new dashboard can start from. */
export interface Template {
  readonly title: string;
  readonly summary: string;
  readonly build: (context: TemplateContext) => Dashboard;
}

/** By the name that `POST /api/dashboards` takes as `template`. */
export const templates = {
  blank: { title: 'Blank', summary: 'An empty board', build: blank },
  'sales-overview': { title: 'Sales overview', summary: 'Figures, trend, top orders', build: salesOverview },
  'service-health': { title: 'Service health', summary: 'Load, errors, on-call', build: serviceHealth },
  'launch-room': { title: 'Launch room', summary: 'Checklist, notes, sign-ups', build: launchRoom },
} as const satisfies Record<string, Template>;

export type TemplateName = keyof typeof templates;

export const isTemplateName = (name: string): name is TemplateName => Object.hasOwn(templates, name);
