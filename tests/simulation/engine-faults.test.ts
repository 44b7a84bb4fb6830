import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSeed } from './seed.ts';
import { simulateFaults } from './world/fault-run.ts';

const seeds = Number(process.env['COBOARD_SEEDS'] ?? 300);

test(`SIM-3 whatever servers, the database and connections do, each acknowledged edit is in the log once, and all end up equal (COBOARD_SEED=${String(runSeed())}, ${String(seeds)} seeds)`, async (t) => {
  const first = runSeed();
  const totals = { edits: 0, acknowledged: 0, kills: 0, crashes: 0, cuts: 0 };
  for (let seed = first; seed < first + seeds; seed++) {
    const run = await simulateFaults(seed).catch((error: unknown) => assert.fail(`COBOARD_SEED=${String(seed)} COBOARD_SEEDS=1: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`));
    for (const key of Object.keys(totals) as (keyof typeof totals)[]) totals[key] += run[key];
  }
  t.diagnostic(JSON.stringify(totals));
  assert.ok(totals.acknowledged > seeds * 5, 'too few edits came through to show anything');
});

test('SIM-6 the seeds that found something of the engine once find nothing any more', async () => {
  // an answer that waited for the socket to have room before what stands in front of it was read
  await simulateFaults(73_094_557, { wanderers: false });
  // an answer that was to come with what its sender followed, when they stopped following it
  await simulateFaults(553);
});
