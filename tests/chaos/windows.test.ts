import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import type { LiveDashboard } from '../../client/core/index.ts';
import type { LocalWrite } from '../../client/core/local/local-store.ts';
import { MemoryDevice, MemoryStore } from '../../client/core/local/memory-store.ts';
import { CoreClient, shown } from '../core-client.ts';
import { Person } from '../person.ts';
import { runSeed, seededChance } from '../simulation/seed.ts';
import { scratchFolder } from '../test-server.ts';
import { until } from '../until.ts';
import { RestartableServer } from './restartable.ts';

const seed = runSeed();
const kills = process.env['COBOARD_TEST_CHAOS_FAULTS'] === undefined ? 3 : 20;
const windowsCount = 10;

/** What a window writes with, until it crashes. */
class WindowStore extends MemoryStore {
  isDead = false;

  override write(changes: readonly LocalWrite[]): Promise<void> {
    return this.isDead ? new Promise(() => undefined) : super.write(changes);
  }
}

const wordsIn = (value: unknown): string[] => JSON.stringify(value).match(/<[^>]+>/g) ?? [];

/** A device with one window, in which somebody types; the window may crash, and another one is opened. */
class Seat {
  readonly device = new MemoryDevice();
  readonly saved = new Set<string>();
  /** Words that were on the device when a window crashed. */
  readonly kept = new Set<string>();
  readonly refusals: string[] = [];
  private readonly person: Person;
  private readonly id: string;
  private client: CoreClient | null = null;
  private store: WindowStore | null = null;
  private live: LiveDashboard | null = null;
  private note = '';
  count = 0;

  constructor(person: Person, id: string) {
    this.person = person;
    this.id = id;
  }

  async open(): Promise<void> {
    const store = (this.store = new WindowStore(this.device, 'kept'));
    this.client = await CoreClient.connect(this.person, { store: () => store });
    const live = (this.live = this.client.coboard.openDashboard(this.id));
    this.client.coboard.strayRefusals.subscribe(({ code }) => this.refusals.push(code));
    live.refusals.subscribe(({ code }) => this.refusals.push(code));
    live.saved.subscribe(({ op }) => { for (const word of wordsIn(op)) this.saved.add(word); });
    await until('the dashboard is there', () => live.state.value.status === 'ready');
    this.note = Object.entries(shown(live).widgets).find(([, { kind }]) => kind === 'note')?.[0] ?? assert.fail('no note');
  }

  type(): void {
    if (this.live?.state.value.status !== 'ready') return;
    const word = `<${this.person.user.name}.${String(this.count += 1)}>`;
    this.live.submit([{ p: ['widgets', this.note, 'settings', 'text'], t: 'text0', o: [{ p: 0, i: word }] }]);
  }

  crash(): void {
    if (this.store) this.store.isDead = true;
    this.live = null;
    this.client?.stop();
    for (const { edits } of this.device.outboxes.values()) for (const word of wordsIn(edits)) this.kept.add(word);
    this.device.claimed.clear();
  }

  get isThrough(): boolean {
    this.client?.coboard.connection.tryNow();
    return this.live?.pendingCount.value === 0 && this.device.outboxes.size === 0;
  }

  get text(): string {
    const widget = shown(this.live ?? assert.fail('closed')).widgets[this.note];
    return widget?.kind === 'note' ? widget.settings.text : assert.fail('the note is gone');
  }
}

test(`CHAOS-4 ten windows type while they crash and the server is killed: what was shown as saved or kept is in the log once (COBOARD_SEED=${String(seed)})`, async (t) => {
  const chance = seededChance(seed);
  const folder = scratchFolder();
  const server = await RestartableServer.start(['--store', `sqlite:${join(folder.path, 'windows.db')}`]);
  t.after(async () => {
    await server.stop();
    folder.remove();
  });
  const owner = await Person.signIn(server.url, 'Owner');
  const id = await owner.create('Windows', 'launch-room');
  await owner.share(id, { everyone: 'editor', people: { [owner.user.id]: 'owner' } });
  const seats = await Promise.all(Array.from({ length: windowsCount }, async (_, i) => new Seat(await Person.signIn(server.url, `P${String(i)}`), id)));
  await Promise.all(seats.map((seat) => seat.open()));
  t.after(() => { for (const seat of seats) seat.crash(); });
  let isOver = false;
  const typing = seats.map(async (seat) => {
    while (!isOver) {
      seat.type();
      await sleep(10 + chance() * 40);
    }
  });
  for (let i = 0; i < kills; i++) {
    await sleep(200 + chance() * 300);
    const crashed = seats.filter(() => chance() < 0.4);
    for (const seat of crashed) seat.crash();
    await server.end('SIGKILL');
    await sleep(chance() * 300);
    await server.up();
    await Promise.all(crashed.map((seat) => seat.open()));
  }
  isOver = true;
  await Promise.all(typing);
  await until('everything is through', () => seats.every(({ isThrough }) => isThrough), 60_000);
  const { text } = seats[0] ?? assert.fail();
  await until('all see the same', () => seats.every((seat) => seat.text === text), 30_000);
  const ops: { readonly v: number; readonly op?: unknown }[] = [];
  for (;;) {
    const page = (await owner.call('GET', `/api/dashboards/${id}/ops?from=${String(ops.length)}`)).body['ops'] as typeof ops;
    if (page.length === 0) break;
    ops.push(...page);
  }
  const logged = ops.flatMap(({ op }) => wordsIn(op ?? []));
  assert.equal(new Set(logged).size, logged.length, 'each once');
  const there = new Set(logged);
  for (const { saved, kept, refusals } of seats) {
    assert.deepEqual(refusals, []);
    for (const word of [...saved, ...kept]) assert.ok(there.has(word), `${word} is lost`);
  }
  const sum = (of: (seat: Seat) => number): number => seats.reduce((total, seat) => total + of(seat), 0);
  console.log(JSON.stringify({ kills, typed: sum(({ count }) => count), saved: sum(({ saved }) => saved.size), keptAtACrash: sum(({ kept }) => kept.size), logged: logged.length }));
  assert.ok(logged.length > kills * windowsCount);
});
