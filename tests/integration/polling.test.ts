import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { Subject } from 'rxjs';
import { editText, type Environment, type LiveDashboard } from '../../client/core/index.ts';
import type { CoboardServer } from '../../server/build-server.ts';
import { CoreClient, shown } from '../core-client.ts';
import { Person } from '../person.ts';
import { Proxy, type UpgradeFate } from '../proxy.ts';
import { startServer } from '../test-server.ts';
import { until } from '../until.ts';

/** Ana behind a proxy and Ben without one write one note, each their own words, a word at a time. */
class Pair {
  readonly server: CoboardServer;
  readonly ana: CoreClient;
  readonly proxy: Proxy;
  readonly signals: Subject<'awake'>;
  private readonly id: string;
  private readonly note: string;
  private readonly anas: LiveDashboard;
  private readonly bens: LiveDashboard;
  private written = 0;

  private constructor(parts: Pick<Pair, 'server' | 'ana' | 'proxy' | 'signals'> & { readonly id: string; readonly note: string; readonly anas: LiveDashboard; readonly bens: LiveDashboard }) {
    ({ server: this.server, ana: this.ana, proxy: this.proxy, signals: this.signals, id: this.id, note: this.note, anas: this.anas, bens: this.bens } = parts);
  }

  static async meet(t: TestContext, upgrades: UpgradeFate): Promise<Pair> {
    const server = await startServer();
    const proxy = await Proxy.start(server.url, upgrades);
    const signals = new Subject<'awake'>();
    const environment: Environment = { online: true, signals };
    const [anaPerson, benPerson] = [await Person.signIn(server.url, `Ana of ${t.name}`.slice(0, 40)), await Person.signIn(server.url, 'Ben')];
    const id = await anaPerson.create('Shared', 'launch-room');
    await anaPerson.share(id, { everyone: 'editor' });
    const connection = { reconnectDelayMinMs: 50, reconnectDelayMaxMs: 200, connectTimeoutMs: 1_000 };
    const [ana, ben] = await Promise.all([CoreClient.connect(anaPerson.at(proxy.url), { connection, environment }), CoreClient.connect(benPerson)]);
    t.after(async () => {
      ana.stop();
      ben.stop();
      await proxy.stop();
      await server.stop();
    });
    const [anas, bens] = [await ana.open(id), await ben.open(id)];
    const [note] = Object.entries(shown(anas).widgets).find(([, { kind }]) => kind === 'note') ?? [''];
    return new Pair({ server, ana, proxy, signals, id, note, anas, bens });
  }

  get route(): string {
    const state = this.ana.coboard.connection.state.value;
    return state.status === 'online' ? state.route : state.status;
  }

  /** Both write, until it is so. */
  async writeUntil(what: string, isSo: () => boolean): Promise<void> {
    await until(what, async () => {
      await this.write();
      return isSo();
    });
  }

  async write(words = 1): Promise<void> {
    for (let i = 0; i < words; i++) {
      const word = this.written++;
      for (const [live, name] of [[this.anas, 'a'], [this.bens, 'b']] as const) {
        live.edit((dashboard) => editText(dashboard, this.path, `${this.textIn(live)} ${name}${String(word)}.`));
      }
      await sleep(15);
    }
  }

  /** Everything is saved and equal, and the log has each word once, by one op each. */
  async check(): Promise<void> {
    await until('both are saved and equal', () => this.anas.pendingCount.value + this.bens.pendingCount.value === 0 && this.textIn(this.anas) === this.textIn(this.bens));
    const text = this.textIn(this.anas);
    const words = Array.from({ length: this.written }, (_, i) => [`a${String(i)}.`, `b${String(i)}.`]).flat();
    assert.deepEqual(words.filter((word) => text.split(` ${word}`).length !== 2), [], 'words that are not there once');
    const { body } = await this.ana.person.at(this.server.url).call('GET', `/api/dashboards/${this.id}/ops`);
    const ops = body['ops'] as { v: number; src: string; seq: number; op?: unknown }[];
    assert.deepEqual(ops.map(({ v }) => v), ops.map((_, i) => i), 'versions without gaps');
    assert.equal(new Set(ops.map(({ src, seq }) => `${src} ${String(seq)}`)).size, ops.length, 'each op once');
    const logged = JSON.stringify(ops.map(({ op }) => op));
    assert.deepEqual(words.filter((word) => logged.split(` ${word}`).length !== 2), [], 'words that were not inserted once');
  }

  private get path(): string[] {
    return ['widgets', this.note, 'settings', 'text'];
  }

  private textIn(live: LiveDashboard): string {
    return (shown(live).widgets[this.note]?.settings as { text: string }).text;
  }
}

test('POLL-1 behind a proxy that refuses WebSockets one edits over HTTP, and loses and doubles nothing', async (t) => {
  const pair = await Pair.meet(t, 'refuse');
  assert.deepEqual([pair.route, pair.proxy.upgradesSeen], ['polling', 2]);
  await pair.write(40);
  await pair.check();
  assert.equal(pair.route, 'polling');
});

test('POLL-2 behind a proxy that cuts every WebSocket after a while one ends up on HTTP, and loses and doubles nothing', async (t) => {
  const pair = await Pair.meet(t, { cutAfterMs: 400 });
  assert.equal(pair.route, 'live');
  await pair.writeUntil('it polls', () => pair.route === 'polling');
  assert.ok(pair.proxy.upgradesSeen >= 3);
  await pair.write(20);
  await pair.check();
  // one that comes back and is cut is not tried three times again
  const seen = pair.proxy.upgradesSeen;
  pair.signals.next('awake');
  await pair.writeUntil('it has tried to come back', () => pair.proxy.upgradesSeen > seen && pair.route === 'live');
  await pair.writeUntil('it polls again', () => pair.route === 'polling');
  assert.equal(pair.proxy.upgradesSeen, seen + 1);
  await pair.check();
});

test('POLL-3 behind a proxy that lets WebSockets open and holds back what comes through them one edits over HTTP', async (t) => {
  const pair = await Pair.meet(t, 'swallow');
  assert.equal(pair.route, 'polling');
  await pair.write(20);
  // it would open, and nothing would come: one stays where one is
  const seen = pair.proxy.upgradesSeen;
  pair.signals.next('awake');
  await pair.writeUntil('it was tried', () => pair.proxy.upgradesSeen > seen);
  await pair.write(20);
  assert.equal(pair.route, 'polling');
  await pair.check();
});

test('POLL-4 when the proxy lets WebSockets through one returns to them while one types, and loses and doubles nothing', async (t) => {
  const pair = await Pair.meet(t, 'refuse');
  await pair.write(10);
  pair.proxy.upgrades = 'pass';
  const states: string[] = [];
  const listening = pair.ana.coboard.connection.state.subscribe(({ status }) => states.push(status));
  pair.signals.next('awake');
  await pair.writeUntil('it is live again', () => pair.route === 'live');
  listening.unsubscribe();
  assert.deepEqual(states.filter((status, i) => status !== states[i - 1]), ['online', 'connecting', 'online'], 'without a gap to wait for');
  await pair.write(20);
  await until('the session over HTTP has ended', async () => {
    const answer = await fetch(`${pair.server.url}/metrics`);
    return (await answer.text()).includes('\ncoboard_sockets 2\n');
  });
  const polls = pair.proxy.requestsSeen.get('/sync/poll') ?? 0;
  await pair.write(20);
  assert.equal(pair.proxy.requestsSeen.get('/sync/poll'), polls, 'no request more');
  await pair.check();
});
