import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSeed } from './seed.ts';
import { simulateOffline } from './offline/offline-run.ts';

/** Each found something once; the first while people only typed. */
const onceFailedTyping = [1008, 1205, 69704444];
/** What a tab took over was counted as one thing (17, 28); a field of what one had deleted oneself was to be decided on (34); an edit that others had left nothing of was never through (99325457). */
const onceFailed = [17, 28, 34, 99325457];
const seeds = Number(process.env['COBOARD_SEEDS'] ?? 300);

test(`SIM-4 whatever networks, tabs, servers and clocks do, every edit that was kept arrives once, and no screen says what is not so (COBOARD_SEED=${String(runSeed())}, ${String(seeds)} seeds)`, async (t) => {
  const first = runSeed();
  const totals = { edits: 0, saved: 0, crashes: 0, cuts: 0, kills: 0, refused: 0, deletions: 0, storeFaults: 0, overwrites: 0 };
  for (let seed = first; seed < first + seeds; seed++) {
    const run = await simulateOffline(seed, { setsFields: true }).catch((error: unknown) => assert.fail(`COBOARD_SEED=${String(seed)} COBOARD_SEEDS=1: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`));
    for (const key of Object.keys(totals) as (keyof typeof totals)[]) totals[key] += run[key];
  }
  t.diagnostic(JSON.stringify(totals));
  assert.ok(totals.saved > seeds * 5 && totals.crashes > seeds && totals.storeFaults > seeds && totals.overwrites > seeds, 'too little happened to show anything');
});

test('SIM-5 the seeds that found something once find nothing any more', async (t) => {
  for (const seed of onceFailedTyping) await t.test(`seed ${String(seed)}, typing`, async () => { await simulateOffline(seed, { setsFields: false }); });
  for (const seed of onceFailed) await t.test(`seed ${String(seed)}`, async () => { await simulateOffline(seed, { setsFields: true }); });
});
