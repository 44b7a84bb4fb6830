import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { closeCodes } from '../../model/errors.ts';
import { call, Person } from '../person.ts';
import { findMongod, startMongod } from '../real-mongod.ts';
import { ServerProcess } from '../server-process.ts';
import { StockClient } from '../stock-client.ts';
import { scratchFolder } from '../test-server.ts';
import { until } from '../until.ts';

const place = await findMongod();
const mongod = 'skip' in place ? null : await startMongod(place);
const folder = scratchFolder();
after(async () => {
  await mongod?.stop();
  folder.remove();
});

const stores: readonly { readonly name: string; readonly address: (name: string) => string; readonly skip: string | false }[] = [
  { name: 'SQLite', address: (name) => `sqlite:${join(folder.path, name)}.db`, skip: false },
  { name: 'MongoDB', address: (name) => mongod?.database(`coboard-${name}`) ?? '', skip: 'skip' in place ? place.skip : false },
];

for (const { name, address, skip } of stores) {
  describe(`restart on ${name}`, { skip }, () => {
    test('LIFE-1 kill -9 while typing loses nothing that was acknowledged; the same session and client go on', async () => {
      const store = address('kill');
      let server = await ServerProcess.start(['--port', '0', '--store', store]);
      const ana = await Person.signIn(server.url, 'Ana');
      const id = await ana.create('Typing');
      const client = new StockClient(ana);
      await client.connected();
      const doc = await client.subscribe(id);
      const acknowledged: string[] = [];
      for (let round = 0; round < 3; round++) {
        // three letters on their way when the server dies, one acknowledged before
        let sent = 0;
        const typing = (): void => {
          const letter = String.fromCharCode(97 + (acknowledged.length % 26));
          sent += 1;
          doc.submitOp([{ p: ['description'], t: 'text0', o: [{ p: doc.data.description.length, i: letter }] }], undefined, (error) => {
            assert.ifError(error);
            acknowledged.push(letter);
            if (sent < 40) typing();
          });
        };
        typing();
        const before = acknowledged.length;
        await until('some are acknowledged', () => acknowledged.length >= before + 10);
        await server.signal('SIGKILL');
        await until('cut', () => client.closeCode !== null);
        const atDeath = acknowledged.length;
        server = await ServerProcess.start(['--port', '0', '--store', store]);
        const kept = await ana.at(server.url).call('GET', `/api/dashboards/${id}`);
        assert.equal(kept.status, 200, 'the same token is still good');
        const text = (kept.body['data'] as { description: string }).description;
        assert.ok(text.length === atDeath || text.length === atDeath + 1, `${String(atDeath)} acknowledged, ${String(text.length)} there`);
        assert.equal(text.slice(0, atDeath), acknowledged.join(''));
        await client.reconnect(server.url);
        await until('the rest is acknowledged', () => sent === 40 && !doc.hasWritePending());
      }
      const { body } = await ana.at(server.url).call('GET', `/api/dashboards/${id}/ops`);
      const ops = body['ops'] as { v: number; src: string; seq: number }[];
      assert.deepEqual(ops.map(({ v }) => v), ops.map((_, i) => i), 'versions without gaps');
      assert.equal(new Set(ops.map(({ src, seq }) => `${src} ${String(seq)}`)).size, ops.length, 'each op once');
      assert.equal(doc.data.description, acknowledged.join(''));
      assert.equal(acknowledged.length, 120);
      await client.close();
      assert.equal(await server.signal('SIGTERM'), 0);
    });

    test('LIFE-2 SIGTERM finishes what was accepted, says so to our clients, closes with 1001 and exits 0', async () => {
      const store = address('drain');
      const server = await ServerProcess.start(['--port', '0', '--store', store]);
      const ana = await Person.signIn(server.url, 'Ana');
      const id = await ana.create('Draining');
      const [client, ours] = [new StockClient(ana), new StockClient(ana, ['coboard.1'])];
      for (const each of [client, ours]) await each.connected();
      await client.subscribe(id);
      const submitted = client.submit(id, [{ p: ['title'], t: 'text0', o: [{ p: 0, i: 'last ' }] }]);
      await client.ask({ a: 'pp' }, ({ a }) => a === 'pp');
      assert.equal(await server.signal('SIGTERM'), 0);
      await submitted;
      await until('both are closed', () => client.closeCode !== null && ours.closeCode !== null);
      assert.deepEqual([client.closeCode, ours.closeCode], [closeCodes.goingAway, closeCodes.goingAway]);
      assert.deepEqual(ours.received.filter(({ a }) => a === 'coboard'), [{ a: 'coboard', type: 'draining', inMs: 0, spreadMs: 10 }]);
      assert.ok(!client.received.some(({ a }) => a === 'coboard'));

      const second = await ServerProcess.start(['--port', '0', '--store', store]);
      const { body } = await ana.at(second.url).call('GET', `/api/dashboards/${id}`);
      assert.deepEqual([body['v'], (body['data'] as { title: string }).title], [2, 'last Draining']);
      const list = (await ana.at(second.url).call('GET', '/api/dashboards')).body['dashboards'] as { title: string; updatedBy: { name: string } }[];
      assert.deepEqual(list.map(({ title, updatedBy }) => [title, updatedBy.name]), [['last Draining', 'Ana']]);
      assert.equal(await second.signal('SIGINT'), 0);
    });
  });
}

test('LIFE-3 the last line of a start says where it answers, and no log line holds a token', async () => {
  const server = await ServerProcess.start(['--port', '0', '--store', `sqlite:${join(folder.path, 'line.db')}`]);
  assert.equal(server.stdout, `Coboard is ready at ${server.url}\n`);
  assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  const ana = await Person.signIn(server.url, 'Ana');
  await call(server.url, 'GET', `/api/dashboards?token=${ana.token}`, { headers: { cookie: `coboard_session=${ana.token}` } });
  await until('the request is logged', () => server.stderr.includes('"path":"/api/dashboards"'));
  assert.ok(!server.stderr.includes(ana.token.slice(-20)));
  await server.signal('SIGTERM');
});

test('LIFE-4 a taken port is named, with how to choose another; exit code 1', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => { other.listen(0, '127.0.0.1', () => { resolve(); }); });
  const { port } = other.address() as AddressInfo;
  const { code, out, err } = await ServerProcess.run(['--port', String(port), '--store', 'sqlite::memory:', '--log-level', 'silent']);
  other.close();
  assert.deepEqual([code, out], [1, '']);
  assert.equal(err, `Coboard cannot start: Port ${String(port)} on 127.0.0.1 is taken. Choose another with --port (0 takes any free one).\n`);
});

test('LIFE-5 a store that cannot be opened, a wrong option, a public demo: one line says what; exit code 1', async () => {
  const cases: readonly (readonly [args: string[], words: RegExp])[] = [
    [['--store', 'sqlite:/dev/null/x.db'], /^Coboard cannot start: The store sqlite:\/dev\/null\/x\.db cannot be opened: .+\n$/],
    [['--store', 'mongodb://u:pass@127.0.0.1:1/x?serverSelectionTimeoutMS=100'], /^Coboard cannot start: The store mongodb:\/\/127\.0\.0\.1:1\/x cannot be opened: .+\n$/],
    [['--colour', 'red'], /^Coboard cannot start: .*--colour.*\n$/],
    [['--host', '0.0.0.0'], /^Coboard cannot start: host: .*--public-demo.*\n$/],
  ];
  for (const [args, words] of cases) {
    const { code, out, err } = await ServerProcess.run(['--port', '0', ...args]);
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, words);
    assert.ok(!err.includes('pass'));
  }
});

test('LIFE-6 --help shows the options and starts nothing', async () => {
  const { code, out } = await ServerProcess.run(['--help']);
  assert.equal(code, 0);
  assert.match(out, /--store/);
});
