import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { LiveDashboard } from '../../client/core/index.ts';
import { DashboardHistory, Playback } from '../../client/core/history/index.ts';
import type { Dashboard } from '../../model/dashboard.ts';
import { moveWidget, removeWidgets, setSetting } from '../../model/edits.ts';
import { randomEdit } from '../../model/testing/arbitrary-edits.ts';
import { CoreClient } from '../core-client.ts';
import { Person } from '../person.ts';
import { runSeed, seededChance } from '../simulation/seed.ts';
import { startServer } from '../test-server.ts';
import { until } from '../until.ts';

const seed = runSeed();
console.log(`history: COBOARD_SEED=${String(seed)}`);
const chance = seededChance(seed);

const shown = (live: LiveDashboard): Dashboard => {
  const state = live.state.value;
  assert.ok(state.status === 'ready');
  return state.dashboard;
};

const saved = (live: LiveDashboard): Promise<void> => until('it is saved', () => live.pendingCount.value === 0);

test('HISTORY-13 a client reads every moment, plays it, restores, and takes back one person’s edits while others go on; all of it can be undone', async () => {
  const server = await startServer();
  const clients: CoreClient[] = [];
  try {
    for (const name of ['Ana', 'Ben']) clients.push(await CoreClient.connect(await Person.signIn(server.url, name)));
    const [ana, ben] = clients;
    assert.ok(ana && ben);
    const id = await ana.coboard.api.createDashboard({ title: 'Life', template: 'sales-overview' });
    await ana.coboard.api.setAccess(id, { everyone: 'editor', people: { [ana.person.user.id]: 'owner' } });
    const [mine, theirs] = [await ana.open(id), await ben.open(id)];
    const history = new DashboardHistory(ana.coboard.api, mine);

    // a life of two, whose every moment is written down
    const moments = new Map<number, Dashboard>();
    const note = (): void => { if (mine.state.value.status === 'ready') moments.set(mine.state.value.version, shown(mine)); };
    note();
    for (let i = 0; i < 60; i++) {
      (i % 2 === 0 ? mine : theirs).edit((dashboard) => randomEdit(dashboard, chance));
      await saved(mine);
      await saved(theirs);
      await until('both have it', () => isDeepStrictEqual(shown(mine), shown(theirs)));
      note();
    }
    const end = Math.max(...moments.keys());
    assert.ok(moments.size > 20, `${String(moments.size)} moments`);
    const playback = new Playback(history, () => end);
    for (const [version, dashboard] of moments) {
      assert.deepEqual((await history.moment(version)).dashboard, dashboard);
      assert.deepEqual(await playback.load(version), dashboard);
      assert.deepEqual(playback.frame(version), dashboard);
    }
    assert.equal(playback.op(end)?.m?.n !== undefined, true);
    const { entries, cursor } = await history.page({}, null, 200);
    assert.equal(cursor, null);
    assert.equal(entries.reduce((sum, entry) => sum + entry.count, 0), end);
    assert.ok((await history.page({ person: ben.person.user.id })).entries.every(({ by }) => by?.name === 'Ben'));

    // back to a moment, seen by the other, and undone
    const [first = 1] = moments.keys();
    const [then, before] = [moments.get(first), shown(mine)];
    assert.ok(then);
    const { changed, removed, added } = history.differences(then);
    if (history.restore(then)) {
      assert.deepEqual(shown(mine), then);
      await until('Ben sees it', () => isDeepStrictEqual(shown(theirs), then));
      assert.ok(changed.size + removed.size + added.size > 0);
      assert.equal(mine.undo().status, 'done');
      assert.deepEqual(shown(mine), before);
    }
    assert.equal(history.restore(then), true);
    await saved(mine);

    // one person's edits go, the other's stay, and what the other changed since is told
    const found = (kind: string): string => Object.entries(shown(mine).widgets).find(([, widget]) => widget.kind === kind)?.[0] ?? '';
    const [kpi, chart] = [found('kpi'), found('timeseries')];
    await until('both have it', () => isDeepStrictEqual(shown(mine), shown(theirs)));
    const from = mine.state.value.status === 'ready' ? mine.state.value.version : 0;
    theirs.edit((dashboard) => moveWidget(dashboard, kpi, { x: 0, y: 80 }));
    theirs.edit((dashboard) => setSetting(dashboard, kpi, 'unit', 'bb'));
    await saved(theirs);
    await until('Ana has it', () => isDeepStrictEqual(shown(mine), shown(theirs)));
    mine.edit((dashboard) => setSetting(dashboard, kpi, 'unit', 'aa'));
    await saved(mine);
    mine.edit((dashboard) => removeWidgets(dashboard, [chart]));
    await saved(mine);
    await until('Ben has it', () => isDeepStrictEqual(shown(mine), shown(theirs)));
    const wanted = { from, to: from + 10, person: ben.person.user.id };
    const plan = await history.planTakeBack(wanted);
    assert.equal(plan.words.length, 1);
    assert.match(plan.words[0] ?? '', /^moved /);
    assert.deepEqual([plan.lost.length, plan.lost.join().startsWith('changed the unit of')], [1, true]);
    // somebody goes on meanwhile
    const typing = setInterval(() => { theirs.edit((dashboard) => randomEdit({ ...dashboard, widgets: {} }, chance)); }, 1);
    assert.equal(await history.takeBack(wanted), true);
    clearInterval(typing);
    await saved(mine);
    await saved(theirs);
    await until('both have it', () => isDeepStrictEqual(shown(mine), shown(theirs)));
    const widget = shown(theirs).widgets[kpi];
    assert.deepEqual(widget?.box, then.widgets[kpi]?.box);
    assert.equal((widget?.settings as { unit?: string }).unit, 'aa');
    assert.equal(shown(theirs).widgets[chart], undefined);
  } finally {
    for (const client of clients) client.stop();
    await server.stop();
  }
});
