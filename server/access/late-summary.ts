import type { Dashboard } from '../../model/dashboard.ts';
import { summaryOf, type Summary } from '../../model/dashboard-summary.ts';

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
