import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSeed } from '../../simulation/seed.ts';
import { World } from '../world.ts';
import { fuzz } from './fuzz-run.ts';

const seconds = Number(process.env['COBOARD_FUZZ_SECONDS'] ?? 60);

const seed = runSeed();

test(`GATE-12 whatever a client sends, nobody else feels it, nothing unforeseen is answered, and each dashboard stays valid with a history that can be taken back (COBOARD_SEED=${String(seed)}, ${String(seconds)} s)`, async (t) => {
  const world = await World.start();
  t.after(() => world.stop());
  const { codes, ...report } = await fuzz(world, seed, seconds * 1_000);
  console.log(JSON.stringify({ ...report, longestTurnMs: Math.round(report.longestTurnMs), codes }));
  assert.ok(report.ops > report.rounds, 'too few edits came through to show anything');
  for (const code of ['OP_INVALID', 'MESSAGE_INVALID', 'NOT_FOUND', 'OP_TARGET_MISSING', 'OP_RESULT_INVALID', 'QUERY_REFUSED', 'COLLECTION_UNKNOWN']) assert.ok((codes[code] ?? 0) > 0, code);
});
