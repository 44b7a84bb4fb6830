import { applyShared } from '../../../model/apply-shared.ts';
import type { Dashboard } from '../../../model/dashboard.ts';
import type { Op } from '../../../model/json0.ts';
import { migrate } from '../../../model/migrations.ts';
import { shareEqual } from './share-equal.ts';

/**
 * The dashboard as it is shown. ShareDB changes its document in place; this is a copy beside it, and what a change does not touch
 * is the very same object (`===`) after it.
 */
export class ShownDashboard {
  private dashboard: Dashboard | null = null;

  /** Null before there was one. */
  get value(): Dashboard | null {
    return this.dashboard;
  }

  /** The document was fetched as a whole. @throws CoboardError if it is none that is known here */
  replace(document: unknown): void {
    const fetched = migrate(document);
    this.dashboard = this.dashboard === null ? fetched : shareEqual(this.dashboard, fetched);
  }

  /** The document has changed by an op, and is now as given; the dashboard before and after, or null if there was none. */
  change(op: Op, document: unknown): { readonly before: Dashboard; readonly after: Dashboard } | null {
    const before = this.dashboard;
    if (before === null) return null;
    let after: Dashboard;
    try {
      after = applyShared(before, op);
    } catch {
      // json0 lets pass what we would refuse; the document is right then
      after = shareEqual(before, structuredClone(document) as Dashboard);
    }
    this.dashboard = after;
    return { before, after };
  }
}
