import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Timer } from '../../../model/clock.ts';
import { Browser } from '../document/browser-stage.ts';
import { shown, titled } from '../document/live-stage.ts';
import { FakeClock } from '../testing/index.ts';

/** A clock by which each step of the work, at the end of which it is asked, takes a while; it counts how many there are between two pauses. */
class CountingClock extends FakeClock {
  static readonly stepMs = 0.25;
  /** Steps in each slice. */
  readonly slices: number[] = [];
  isCounting = false;
  /** Pauses become long. */
  isHeld = false;
  private steps = 0;
  private total = 0;

  override elapsed(): number {
    if (this.isCounting) {
      this.steps += 1;
      this.total += 1;
    }
    return super.elapsed() + this.total * CountingClock.stepMs;
  }

  override setTimer(run: () => void, delayMs: number): Timer {
    return super.setTimer(() => {
      this.slices.push(this.steps);
      this.steps = 0;
      run();
    }, this.isHeld ? 1_000 : delayMs);
  }
}

const editsKept = 1_500;

/** A window that ends without a network with many edits, and ops of others that it heard of behind them. */
async function leftBehind(): Promise<{ browser: Browser; clock: CountingClock; note: string }> {
  const clock = new CountingClock();
  const browser = new Browser(clock);
  const { stage } = browser;
  const { live: bens } = await stage.opened('Ben');
  const first = await browser.window();
  const live = first.openDashboard(stage.id);
  await stage.settle();
  const note = Object.entries(shown(live).widgets).find(([, { kind }]) => kind === 'note')?.[0] ?? assert.fail('no note');
  await browser.goDown(true);
  for (let i = 0; i < editsKept; i++) live.submit([{ p: ['widgets', note, 'settings', 'text'], t: 'text0', o: [{ p: i, i: String(i % 10) }] }]);
  await stage.settle();
  browser.crash(first);
  // nobody hears of Ben's, who is not down
  stage.server.isDown = false;
  await stage.clock.advance(40_000);
  for (let i = 0; i < 20; i++) {
    bens.edit((dashboard) => [{ p: ['widgets', note, 'settings', 'text'], t: 'text0', o: [{ p: (dashboard.widgets[note]?.settings as { text: string }).text.length, i: '!' }] }]);
    bens.edit(titled(`Ben’s ${String(i)}`));
    await stage.settle();
  }
  stage.server.isDown = true;
  stage.server.cut('Ben');
  browser.anas.ops.set(stage.id, new Map(stage.server.dashboard(stage.id).ops.map((op) => [op.v, { ...op, by: op.author }])));
  return { browser, clock, note };
}

test('LOCAL-43 thousands of kept edits are taken up in slices that are half a frame, unseen until all of them are there in their order', async () => {
  const { browser, clock, note } = await leftBehind();
  const { stage } = browser;
  const second = browser.blankWindow();
  const started = second.start();
  await clock.advance(2_000);
  await started;
  clock.slices.length = 0;
  clock.isCounting = true;
  const live = second.openDashboard(stage.id);
  const states: string[] = [];
  live.state.subscribe(({ status }) => states.push(status));
  assert.equal(live.edit(titled('Too early')), false);
  await clock.advance(5_000);
  clock.isCounting = false;
  const longest = Math.max(...clock.slices);
  assert.ok(clock.slices.length > 50, `${String(clock.slices.length)} slices`);
  assert.ok(longest * CountingClock.stepMs <= 8, `${String(longest)} steps in a slice`);
  assert.deepEqual([...new Set(states)], ['loading', 'ready']);
  const { text } = shown(live).widgets[note]?.settings as { text: string };
  assert.ok(text.startsWith(Array.from({ length: editsKept }, (_, i) => String(i % 10)).join('')) && text.endsWith('!'.repeat(20)));
  assert.equal(live.unsaved().length, editsKept);
  await browser.goDown(false);
  assert.deepEqual([(stage.kept.widgets[note]?.settings as { text: string }).text, second.saving.value.pendingCount], [text, 0]);
});

test('LOCAL-44 who signs out while kept edits are taken up gives them up, and whoever is next gets none of them', async () => {
  const { browser, clock, note } = await leftBehind();
  const { stage } = browser;
  const second = browser.blankWindow();
  const started = second.start();
  await clock.advance(2_000);
  await started;
  stage.server.isDown = false;
  clock.isCounting = true;
  const live = second.openDashboard(stage.id);
  live.pendingCount.subscribe((count) => { if (count > 0) clock.isHeld = true; });
  await clock.advance(30);
  assert.equal(live.state.value.status, 'loading');
  const taken = live.unsaved().length;
  assert.ok(taken > 0 && taken < editsKept, `${String(taken)} are taken up`);
  clock.isCounting = clock.isHeld = false;
  await second.signOut();
  await second.signIn({ name: 'Ana' });
  await clock.advance(60_000);
  assert.deepEqual([live.unsaved().length, second.saving.value.pendingCount], [0, 0]);
  assert.deepEqual(shown(live), stage.kept);
  assert.ok(!(stage.kept.widgets[note]?.settings as { text: string }).text.includes('0123'));
});
