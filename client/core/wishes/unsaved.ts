import type { Clock } from '../../../model/clock.ts';
import type { Dashboard } from '../../../model/dashboard.ts';
import { migrate } from '../../../model/migrations.ts';
import { opPaths } from '../../../model/op-paths.ts';
import type { LiveDashboard } from '../document/live-dashboard.ts';
import { swiftJson0 } from '../document/swift-json0.ts';
import type { LocalDocument, LocalStore } from '../local/local-store.ts';
import { restoring } from '../local/restore.ts';
import { inSlices, type Slices } from '../local/slices.ts';
import type { WishList } from './wish.ts';

/** The dashboards that something is unsaved of, as they are on a person's device: created here, or edited in any tab, open or gone. */
export class UnsavedDashboards {
  private readonly clock: Clock;
  /** What was worked out of what is kept, by document. There may be thousands of edits, and it is looked at each change of how things stand. */
  private known: ReadonlyMap<string, KnownDashboard> = new Map();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  async find(list: WishList, store: LocalStore | null, open: readonly LiveDashboard[]): Promise<ReadonlyMap<string, Dashboard>> {
    const found = new Map<string, Dashboard>();
    for (const { dashboard, content } of list) if (content !== null) found.set(dashboard, content);
    const outboxes = (await store?.outboxes().catch(() => [])) ?? [];
    const known = new Map<string, KnownDashboard>();
    for (const document of new Set(outboxes.map((one) => one.document))) {
      const kept = store && (await this.kept(store, document).catch(() => null));
      if (kept) known.set(document, kept);
      if (kept?.dashboard) found.set(document, kept.dashboard);
    }
    this.known = known;
    for (const { id, pendingCount, state: { value: state } } of open) {
      if (state.status === 'ready' && (pendingCount.value > 0 || found.has(id))) found.set(id, state.dashboard);
    }
    return found;
  }

  private async kept(store: LocalStore, document: string): Promise<KnownDashboard> {
    const read = await store.readDocument(document);
    const mark = markOf(read);
    const known = this.known.get(document);
    return known?.mark === mark ? known : { mark, dashboard: await inSlices(this.clock, withEdits(read)) };
  }
}

interface KnownDashboard {
  /** Says whether it is the same that is kept. */
  readonly mark: string;
  readonly dashboard: Dashboard | null;
}

/** Ops and edits only ever go at their beginning, or are refused one by one, and come at their end. */
const markOf = ({ copy, ops, outboxes }: LocalDocument): string =>
  JSON.stringify([copy?.version, ops.length, ops.at(-1)?.v, outboxes.map(({ id, edits, sendings }) => [id, edits.length, edits[0]?.n, edits.at(-1)?.n, sendings.length])]);

/** What is kept of a dashboard with its unsaved edits in it; null without any, and where it cannot be worked out here. */
function* withEdits({ copy, ops, outboxes }: LocalDocument): Slices<Dashboard | null> {
  if (copy === null) return null;
  for (const outbox of outboxes) {
    const restored = yield* restoring(copy, ops, outbox);
    if (restored.status === 'gap' || restored.pending.length === 0) continue;
    let { data } = restored;
    for (const { op } of restored.pending) {
      data = swiftJson0.apply(data, structuredClone(op));
      yield;
    }
    return migrate(data);
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
