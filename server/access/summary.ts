import type { Dashboard } from '../../model/dashboard.ts';
import { inOrder } from '../../model/order.ts';

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

/** A summary that is made when it is asked for; until then it holds the dashboard. */
export class LateSummary {
  private state: { readonly dashboard: Dashboard } | { readonly summary: Summary };

  constructor(dashboard: Dashboard) {
    this.state = { dashboard };
  }

  get(): Summary {
    const summary = 'summary' in this.state ? this.state.summary : summaryOf(this.state.dashboard);
    this.state = { summary };
    return summary;
  }
}
