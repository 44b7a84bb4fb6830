import type { Dashboard } from '../../../model/dashboard.ts';
import { migrate } from '../../../model/migrations.ts';
import { opPaths } from '../../../model/op-paths.ts';
import type { LiveDashboard } from '../document/live-dashboard.ts';
import { swiftJson0 } from '../document/swift-json0.ts';
import type { LocalStore } from '../local/local-store.ts';
import { restore } from '../local/restore.ts';
import type { WishList } from './wish.ts';

/** The dashboards that something is unsaved of, as they are on this device: created here, or edited in any tab, open or gone. */
export async function unsavedDashboards(list: WishList, store: LocalStore | null, open: readonly LiveDashboard[]): Promise<ReadonlyMap<string, Dashboard>> {
  const found = new Map<string, Dashboard>();
  for (const { dashboard, content } of list) if (content !== null) found.set(dashboard, content);
  const outboxes = (await store?.outboxes().catch(() => [])) ?? [];
  for (const document of new Set(outboxes.map((one) => one.document))) {
    const dashboard = store && (await kept(store, document).catch(() => null));
    if (dashboard) found.set(document, dashboard);
  }
  for (const { id, pendingCount, state: { value: state } } of open) {
    if (state.status === 'ready' && (pendingCount.value > 0 || found.has(id))) found.set(id, state.dashboard);
  }
  return found;
}

/** What is kept of a dashboard with its unsaved edits in it; null without any, and where it cannot be worked out here. */
async function kept(store: LocalStore, document: string): Promise<Dashboard | null> {
  const { copy, ops, outboxes } = await store.readDocument(document);
  if (copy === null) return null;
  for (const outbox of outboxes) {
    const restored = restore(copy, ops, outbox);
    if (restored.status === 'gap' || restored.pending.length === 0) continue;
    return migrate(restored.pending.reduce((data, { op }) => swiftJson0.apply(data, structuredClone(op)), restored.data));
  }
  return null;
}

/** How many things were edited in other tabs that have these edits still. */
export async function editsElsewhere(store: LocalStore | null): Promise<number> {
  const others = ((await store?.outboxes()) ?? []).filter(({ isClaimed, isOwn }) => isClaimed && !isOwn);
  const counts = others.map(async ({ id, document }) => {
    const { edits = [] } = (await store?.readDocument(document))?.outboxes.find((one) => one.id === id) ?? {};
    return new Set(edits.map(({ op }) => JSON.stringify(opPaths(op)))).size;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

/** Gives up the edits of a dashboard that is gone for good. */
export async function dropOutboxes(store: LocalStore | null, dashboard: string): Promise<void> {
  const outboxes = (await store?.outboxes()) ?? [];
  await store?.write(outboxes.filter(({ document }) => document === dashboard).map(({ id }) => ({ type: 'settled', outbox: id, last: Infinity })));
}
