import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../model/limits.ts';
import type { Coboard } from '../coboard.ts';
import { FakeClock, FakeServer } from '../testing/index.ts';
import type { DashboardPresence } from './dashboard-presence.ts';

/** A room on a server whose time stands still. */
class Stage {
  readonly clock = new FakeClock();
  readonly server = new FakeServer({ clock: this.clock });
  readonly id = this.server.addDashboard({ owner: 'Ana' });
  private readonly clients = new Map<string, Coboard>();

  async client(name: string): Promise<Coboard> {
    const coboard = this.server.client(name);
    this.clients.set(name, coboard);
    await coboard.start();
    await this.clock.advance(5);
    return coboard;
  }

  async joins(name: string): Promise<DashboardPresence> {
    const room = (await this.client(name)).openPresence(this.id);
    await this.clock.advance(5);
    return room;
  }

  of(name: string): Coboard {
    return this.clients.get(name) ?? assert.fail(name);
  }
}

const names = (room: DashboardPresence): string[] => room.people.value.map(({ user }) => user.name);
const cursor = (x: number): { cursor: { tab: string; x: number; y: number } } => ({ cursor: { tab: 't', x, y: 0 } });
const seen = (room: DashboardPresence, name: string) => room.people.value.find(({ user }) => user.name === name);

test('PEOPLE-1 a newcomer knows the room at once, everybody has a color of their own, and one stands last oneself', async () => {
  const stage = new Stage();
  const ana = await stage.joins('Ana');
  assert.deepEqual(names(ana), ['Ana']);
  ana.update({ tab: 't', ...cursor(3) });
  const ben = await stage.joins('Ben');
  const cem = await stage.joins('Cem');
  await stage.clock.advance(100);
  assert.deepEqual([names(ana), names(ben), names(cem)], [['Ben', 'Cem', 'Ana'], ['Ana', 'Cem', 'Ben'], ['Ana', 'Ben', 'Cem']]);
  assert.deepEqual(seen(cem, 'Ana')?.windows[0]?.value.cursor, { tab: 't', x: 3, y: 0 });
  assert.equal(new Set(cem.people.value.map(({ user }) => user.color)).size, 3);
  assert.deepEqual(cem.people.value.map(({ self }) => self), [false, false, true]);
  stage.of('Ben').closePresence(ben);
  await stage.clock.advance(5);
  assert.deepEqual(names(ana), ['Cem', 'Ana']);
});

test('PEOPLE-2 what one says is sent at most so often, the first at once and the last always', async () => {
  const stage = new Stage();
  const ana = await stage.joins('Ana');
  const ben = await stage.joins('Ben');
  const heard: number[] = [];
  ben.people.subscribe(() => {
    const x = seen(ben, 'Ana')?.windows[0]?.value.cursor?.x;
    if (x !== undefined && x !== heard.at(-1)) heard.push(x);
  });
  await stage.clock.advance(1_000);
  for (let x = 1; x <= 200; x++) {
    ana.update(cursor(x));
    await stage.clock.advance(5);
  }
  await stage.clock.advance(100);
  assert.deepEqual([heard[0], heard.at(-1)], [1, 200]);
  assert.ok(heard.length <= limits.presenceSendsPerSecondMax + 2 && heard.length >= limits.presenceSendsPerSecondMax - 1, String(heard.length));
  const before = heard.length;
  ana.update(cursor(200));
  await stage.clock.advance(100);
  assert.equal(heard.length, before, 'the same again is nothing new');
});

test('PEOPLE-3 whoever does nothing is still there for the server, and away for the others, until they move', async () => {
  const stage = new Stage();
  const ana = await stage.joins('Ana');
  const ben = await stage.joins('Ben');
  ana.update({ ...cursor(1), typing: true });
  let told = 0;
  stage.of('Ben').connection.presenceMessages.subscribe(() => (told += 1));
  await stage.clock.advance(limits.presenceIdleAfterMs - 1_000);
  assert.equal(seen(ben, 'Ana')?.idle, false);
  const signs = Math.floor((limits.presenceIdleAfterMs - 1_000) / (limits.presenceTimeoutMs / 2));
  assert.ok(told >= signs, `${String(told)} signs of life`);
  await stage.clock.advance(2_000);
  assert.partialDeepStrictEqual(seen(ben, 'Ana'), { idle: true, typing: false });
  assert.equal(seen(ben, 'Ana')?.windows[0]?.value.cursor, null);
  ana.active();
  await stage.clock.advance(100);
  assert.equal(seen(ben, 'Ana')?.idle, false);
});

test('PEOPLE-4 writing ends two seconds after the last letter, while one is still in the field', async () => {
  const stage = new Stage();
  const ana = await stage.joins('Ana');
  const ben = await stage.joins('Ben');
  const editing = { widget: 'w', field: 'title', caret: [1, 1] as [number, number] };
  ana.typed(editing);
  await stage.clock.advance(1_500);
  ana.typed(editing);
  await stage.clock.advance(1_900);
  assert.deepEqual(ben.editorsOf('w').map(({ user, typing, caret, field }) => [user.name, typing, caret, field]), [['Ana', true, [1, 1], 'title']]);
  await stage.clock.advance(200);
  assert.deepEqual(ben.editorsOf('w').map(({ typing }) => typing), [false]);
  assert.deepEqual(ben.editorsOf('v'), []);
});

test('PEOPLE-5 with the connection lost, the others are those last known; with it back, those who are there', async () => {
  const stage = new Stage();
  const ana = await stage.joins('Ana');
  const ben = await stage.joins('Ben');
  await stage.joins('Cem');
  stage.server.cut('Ana', { stay: true });
  await stage.clock.advance(5);
  assert.deepEqual(ana.people.value.map(({ user, stale }) => [user.name, stale]), [['Ben', true], ['Cem', true], ['Ana', true]]);
  assert.deepEqual(names(ben), ['Cem', 'Ben']);
  stage.of('Cem').stop();
  ana.update(cursor(7));
  stage.server.restore('Ana');
  stage.of('Ana').connection.tryNow();
  await stage.clock.advance(100);
  assert.deepEqual(ana.people.value.map(({ user, stale }) => [user.name, stale]), [['Ben', false], ['Ana', false]]);
  assert.equal(seen(ben, 'Ana')?.windows[0]?.value.cursor?.x, 7, 'what one did meanwhile is told');
});

test('PEOPLE-6 several windows of a person are one person, where they were active last', async () => {
  const stage = new Stage();
  const ben = await stage.joins('Ben');
  const first = await stage.joins('Ana');
  const other = await stage.joins('Ana');
  first.update({ tab: 'one' });
  await stage.clock.advance(100);
  other.update({ tab: 'two', editing: { widget: 'w', field: 'title' } });
  await stage.clock.advance(100);
  assert.deepEqual(names(ben), ['Ana', 'Ben']);
  assert.partialDeepStrictEqual(seen(ben, 'Ana'), { tab: 'two', editing: { widget: 'w', field: 'title' } });
  assert.equal(seen(ben, 'Ana')?.windows.length, 2);
  assert.equal(ben.editorsOf('w').length, 1);
  first.active();
  await stage.clock.advance(limits.presenceIdleAfterMs - 50);
  first.update({ tab: 'three' });
  await stage.clock.advance(1_000);
  assert.partialDeepStrictEqual(seen(ben, 'Ana'), { tab: 'three', idle: false });
});

test('PEOPLE-10 a room is joined once for each connection, however long it holds and whatever is measured', async () => {
  const stage = new Stage();
  const ana = await stage.joins('Ana');
  const joined: number[] = [];
  stage.of('Ana').connection.presenceMessages.subscribe(({ a }) => {
    if (a === 'ps') joined.push(stage.clock.now());
  });
  stage.server.delayMs = 7;
  await stage.clock.advance(10 * limits.heartbeatIntervalMs);
  assert.partialDeepStrictEqual(stage.of('Ana').connection.state.value, { status: 'online', latencyMs: 14 });
  assert.deepEqual(joined, []);
  stage.server.cut('Ana');
  await stage.clock.advance(2_000);
  assert.deepEqual([joined.length, names(ana)], [1, ['Ana']]);
});

test('PEOPLE-9 a sign of life is no activity: a person stays where they last did something', async () => {
  const stage = new Stage();
  const ben = await stage.joins('Ben');
  const first = await stage.joins('Ana');
  const other = await stage.joins('Ana');
  other.update({ tab: 'two' });
  await stage.clock.advance(7_000);
  first.update({ tab: 'one' });
  const tabs: (string | null)[] = [];
  ben.people.subscribe(() => {
    const tab = seen(ben, 'Ana')?.tab ?? null;
    if (tab !== tabs.at(-1)) tabs.push(tab);
  });
  await stage.clock.advance(3 * limits.presenceTimeoutMs);
  assert.deepEqual(tabs, ['two', 'one']);
});

test('PEOPLE-7 one room is shared by all who ask, left with the last, and what is said after that reaches nobody', async () => {
  const stage = new Stage();
  const coboard = await stage.client('Ana');
  const ben = await stage.joins('Ben');
  const room = coboard.openPresence(stage.id);
  assert.equal(coboard.openPresence(stage.id), room);
  coboard.closePresence(room);
  await stage.clock.advance(100);
  assert.deepEqual(names(ben), ['Ana', 'Ben']);
  coboard.closePresence(room);
  coboard.closePresence(room);
  room.typed({ widget: 'w', field: 'title' });
  await stage.clock.advance(5_000);
  assert.deepEqual(names(ben), ['Ben']);
  assert.notEqual(coboard.openPresence(stage.id), room);
  await stage.clock.advance(100);
  assert.deepEqual(names(ben), ['Ana', 'Ben']);
});

test('PEOPLE-8 a value that was overtaken on the way is not taken for the newer one', async () => {
  const stage = new Stage();
  const ana = await stage.joins('Ana');
  const ben = await stage.joins('Ben');
  const id = seen(ana, 'Ben')?.windows[0]?.id;
  const { user } = seen(ana, 'Ben') ?? assert.fail('no Ben');
  ben.update(cursor(5));
  await stage.clock.advance(100);
  stage.server.tell('Ana', { a: 'p', ch: `dashboards.${stage.id}`, id, pv: 0, p: { ...cursor(1), selection: [], editing: null, typing: false, idle: false, user } });
  await stage.clock.advance(5);
  assert.equal(seen(ana, 'Ben')?.windows[0]?.value.cursor?.x, 5);
});

test('PEOPLE-11 what one says goes on being sent when the clock is set an hour forward or back', async () => {
  for (const jumpMs of [3_600_000, -3_600_000]) {
    const stage = new Stage();
    const [ana, ben] = [await stage.joins('Ana'), await stage.joins('Ben')];
    await stage.clock.advance(100);
    ana.update(cursor(1));
    stage.clock.jump(jumpMs);
    ana.update(cursor(2));
    await stage.clock.advance(200);
    assert.equal(seen(ben, 'Ana')?.windows[0]?.value.cursor?.x, 2);
  }
});
