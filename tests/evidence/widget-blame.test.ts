import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../model/clock.ts';
import type { Dashboard } from '../../model/dashboard.ts';
import { BlameWalk, sentenceBlame } from '../../model/history/blame.ts';
import { thingsMax } from '../../model/history/run.ts';
import type { Op } from '../../model/json0.ts';
import { serverLimits } from '../../model/limits.ts';
import { HistoryWriter } from '../../server/history/history-writer.ts';
import { widgetBlame, type WidgetBlameAnswer } from '../../server/history/widget-blame.ts';
import { Person } from '../person.ts';
import { runSeed, seededChance } from '../simulation/seed.ts';
import { StockClient } from '../stock-client.ts';
import { startServer } from '../test-server.ts';
import { onEachStore } from './each-store.ts';
import { createBoard, evidenceServer, people } from './evidence-log.ts';

const seed = runSeed();
console.log(`blame: COBOARD_SEED=${String(seed)}`);
const chance = seededChance(seed);

test('HISTORY-27 who set what of a widget is found by the lines of its history as by reading the whole log', async (t) => {
  await onEachStore(t, async (store) => {
    const server = await evidenceServer(store);
    await createBoard(server, 'board');
    const start = (await server.documents.read('dashboards', 'board')).data as Dashboard;
    const [copied] = Object.values(start.widgets);
    for (let i = 0; i < 5; i++) {
      await server.edit('board', 40, chance);
      // a change of more things than a line names; edits take away whole tabs of them
      const { widgets: there } = (await server.documents.read('dashboards', 'board')).data as Dashboard;
      for (let n = 0; n < 14; n++) if (there[`extra${String(n)}`] === undefined) await server.documents.edit('dashboards', 'board', [{ p: ['widgets', `extra${String(n)}`], oi: copied as never }], people[n % 3] ?? assert.fail());
      const { data } = await server.documents.read('dashboards', 'board');
      const op: Op = Object.entries((data as Dashboard).widgets).map(([id, { box }]) => ({ p: ['widgets', id, 'box', 'h'], od: box.h, oi: 3 + i }));
      await server.documents.edit('dashboards', 'board', op, people[i % 3] ?? assert.fail());
    }
    const writer = new HistoryWriter({ index: store.history, settings: store, list: (collection) => store.listSnapshots(collection), engine: server.engine, identities: server.identities, clock: systemClock, limits: { ...serverLimits, historyGapMs: 30 }, log: { warn: () => undefined } });
    const { v, data } = await server.documents.read('dashboards', 'board');
    const log = await server.documents.readOps('dashboards', 'board', 0, null);
    const { widgets } = data as Dashboard;
    assert.ok(Object.keys(widgets).length > thingsMax);
    for (const [id, widget] of Object.entries(widgets)) {
      let reads = 0;
      const engine = { read: server.engine.read.bind(server.engine), readOps: (...where: Parameters<typeof server.engine.readOps>) => { reads += 1; return server.engine.readOps(...where); } };
      const answer = await widgetBlame({ engine, index: store.history, writer }, 'board', id);
      const walk = new BlameWalk<{ v: number }>(id, widget);
      for (const op of log.toReversed()) if (op.op !== undefined) walk.take(op.op as Op, { v: op.v }); else walk.takeCreation({ v: op.v });
      const { fields, text } = walk.result();
      const versionOf = (mark: number): number => answer.marks[mark]?.v ?? -1;
      assert.equal(answer.v, v);
      assert.deepEqual(Object.fromEntries(Object.entries(answer.fields).map(([path, mark]) => [path, versionOf(mark)])), Object.fromEntries([...fields].map(([path, mark]) => [path, mark.v])));
      const written = widget.kind === 'note' ? widget.settings.text : '';
      assert.deepEqual(answer.text?.sentences.map(([start, end, mark]) => [start, end, versionOf(mark)]), text === null ? undefined : sentenceBlame(written, text).map(({ start, end, mark }) => [start, end, mark.v]));
      assert.equal(answer.text?.length ?? 0, written.length);
      for (const mark of answer.marks) assert.equal(mark.by?.id, log[mark.v]?.m?.u);
      assert.ok(reads > 0);
    }
    await assert.rejects(widgetBlame({ engine: server.engine, index: store.history, writer }, 'board', 'nothing'), { code: 'NOT_FOUND' });
    writer.stop();
    await server.stop();
  });
});

test('HISTORY-28 those who may edit ask who set what of a widget, others do not', async () => {
  const server = await startServer();
  try {
    const [ana, ben] = [await Person.signIn(server.url, 'Ana'), await Person.signIn(server.url, 'Ben')];
    const id = await ana.create('Room', 'launch-room');
    await ana.share(id, { people: { [ben.user.id]: 'editor' } });
    const client = new StockClient(ben);
    await client.connected();
    await client.subscribe(id);
    const [note = ''] = Object.entries(client.doc(id).data.widgets).find(([, { kind }]) => kind === 'note') ?? [];
    await client.submit(id, [{ p: ['widgets', note, 'settings', 'text'], t: 'text0', o: [{ p: 0, i: 'New. ' }] }]);
    const path = `/api/dashboards/${id}/blame?widget=${note}`;
    const answer = (await ana.call('GET', path)).body as unknown as WidgetBlameAnswer;
    const byOf = (mark: number | undefined): string | undefined => answer.marks[mark ?? -1]?.by?.name;
    assert.deepEqual([byOf(answer.fields[`widgets.${note}.title`]), byOf(answer.fields[`widgets.${note}.settings.text`])], ['Ana', 'Ben']);
    assert.deepEqual(answer.text?.sentences.slice(0, 2).map(([, , mark]) => byOf(mark)), ['Ben', 'Ana']);
    const codeOf = async (person: Person, where: string): Promise<string | undefined> => (await person.call('GET', where)).body.error?.code;
    assert.deepEqual([await codeOf(ana, `/api/dashboards/${id}/blame`), await codeOf(ana, `/api/dashboards/${id}/blame?widget=__proto__`), await codeOf(ana, `/api/dashboards/${id}/blame?widget=nothing`)], ['REQUEST_INVALID', 'REQUEST_INVALID', 'NOT_FOUND']);
    await ana.share(id, { people: { [ben.user.id]: 'viewer' } });
    assert.equal(await codeOf(ben, path), 'FORBIDDEN');
    await ana.share(id, {});
    assert.equal(await codeOf(ben, path), 'NOT_FOUND');
    await client.close();
  } finally {
    await server.stop();
  }
});
