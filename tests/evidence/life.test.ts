import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLife } from '../../server/history/life.ts';
import { HistoryWriter } from '../../server/history/history-writer.ts';
import { serverLimits } from '../../model/limits.ts';
import { systemClock } from '../../model/clock.ts';
import { runSeed, seededChance } from '../simulation/seed.ts';
import { onEachStore } from './each-store.ts';
import { createBoard, evidenceServer, people } from './evidence-log.ts';

test('HISTORY-32 the whole life of a dashboard is told in slices of time: no version is left out, and each slice says whose it is', async (t) => {
  const seed = runSeed();
  console.log(`life: COBOARD_SEED=${String(seed)}`);
  const chance = seededChance(seed);
  await onEachStore(t, async (store) => {
    const server = await evidenceServer(store);
    const { engine, identities } = server;
    await createBoard(server, 'board');
    const limits = { ...serverLimits, historyGapMs: 5, historyRunMs: 20 };
    const writer = new HistoryWriter({ index: store.history, settings: store, list: (collection) => store.listSnapshots(collection), engine, identities, clock: systemClock, limits, log: { warn: () => undefined } });
    for (let round = 0; round < 4; round++) {
      await server.edit('board', 20, chance);
      await new Promise((resolve) => { setTimeout(resolve, 40); });
    }
    const { v } = await server.documents.read('dashboards', 'board');
    const ops = await server.documents.readOps('dashboards', 'board', 0, null);
    for (const slices of [1, 7, 240]) {
      const life = await readLife({ index: store.history, writer, identities, engine }, 'board', slices);
      const whole = [...new Map(life.map((slice) => [slice.from, slice])).values()];
      assert.deepEqual([whole[0]?.from, whole.at(-1)?.to], [0, v]);
      for (const [i, slice] of whole.entries()) {
        assert.equal(slice.from, whole[i - 1]?.to ?? 0);
        assert.ok(slice.to > slice.from && slice.until >= slice.at && slice.at >= (whole[i - 1]?.until ?? 0));
        // the last op of it was made within it
        const madeAt = ops[slice.to - 1]?.m?.ts ?? NaN;
        assert.ok(madeAt >= slice.at - 1 && madeAt <= slice.until + 1, `${String(madeAt)} is not in ${JSON.stringify(slice)}`);
      }
      assert.ok(Math.abs(life.reduce((sum, { count }) => sum + count, 0) - v) < 1e-6);
      assert.ok(life.every(({ by }) => by !== null && people.some(({ id }) => id === by.id)));
    }
    assert.deepEqual(await readLife({ index: store.history, writer, identities, engine }, 'nothing', 10), []);
    writer.stop();
    await server.stop();
  });
});
