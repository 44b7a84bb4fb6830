import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeCodes, isErrorCode } from '../../model/errors.ts';
import { loadCases } from './cases/load.ts';
import { messageCases } from './cases/messages.ts';
import { opCases } from './cases/ops.ts';
import { pollingCases } from './cases/polling.ts';
import { presenceCases } from './cases/presence.ts';
import { restCases } from './cases/rest.ts';
import { socketCases } from './cases/sockets.ts';
import { World } from './world.ts';

let world: World;
const stops: (readonly [name: string, ms: number])[] = [];

before(async () => { world = await World.start(); });
after(async () => {
  await world.stop();
  const longest = stops.sort(([, a], [, b]) => b - a).slice(0, 5).map(([name, ms]) => `${String(Math.round(ms))} ms (${name})`);
  console.log(`the longest stops of the server's event loop: ${longest.join(', ')}`);
});

const tables = { 'a message': messageCases, 'an edit': opCases, presence: presenceCases, 'a socket': socketCases, polling: pollingCases, 'a request': restCases, load: loadCases };

for (const [kind, cases] of Object.entries(tables)) {
  for (const { name, expected, run } of cases) {
    const title = `${kind}: ${name}: ${String(expected)}, and nobody else feels it`;
    const attack = async (): Promise<void> => {
      await world.stoppedMs();
      assert.equal(await run(world), expected);
      stops.push([name, await world.stoppedMs()]);
      await world.checkOthers();
    };
    if (kind === 'a socket' || kind === 'polling') test(`GATE-3 ${title}`, attack);
    else test(`GATE-1 ${title}`, attack);
  }
}

test('GATE-2 the table has at least 150 cases, each with its own name, and each code is one that is documented', () => {
  const all = Object.entries(tables).flatMap(([kind, cases]) => cases.map((each) => ({ ...each, name: `${kind}: ${each.name}` })));
  assert.ok(all.length >= 150, `${String(all.length)} cases`);
  assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
  const closed = new Set<unknown>(Object.values(closeCodes));
  for (const { name, expected } of all) {
    const isKnown = typeof expected === 'number' ? expected < 600 || expected === 1009 || closed.has(expected) : expected === 'ok' || expected === 'closed' || expected.startsWith('ERR_') || isErrorCode(expected);
    assert.ok(isKnown, `${name}: ${String(expected)}`);
  }
});
