import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../model/clock.ts';
import type { Run } from '../../model/history/run.ts';
import { serverLimits } from '../../model/limits.ts';
import { accessCollection, dashboardsCollection } from '../../model/protocol.ts';
import { checkHistory } from '../../server/history/history-check.ts';
import { HistoryWriter } from '../../server/history/history-writer.ts';
import { seededChance } from '../simulation/seed.ts';
import { onEachStore } from './each-store.ts';
import { createBoard, evidenceServer } from './evidence-log.ts';

test('HISTORY-40 lines that are not what the log makes are found, and made anew', async (t) => {
  await onEachStore(t, async (store) => {
    const server = await evidenceServer(store);
    await createBoard(server, 'board');
    await server.edit('board', 60, seededChance(11));
    await server.stop();
    const { engine, identities } = server;
    // everything is long over
    const clock = { ...systemClock, now: () => systemClock.now() + 3_600_000 };
    const parts = { index: store.history, settings: store, engine, identities, clock, limits: serverLimits };
    const writer = new HistoryWriter({ ...parts, list: (collection) => store.listSnapshots(collection), log: { warn: () => undefined } });
    const subject = { collection: dashboardsCollection, id: 'board' } as const;
    for (const collection of [dashboardsCollection, accessCollection] as const) {
      await writer.upToDate({ collection, id: 'board' });
      assert.equal(await checkHistory(parts, { collection, id: 'board' }), null);
    }
    const lines = (await store.history.read({ id: 'board', facets: [], count: 500 })).reverse();
    const [, second, third] = lines;
    assert.ok(lines.length > 5 && second && third);
    const run = second.body as Run;
    const lies: readonly (readonly [what: string, tell: () => Promise<void>, found: unknown])[] = [
      ['another author', () => store.history.write([{ ...second, body: { ...run, by: 'somebody' } }]), { what: 'altered', v: second.from }],
      ['other words', () => store.history.write([{ ...second, body: { ...run, words: ['did nothing'] } }]), { what: 'altered', v: second.from }],
      ['found by nothing', () => store.history.write([{ ...second, facets: [] }]), { what: 'altered', v: second.from }],
      ['one that is gone', async () => { await store.history.cut('board', second.from); await store.history.write(lines.slice(2)); }, { what: 'missing', v: second.from }],
      ['one too many', () => store.history.write([{ ...second, from: 1_000_000, to: second.to }]), { what: 'added', v: 1_000_000 }],
    ];
    for (const [what, tell, found] of lies) {
      await tell();
      assert.deepEqual(await checkHistory(parts, subject), found, what);
      await writer.rebuild(subject);
      assert.equal(await checkHistory(parts, subject), null, what);
      assert.equal((await store.history.read({ id: 'board', facets: [], count: 500 })).length, lines.length);
    }
    writer.stop();
  });
});
