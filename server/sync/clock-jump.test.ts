import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { serverLimits } from '../../model/limits.ts';
import { StillClock } from '../../tests/still-clock.ts';
import { Directory } from '../access/directory.ts';
import { DirectorySync } from '../cluster/directory-sync.ts';
import { Identities } from '../evidence/identities.ts';
import { Sealer } from '../evidence/sealer.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { Engine } from './engine.ts';
import { Turns } from './turns.ts';

const hourMs = 3_600_000;
const log = { warn: () => undefined };

/** A store that is away until it is said to be back. */
class AwayStore extends SqliteStore {
  isAway = true;
  reads = 0;

  override readSnapshot(...args: Parameters<SqliteStore['readSnapshot']>): ReturnType<SqliteStore['readSnapshot']> {
    this.reads += 1;
    return this.isAway ? Promise.reject(new Error('away')) : super.readSnapshot(...args);
  }
}

async function turns(): Promise<void> {
  for (let i = 0; i < 5; i++) await turn();
}

async function stage(): Promise<{ clock: StillClock; store: AwayStore; engine: Engine }> {
  const [clock, store] = [new StillClock(), new AwayStore(':memory:')];
  await store.start();
  return { clock, store, engine: new Engine({ store, sealer: new Sealer(new Identities(store)), clock, log, committed: () => undefined }) };
}

test('ENGINE-31 a store that is away is waited for just as long when the clock is set an hour forward or back', async () => {
  for (const jumpMs of [hourMs, -hourMs]) {
    const { clock, store, engine } = await stage();
    let outcome: unknown = 'waits';
    engine.read('dashboards', 'd').then(() => { outcome = 'read'; }, () => { outcome = 'given up'; });
    await turns();
    clock.jump(jumpMs);
    for (let ms = 0; ms < serverLimits.storePatienceMs - 1_000; ms += 1_000) {
      clock.advance(1_000);
      await turns();
    }
    assert.equal(outcome, 'waits');
    for (let ms = 0; ms < 3_000; ms += 1_000) {
      clock.advance(1_000);
      await turns();
    }
    assert.equal(outcome, 'given up');
    await store.stop();
  }
});

test('CLUSTER-9 what was looked up a moment ago is looked up again a moment later, to whatever time the clock is set', async () => {
  for (const jumpMs of [hourMs, -hourMs]) {
    const { clock, store, engine } = await stage();
    store.isAway = false;
    const sync = new DirectorySync({ engine, directory: new Directory(() => undefined), store, clock, log });
    let lookUps = 0;
    sync.refresh = () => {
      lookUps += 1;
      return Promise.resolve();
    };
    await sync.lookUp('d');
    clock.jump(jumpMs);
    await sync.lookUp('d');
    assert.equal(lookUps, 2, 'a dashboard and its access list, once');
    clock.advance(600);
    await sync.lookUp('d');
    assert.equal(lookUps, 4);
    await store.stop();
  }
});

test('ENGINE-32 a slice of a turn is as long as ever when the clock is set back in it', () => {
  const clock = new StillClock();
  const slices = new Turns(clock, 10);
  assert.equal(slices.isOver, false);
  clock.jump(-hourMs);
  clock.advance(10);
  assert.equal(slices.isOver, true);
});
