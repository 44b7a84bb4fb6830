import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { LiveDashboard } from '../../client/core/index.ts';
import { DashboardHistory } from '../../client/core/history/index.ts';
import type { Dashboard } from '../../model/dashboard.ts';
import type { Json, Op } from '../../model/json0.ts';
import { limits, serverLimits } from '../../model/limits.ts';
import { opSteps } from '../../model/op-steps.ts';
import { CoreClient } from '../core-client.ts';
import { Person } from '../person.ts';
import { startServer } from '../test-server.ts';
import { until } from '../until.ts';

function shown(live: LiveDashboard): Dashboard {
  const state = live.state.value;
  return state.status === 'ready' ? state.dashboard : assert.fail(state.status);
}

const bytesOf = (dashboard: Dashboard): number => Buffer.byteLength(JSON.stringify(dashboard));
const saved = (live: LiveDashboard): Promise<void> => until('it is saved', () => live.pendingCount.value === 0);

/** Makes components in ops that are small enough, and waits until they are saved. */
async function make(live: LiveDashboard, op: Op, at = 300): Promise<void> {
  for (let i = 0; i < op.length; i += at) {
    assert.equal(live.submit(op.slice(i, i + at)), true);
    await saved(live);
  }
}

const rowIds = (count: number, prefix: string): string[] => Array.from({ length: count }, (_, i) => `${prefix}${String(i)}`);
const row = (i: number, cells: Readonly<Record<string, Json>>): Json => ({ order: `a${String(i).padStart(5, '0')}x`, cells });
const columns = (count: number): Json => Object.fromEntries(rowIds(count, 'c').map((id, i) => [id, { name: id, type: 'text', order: `a${String(i).padStart(3, '0')}x` }]));

interface Stage {
  readonly ana: LiveDashboard;
  readonly ben: LiveDashboard;
  readonly benId: string;
  readonly history: DashboardHistory;
  readonly refused: unknown[];
}

/** Ana and Ben on a dashboard of a real server, with one dataset. */
async function onStage(dataset: Json, run: (stage: Stage) => Promise<void>): Promise<void> {
  const server = await startServer();
  const clients: CoreClient[] = [];
  try {
    for (const name of ['Ana', 'Ben']) clients.push(await CoreClient.connect(await Person.signIn(server.url, name)));
    const [ana, ben] = clients;
    assert.ok(ana && ben);
    const id = await ana.coboard.api.createDashboard({ title: 'Large', template: 'blank' });
    await ana.coboard.api.setAccess(id, { everyone: 'editor', people: { [ana.person.user.id]: 'owner' } });
    const [mine, theirs] = [await ana.open(id), await ben.open(id)];
    const refused: unknown[] = [];
    for (const live of [mine, theirs]) live.refusals.subscribe((refusal) => refused.push(refusal.code));
    await make(mine, [{ p: ['datasets', 'big'], oi: dataset }]);
    await run({ ana: mine, ben: theirs, benId: ben.person.user.id, history: new DashboardHistory(ana.coboard.api, mine), refused });
    assert.deepEqual(refused, []);
  } finally {
    for (const client of clients) client.stop();
    await server.stop();
  }
}

/** Restores a moment, has one undo take it back and one redo make it again; the other one and the server have the same each time. */
async function thereAndBack({ ana, ben, history }: Stage, then: Dashboard): Promise<void> {
  const before = shown(ana);
  const everywhere = async (wanted: Dashboard): Promise<void> => {
    assert.ok(isDeepStrictEqual(shown(ana), wanted));
    await saved(ana);
    await until('the other has it', () => isDeepStrictEqual(shown(ben), wanted), 20_000);
    const { version } = ana.state.value as { version: number };
    assert.ok(isDeepStrictEqual((await history.moment(version)).dashboard, wanted));
  };
  assert.equal(history.restore(then), true);
  await everywhere(then);
  assert.equal(ana.undo().status, 'done');
  await everywhere(before);
  assert.equal(ana.redo().status, 'done');
  await everywhere(then);
  assert.equal(ana.undo().status, 'done');
  await everywhere(before);
}

test('HISTORY-61 a moment is restored though 2,000 cells differ, and one undo takes it back', async () => {
  const ids = rowIds(50, 'r');
  const cells = (word: string): Op => ids.flatMap((id) => rowIds(40, 'c').map((column) => ({ p: ['datasets', 'big', 'rows', id, 'cells', column], oi: `${word} ${id} ${column}` })));
  await onStage({ title: 'Big', columns: columns(40), rows: Object.fromEntries(ids.map((id, i) => [id, row(i, {})])) }, async (stage) => {
    const empty = shown(stage.ana);
    await make(stage.ana, cells('was'), limits.opComponentsMax);
    const then = shown(stage.ana);
    await make(stage.ana, [{ p: ['title'], oi: 'Later' }]);
    await make(stage.ana, cells('is'), limits.opComponentsMax);
    await thereAndBack(stage, then);
    await thereAndBack(stage, empty);
    assert.deepEqual(stage.ana.undoable.value.undo?.includes('cells in Big'), true);
  });
});

test('HISTORY-62 a moment is restored though 1.5 MB differ, also where a dataset of that size is gone or there is no room for both', async () => {
  const long = (word: string, i: number): string => `${word} ${String(i)} `.padEnd(1_900, 'é');
  const ids = rowIds(400, 'r');
  const rows = (of: readonly string[], word: string): [string, Json][] => of.map((id, i) => [id, row(i, { c0: long(word, i) })]);
  await onStage({ title: 'Big', columns: columns(1), rows: {} }, async (stage) => {
    const at = (id: string) => ['datasets', 'big', 'rows', id];
    await make(stage.ana, rows(ids, 'was').map(([id, oi]) => ({ p: at(id), oi })), 100);
    const then = shown(stage.ana);
    assert.ok(bytesOf(then) > 1_500_000, `${String(bytesOf(then))} bytes`);
    // every cell is another one
    await make(stage.ana, ids.map((id, i) => ({ p: [...at(id), 'cells', 'c0'], oi: long('is', i) })), 100);
    await thereAndBack(stage, then);
    // other rows in their place: old and new together are more than a dashboard may have
    await make(stage.ana, ids.map((id) => ({ p: at(id), od: null })), 100);
    await make(stage.ana, rows(rowIds(400, 'n'), 'new').map(([id, oi]) => ({ p: at(id), oi })), 100);
    assert.ok(bytesOf(then) + bytesOf(shown(stage.ana)) > serverLimits.documentBytesMax);
    await thereAndBack(stage, then);
    // the dataset itself is gone
    await make(stage.ana, rowIds(400, 'n').map((id) => ({ p: at(id), od: null })), 100);
    await make(stage.ana, [{ p: ['datasets', 'big'], od: null }]);
    await thereAndBack(stage, then);
  });
});

test('HISTORY-63 more than a thousand edits of somebody are taken back as one, though others edited since; one undo makes them again', async () => {
  const ids = rowIds(1_000, 'r');
  await onStage({ title: 'Big', columns: columns(2), rows: {} }, async ({ ana, ben, benId, history }) => {
    await make(ana, ids.map((id, i) => ({ p: ['datasets', 'big', 'rows', id], oi: row(i, { c0: 'old', c1: i }) })));
    await until('Ben has it', () => isDeepStrictEqual(shown(ana), shown(ben)), 20_000);
    const cell = (id: string, column: string, oi: Json): Op => [{ p: ['datasets', 'big', 'rows', id, 'cells', column], oi }];
    const { version: from } = ana.state.value as { version: number };
    await make(ben, [...ids.flatMap((id) => cell(id, 'c0', 'new')), ...['r0', 'r1', 'r2'].flatMap((id) => cell(id, 'c1', -1))], 600);
    await until('Ana has it', () => isDeepStrictEqual(shown(ana), shown(ben)), 20_000);
    // in the middle of it, and since
    await make(ana, [...cell('r7', 'c1', 'mine'), ...cell('r8', 'c0', 'mine')]);
    const before = shown(ana);
    const wanted = { from, to: (ana.state.value as { version: number }).version, person: benId };
    const { words, lost, count } = await history.planTakeBack(wanted);
    assert.deepEqual([words.length, lost.length, count], [2, 1, 2]);
    assert.equal(await history.takeBack(wanted), true);
    const taken = shown(ana);
    const { rows: was } = taken.datasets['big'] ?? assert.fail();
    assert.deepEqual([was['r0']?.cells, was['r999']?.cells, was['r7']?.cells, was['r8']?.cells], [{ c0: 'old', c1: 0 }, { c0: 'old', c1: 999 }, { c0: 'old', c1: 'mine' }, { c0: 'mine', c1: 8 }]);
    await saved(ana);
    await until('Ben sees it', () => isDeepStrictEqual(shown(ben), taken), 20_000);
    assert.equal(ana.undo().status, 'done');
    assert.ok(isDeepStrictEqual(shown(ana), before));
    await saved(ana);
    const log = await history.ops(from, (ana.state.value as { version: number }).version);
    assert.ok(log.every(({ op = [] }) => opSteps(op) <= limits.opComponentsMax));
    assert.equal(log.filter(({ m }) => m?.w === 'takeBack').length, 2);
  });
});
