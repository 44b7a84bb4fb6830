import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyShared, applyText } from '../../../model/apply-shared.ts';
import { parseDashboard, type Dashboard } from '../../../model/dashboard.ts';
import { randomEdit, typeSomewhere, type Chance } from '../../../model/testing/arbitrary-edits.ts';
import type { Coboard } from '../coboard.ts';
import { FakeClock, FakeServer } from '../testing/index.ts';
import { TextMerge, textComponentsAt } from '../text/text-merge.ts';
import type { LiveDashboard } from './live-dashboard.ts';

const people = ['Ana', 'Ben', 'Cem'];
const path = ['title'];

/** Somebody who edits by chance and follows what they are told, as a view does. */
class Player {
  readonly name: string;
  readonly coboard: Coboard;
  readonly live: LiveDashboard;
  /** What one who only applies the changes that are told has. */
  private told: Dashboard | null = null;
  /** A field on the title. */
  private merge: TextMerge | null = null;
  private field = '';
  private frozen: { readonly it: Dashboard; readonly copy: Dashboard } | null = null;

  constructor(name: string, server: FakeServer, id: string) {
    this.name = name;
    this.coboard = server.client(name);
    this.live = this.coboard.openDashboard(id);
    this.live.state.subscribe((state) => {
      if (state.status === 'ready') this.told ??= state.dashboard;
    });
    this.live.changes.subscribe(({ op, source }) => {
      const { told } = this;
      if (told === null) return;
      this.told = source === 'reload' ? this.shown : applyShared(told, op);
      assert.deepEqual(this.told, this.shown, 'what is told leads to what is shown');
      const components = source === 'reload' ? null : textComponentsAt(op, path);
      const { merge } = this;
      if (merge === null || this.typing) return;
      const caret = { start: this.field.length, end: this.field.length };
      this.field = (components === null ? merge.replaced(this.shown.title, caret) : merge.received(components, caret))?.text ?? this.field;
    });
  }

  private typing = false;

  get shown(): Dashboard {
    const state = this.live.state.value;
    return state.status === 'ready' ? state.dashboard : assert.fail(`${this.name}: ${state.status}`);
  }

  get isReady(): boolean {
    return this.live.state.value.status === 'ready';
  }

  act(chance: Chance): void {
    const { connection } = this.coboard;
    const what = chance();
    if (what < 0.08) connection.pause();
    else if (what < 0.2) connection.resume();
    else if (!this.isReady) return;
    else if (what < 0.3) this.live.undo();
    else if (what < 0.36) this.live.redo();
    else if (what < 0.5) this.types(chance);
    else this.live.edit((dashboard) => randomEdit(dashboard, chance));
  }

  /** Nothing that was ever shown has changed, and the field shows the title. */
  check(): void {
    if (this.frozen !== null) assert.deepEqual(this.frozen.it, this.frozen.copy);
    this.frozen = null;
    if (!this.isReady) return;
    parseDashboard(this.shown);
    this.frozen = { it: this.shown, copy: structuredClone(this.shown) };
    if (this.merge !== null) assert.equal(this.field, this.shown.title);
  }

  private types(chance: Chance): void {
    this.merge ??= new TextMerge(this.shown.title);
    if (this.field === '') this.field = this.merge.text;
    const text = typeSomewhere(this.field, chance);
    const components = this.merge.typed(text);
    this.typing = true;
    const accepted = components.length > 0 && this.live.edit(() => [{ p: path, t: 'text0', o: components }]);
    this.typing = false;
    this.field = accepted ? text : (this.merge.replaced(this.shown.title, { start: 0, end: 0 })?.text ?? this.merge.text);
    assert.equal(applyText(this.field, []), this.merge.text);
  }
}

async function run(chance: Chance): Promise<void> {
  const clock = new FakeClock();
  const server = new FakeServer({ clock, random: chance });
  const id = server.addDashboard({ owner: 'Ana', template: 'sales-overview' });
  const players = people.map((name) => new Player(name, server, id));
  for (const { coboard } of players) await coboard.start();
  await clock.advance(100);
  for (let step = 0; step < 80; step++) {
    server.delayMs = Math.floor(chance() * 60);
    const accident = chance();
    const player = players[Math.floor(chance() * players.length)];
    if (accident < 0.04) server.refuseNext('OP_RESULT_INVALID');
    else if (accident < 0.08) server.loseNextAnswer();
    else if (accident < 0.11) server.cut(player?.name ?? '');
    else if (accident < 0.12) server.restart();
    else player?.act(chance);
    if (chance() < 0.5) await clock.advance(Math.floor(chance() * 80));
    for (const one of players) one.check();
  }
  for (const { coboard } of players) coboard.connection.resume();
  // refusals and lost answers that nobody met yet are met by nobody's edits
  await clock.advance(120_000);
  const { data } = server.dashboard(id);
  for (const player of players) {
    player.check();
    assert.equal(player.live.pendingCount.value, 0, `${player.name} has saved all`);
    assert.deepEqual(player.shown, data, `${player.name} has what the server has`);
    player.coboard.stop();
  }
}

test('LIVE-21 whatever three people edit, type, undo and pause, and whatever is refused, lost, cut and restarted: all end with what the server has, and each change told led there', async () => {
  // long enough to hardly repeat itself in a run
  const numbers = fc.array(fc.double({ min: 0, max: 0.999_999, noNaN: true }), { minLength: 997, maxLength: 997 });
  await fc.assert(
    fc.asyncProperty(numbers, async (drawn) => {
      let at = 0;
      await run(() => drawn[at++ % drawn.length] ?? 0);
    }),
    { numRuns: 25, interruptAfterTimeLimit: 60_000 },
  );
});
