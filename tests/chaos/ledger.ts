import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import json0 from 'ot-json0';
import type { DashboardPresence, LiveDashboard } from '../../client/core/index.ts';
import type { Op } from '../../model/json0.ts';
import { limits } from '../../model/limits.ts';
import { CoreClient, shown } from '../core-client.ts';
import type { Person } from '../person.ts';
import { until } from '../until.ts';

/** How long everything may take to be well again after the last fault. */
const settleMs = 60_000;

/** A person who types without a pause, and keeps a ledger of what was acknowledged. Each thing typed is a word of its own. */
export class LedgerClient {
  readonly typed = new Set<string>();
  readonly acknowledged = new Set<string>();
  /** What was taken back from the person, which no fault may do. */
  readonly refusals: string[] = [];
  private readonly client: CoreClient;
  private readonly name: string;
  private live: LiveDashboard | null = null;
  private presence: DashboardPresence | null = null;
  private note = '';
  private count = 0;

  private constructor(name: string, client: CoreClient) {
    this.name = name;
    this.client = client;
  }

  static async connect(name: string, person: Person): Promise<LedgerClient> {
    return new LedgerClient(name, await CoreClient.connect(person));
  }

  async open(id: string): Promise<void> {
    // one may not have any number of dashboards open
    this.live?.close();
    if (this.presence) this.client.coboard.closePresence(this.presence);
    this.presence = this.client.coboard.openPresence(id);
    this.typed.clear();
    this.acknowledged.clear();
    this.live = await this.client.open(id);
    this.note = Object.entries(shown(this.live).widgets).find(([, { kind }]) => kind === 'note')?.[0] ?? assert.fail('no note');
    this.live.refusals.subscribe((refusal) => { this.refusals.push(JSON.stringify(refusal).slice(0, 300)); });
    this.live.saved.subscribe(({ op }) => {
      for (const word of JSON.stringify(op).match(/<[^>]+>/g) ?? []) this.acknowledged.add(word);
    });
  }

  /** Types a word at the beginning of the note, where it cannot be torn by others, unless the note is half full. */
  type(): void {
    if (this.live?.state.value.status === 'ready' && this.text.length > limits.noteCharsMax / 2) return;
    const word = `<${this.name}.${String(this.count += 1)}>`;
    const op: Op = [{ p: ['widgets', this.note, 'settings', 'text'], t: 'text0', o: [{ p: 0, i: word }] }];
    if (this.live?.edit(() => op) === true) this.typed.add(word);
  }

  /** Moves the cursor, for others to see. */
  pointAt(x: number): void {
    this.presence?.update({ cursor: { tab: 't', x, y: 0 } });
  }

  /** Where the cursors of all the others are, as this one sees them. */
  get pointers(): (number | undefined)[] {
    return (this.presence?.people.value ?? []).filter(({ self, stale }) => !self && !stale).flatMap(({ windows }) => windows.map(({ value }) => value.cursor?.x));
  }

  /** Waits until everything typed is saved. */
  async settled(): Promise<void> {
    // a person who waits would look at the page and press "try now"
    this.client.coboard.connection.tryNow();
    await until(`${this.name} is online and has nothing that is not saved (${String(this.live?.pendingCount.value)} left)`, () => this.client.coboard.connection.state.value.status === 'online' && this.live?.pendingCount.value === 0, settleMs).catch((cause: unknown) => {
      throw new Error(this.state, { cause });
    });
  }

  /** What there is to know of a client that is stuck. */
  private get state(): string {
    const { doc } = this.live as unknown as { readonly doc: Record<string, unknown> };
    const { version, inflightOp, pendingOps, subscribed, inflightFetch, inflightSubscribe, pendingFetch, paused, wantSubscribe } = doc;
    return JSON.stringify({ connection: this.client.coboard.connection.state.value, version, inflightOp, pendingOps, subscribed, inflightFetch, inflightSubscribe, pendingFetch, paused, wantSubscribe }, (_, value: unknown) => (typeof value === 'function' ? 'function' : value));
  }

  get dashboard(): ReturnType<typeof shown> {
    return shown(this.live ?? assert.fail('nothing is open'));
  }

  get text(): string {
    const widget = this.dashboard.widgets[this.note];
    return widget?.kind === 'note' ? widget.settings.text : assert.fail('the note is gone');
  }

  stop(): void {
    this.client.stop();
  }
}

/** Everybody is there, and sees where everybody points now. */
export async function checkPresence(clients: readonly LedgerClient[], x: number): Promise<void> {
  for (const client of clients) client.pointAt(x);
  await until(`all see where all point: ${JSON.stringify(clients.map(({ pointers }) => pointers))}`, () => clients.every(({ pointers }) => pointers.filter((seen) => seen === x).length === clients.length - 1));
}

interface Stored { readonly v: number; readonly op?: Op; readonly create?: { readonly data: unknown } }

/** Everything acknowledged is in the log exactly once, versions have no gap, and replay = snapshot = every client. */
export async function checkLedgers(clients: readonly LedgerClient[], person: Person, id: string): Promise<void> {
  for (const client of clients) await client.settled();
  const [first] = clients;
  if (!first) return;
  await until('all see the same', () => clients.every(({ dashboard }) => isDeepStrictEqual(dashboard, first.dashboard)), settleMs);
  const { body } = await person.call('GET', `/api/dashboards/${id}`);
  assert.deepEqual(body['data'], first.dashboard, 'the server has what the clients have');
  const ops: Stored[] = [];
  for (;;) {
    const page = (await person.call('GET', `/api/dashboards/${id}/ops?from=${String(ops.length)}`)).body['ops'] as Stored[];
    if (page.length === 0) break;
    ops.push(...page);
  }
  assert.deepEqual(ops.map(({ v }) => v), Array.from({ length: body['v'] as number }, (_, i) => i), 'versions without a gap');
  let state: unknown = ops[0]?.create?.data;
  const logged = new Map<string, number>();
  for (const { op = [] } of ops.slice(1)) {
    state = json0.type.apply(state, structuredClone(op));
    for (const word of JSON.stringify(op).match(/<[^>]+>/g) ?? []) logged.set(word, (logged.get(word) ?? 0) + 1);
  }
  assert.deepEqual(state, body['data'], 'the log makes the snapshot');
  assert.deepEqual(clients.flatMap(({ refusals }) => refusals), [], 'no edit was taken back');
  const { text } = first;
  for (const { typed, acknowledged } of clients) {
    for (const word of acknowledged) assert.ok(typed.has(word), `${word} was acknowledged and never typed`);
    for (const word of typed) {
      assert.equal(logged.get(word), 1, `${word} is in the log once (acknowledged: ${String(acknowledged.has(word))})`);
      assert.equal(text.split(word).length, 2, `${word} is in the note once`);
      assert.ok(acknowledged.has(word), `${word} was saved and the client was not told`);
    }
  }
}
