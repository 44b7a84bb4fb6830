import { checkItem } from '../../model/edits.ts';
import type { Dashboard } from '../../model/dashboard.ts';
import { limits } from '../../model/limits.ts';
import { templates } from '../../model/templates/templates.ts';
import type { FullStore } from '../../server/store/open-store.ts';
import type { Options } from '../../server/config/options.ts';
import { call, Person } from '../person.ts';
import { StockClient } from '../stock-client.ts';
import { startServer } from '../test-server.ts';

export const leaversName = 'Wilhelmína Özdemir';

/** What somebody has left everywhere. */
export interface Left {
  readonly user: Person['user'];
  /** That Ana owns, and that only they own. */
  readonly shared: string;
  readonly own: string;
  readonly ana: Person['user'];
}

const board = (): Dashboard => templates['launch-room'].build({ today: '2026-11-21', random: () => 0.5 });

/** Somebody works on dashboards and leaves their name wherever one can, over a real server. */
export async function leaveTraces(store: FullStore, options: Partial<Options>): Promise<Left> {
  // ops from before there were references, as an older Coboard wrote them
  const old = { u: 'old', n: 'Old Owner' };
  const theirs = { u: '', n: leaversName };
  const probe = await startServer({ ...options }, { store });
  const user = (await Person.signIn(probe.url, leaversName)).user;
  await probe.stop();
  theirs.u = user.id;
  await store.start();
  await store.append([
    { collection: 'dashboards', id: 'before', op: { v: 0, src: 'a', seq: 1, create: { type: 'http://sharejs.org/types/JSONv0', data: board() }, m: { ts: 1, ...old } }, link: store.newLink() },
  ]);
  for (let v = 1; v < 11; v += 1) {
    const m = v % 3 === 1 ? old : theirs;
    const { link } = await store.readTail('dashboards', 'before', v - 1);
    await store.append([{ collection: 'dashboards', id: 'before', op: { v, src: 'a', seq: v + 1, op: [{ p: ['description'], t: 'text0', o: [{ p: 0, i: `${String(v)} ` }] }], m: { ts: v, ...m } }, link: store.newLink(), after: link }]);
  }
  await store.stop();

  const server = await startServer(options, { store });
  const [ana, leaver, cem] = [await Person.signIn(server.url, 'Ana'), await Person.signIn(server.url, leaversName), await Person.signIn(server.url, 'Cem')];
  const shared = await ana.create('Shared', 'launch-room');
  const own = await leaver.create('Own', 'launch-room');
  const closed = await cem.create('Closed');
  await ana.share(shared, { people: { [leaver.user.id]: 'editor', [cem.user.id]: 'editor' } });
  for (const role of ['viewer', 'owner', 'editor'] as const) await ana.share(shared, { people: { [leaver.user.id]: role, [cem.user.id]: 'editor' } });
  await leaver.call('POST', `/api/dashboards/${closed}/access-requests`, { role: 'editor', note: `please, ${leaversName}` });
  await leaver.call('PUT', `/api/dashboards/${shared}/named/1`, { name: 'First', note: 'as it began' });
  const client = new StockClient(leaver);
  await client.connected();
  for (const id of [shared, own]) {
    await client.subscribe(id);
    for (let i = 0; i < 12; i += 1) {
      const { body } = await leaver.call('GET', `/api/dashboards/${id}`);
      await client.submit(id, checks(body['data'] as Dashboard, i % 3 === 0));
    }
  }
  // what is deleted keeps a copy
  const bin = await ana.create('Bin', 'launch-room');
  await ana.share(bin, { everyone: 'editor' });
  await client.subscribe(bin);
  await client.submit(bin, checks((await leaver.call('GET', `/api/dashboards/${bin}`)).body['data'] as Dashboard, false));
  await ana.call('DELETE', `/api/dashboards/${bin}`);
  await client.close();
  const conflict = { id: 'c1', kind: 'value', path: ['title'], field: 'Title', of: null, parts: [], edits: [], by: { id: leaver.user.id, name: leaver.user.name }, mineAt: Date.now(), theirsAt: Date.now() };
  for (const person of [ana, leaver]) await person.call('POST', `/api/dashboards/${shared}/conflicts`, { open: [conflict], settled: [] });
  for (const id of [shared, own]) await call(server.url, 'GET', `/api/dashboards/${id}/history`, { token: leaver.token });
  await server.stop();
  return { user, shared, own, ana: ana.user };
}

/** Checks everything off, or opens it, as themselves; or makes a checklist that says so already. */
function checks(dashboard: Dashboard, isOpening: boolean): Parameters<StockClient['submit']>[1] {
  const [found] = Object.entries(dashboard.widgets).filter(([, { kind }]) => kind === 'checklist');
  const items = found?.[1].kind === 'checklist' ? Object.keys(found[1].settings.items) : [];
  if (found === undefined || items.length === 0) throw new Error('the template has a checklist');
  return items.slice(0, limits.checklistItemsMax).flatMap((item) => checkItem(dashboard, found[0], item, !isOpening, leaversName));
}

