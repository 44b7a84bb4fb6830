import type { Dashboard } from './dashboard.ts';
import { inOrder } from './order.ts';

/** A widget's place for the small picture of a dashboard. */
export interface PreviewBox {
  readonly kind: string;
  readonly title: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** What lists show of a dashboard, without reading it. */
export interface Summary {
  readonly title: string;
  readonly widgets: number;
  readonly preview: readonly PreviewBox[];
}

const previewBoxesMax = 24;

/** Title, count and the first tab's boxes. Widgets of tabs that are gone count for no tab. */
export function summaryOf(dashboard: Dashboard): Summary {
  const firstTab = inOrder(dashboard.tabs)[0]?.[0];
  const widgets = Object.values(dashboard.widgets);
  const preview = widgets
    .filter(({ tab }) => tab === firstTab)
    .sort((a, b) => a.box.y - b.box.y || a.box.x - b.box.x)
    .slice(0, previewBoxesMax)
    .map(({ kind, title, box: { x, y, w, h } }) => ({ kind, title, x, y, w, h }));
  return { title: dashboard.title, widgets: widgets.length, preview };
}
