import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editText } from '../../../model/edits.ts';
import type { Dashboard } from '../../../model/dashboard.ts';
import { applyShared } from '../../../model/apply-shared.ts';
import { templates } from '../../../model/templates/templates.ts';
import type { Moment } from './dashboard-history.ts';
import type { PastOpOfLog } from './history-schemas.ts';
import { Playback } from './playback.ts';

/** A life in which each version has another title. */
class Life {
  readonly states: Dashboard[] = [templates['launch-room'].build({ today: '2026-11-20', random: () => 0.5 })];
  readonly log: PastOpOfLog[] = [];
  readonly asked: string[] = [];

  constructor(length: number) {
    for (let v = 1; v < length; v++) {
      const before = this.states[v - 1] ?? assert.fail();
      const op = editText(before, ['title'], `Title ${String(v)}`);
      this.log.push({ v, op, m: { ts: 1_000 * v } });
      this.states.push(applyShared(before, op));
    }
  }

  at(version: number): Dashboard {
    return this.states[version - 1] ?? assert.fail(`no version ${String(version)}`);
  }

  moment(version: number): Promise<Moment> {
    this.asked.push(`moment ${String(version)}`);
    // as from a server: nothing is shared
    return Promise.resolve({ version, at: 1_000 * (version - 1), dashboard: version === 0 ? null : structuredClone(this.at(version)) });
  }

  ops(from: number, to: number): Promise<PastOpOfLog[]> {
    this.asked.push(`ops ${String(from)}`);
    return Promise.resolve([...(from === 0 ? [{ v: 0, create: { data: structuredClone(this.at(1)) } } as PastOpOfLog] : []), ...this.log.filter(({ v }) => v >= from && v < to)]);
  }
}

test('HISTORY-31 a moment of a long life is fetched alone, is there at once from then on, and shares what did not change with the one before', async () => {
  const life = new Life(5_000);
  const playback = new Playback(life, () => 5_000);
  assert.equal(playback.frame(4_321), undefined);
  const first = await playback.moment(4_321);
  const second = await playback.moment(1_234);
  assert.deepEqual([first, second], [life.at(4_321), life.at(1_234)]);
  assert.ok(first !== null && second?.widgets === first.widgets && second.datasets === first.datasets);
  assert.equal(playback.frame(4_321), first);
  assert.equal(playback.madeAt(4_321), 4_320_000);
  assert.equal(await playback.moment(4_321), first);
  assert.deepEqual(life.asked, ['moment 4321', 'moment 1234']);
  // with those around it, it is made here
  assert.deepEqual(await playback.load(4_322), life.at(4_322));
  for (const version of [4_001, 4_321, 4_999]) assert.deepEqual(playback.frame(version), life.at(version));
  assert.deepEqual(life.asked.slice(2), ['moment 4000', 'ops 4000']);
  // and no more is kept than some
  for (let version = 2; version < 400; version++) await playback.moment(version);
  assert.equal(playback.frame(1_234), undefined);
  assert.deepEqual(playback.frame(399), life.at(399));
});
