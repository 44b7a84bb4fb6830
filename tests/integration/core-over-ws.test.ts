import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addTab, editText, limits, moveWidget, setSetting, type DashboardChange, type LiveDashboard, type Refusal } from '../../client/core/index.ts';
import type { CoboardServer } from '../../server/build-server.ts';
import { CoreClient, roleOf, shown } from '../core-client.ts';
import { Person } from '../person.ts';
import { startServer } from '../test-server.ts';
import { until } from '../until.ts';

let server: CoboardServer;
let anaPerson: Person;
let ben: CoreClient;
let ana: CoreClient;

before(async () => {
  server = await startServer();
  anaPerson = await Person.signIn(server.url, 'Ana');
  ana = await CoreClient.connect(anaPerson);
  ben = await CoreClient.connect(await Person.signIn(server.url, 'Ben'));
});
after(async () => {
  ana.stop();
  ben.stop();
  await server.stop();
});

async function shared(template = 'sales-overview'): Promise<{ id: string; anas: LiveDashboard; bens: LiveDashboard }> {
  const id = await ana.coboard.api.createDashboard({ title: 'Shared', template });
  await ana.coboard.api.setAccess(id, { everyone: 'editor', people: { [anaPerson.user.id]: 'owner' } });
  return { id, anas: await ana.open(id), bens: await ben.open(id) };
}

const equal = (one: LiveDashboard, other: LiveDashboard): Promise<void> =>
  until('both show the same, saved', () => one.pendingCount.value === 0 && other.pendingCount.value === 0 && JSON.stringify(sorted(shown(one))) === JSON.stringify(sorted(shown(other))));

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]));
}

test('DOC-1 two clients edit one dashboard over real sockets; each sees the other’s edits, who made them, and both end equal', async () => {
  const { anas, bens } = await shared();
  const heard: DashboardChange[] = [];
  bens.changes.subscribe((change) => heard.push(change));
  const [widget = ''] = Object.keys(shown(anas).widgets);
  for (let i = 0; i < 20; i++) {
    anas.edit((dashboard) => editText(dashboard, ['title'], `${dashboard.title}a`));
    bens.edit((dashboard) => editText(dashboard, ['title'], `b${dashboard.title}`));
    anas.edit((dashboard) => moveWidget(dashboard, widget, { x: i % 6, y: i }));
  }
  await equal(anas, bens);
  assert.match(shown(anas).title, /^b{20}Shareda{20}$/);
  const remote = heard.filter(({ source }) => source === 'remote');
  assert.ok(remote.length > 0);
  for (const change of remote) assert.deepEqual(change.author, { id: anaPerson.user.id, name: 'Ana' });
  assert.equal(roleOf(anas), 'owner');
  assert.equal(roleOf(bens), 'editor');
});

test('DOC-2 edits made while the connection is down arrive once when it is back', async () => {
  const { id, anas, bens } = await shared('blank');
  for (let round = 0; round < 5; round++) {
    anas.edit((dashboard) => editText(dashboard, ['title'], `${dashboard.title}.`));
    ana.cut();
    await until('the cut is noticed', () => ana.coboard.connection.state.value.status !== 'online');
    anas.edit((dashboard) => editText(dashboard, ['description'], `${dashboard.description}x`));
    bens.edit((dashboard) => addTab(dashboard, `Tab ${String(round)}`));
    await ana.comeBack();
  }
  await equal(anas, bens);
  assert.equal(shown(bens).title, 'Shared.....');
  assert.equal(shown(bens).description, 'xxxxx');
  const kept = await ana.coboard.api.dashboard(id);
  assert.deepEqual(sorted(kept.dashboard), sorted(shown(anas)));
});

test('DOC-3 who may only view is told so and nothing leaves; a change of role holds at once; who loses access loses the dashboard', async () => {
  const { id, anas, bens } = await shared();
  const refusals: Refusal[] = [];
  bens.refusals.subscribe((refusal) => refusals.push(refusal));
  const owner = { [anaPerson.user.id]: 'owner' } as const;
  await ana.coboard.api.setAccess(id, { everyone: 'viewer', people: owner });
  await until('Ben only views', () => roleOf(bens) === 'viewer');
  assert.equal(bens.edit((dashboard) => editText(dashboard, ['title'], 'Mine')), false);
  assert.deepEqual(refusals.map(({ code, sent }) => ({ code, sent })), [{ code: 'FORBIDDEN', sent: false }]);
  await ana.coboard.api.setAccess(id, { everyone: null, people: owner });
  await until('Ben has lost it', () => bens.state.value.status === 'gone');
  assert.deepEqual(bens.state.value, { status: 'gone', by: 'Ana' });
  anas.edit((dashboard) => editText(dashboard, ['title'], 'Without Ben'));
  await until('saved', () => anas.pendingCount.value === 0);
  await ana.coboard.api.setAccess(id, { everyone: 'editor', people: owner });
  await until('Ben has it back', () => bens.state.value.status === 'ready');
  await equal(anas, bens);
});

test('DOC-4 an edit that the server refuses is taken back and told, each that is one too many, and who made it goes on editing', async () => {
  const { anas, bens } = await shared();
  const refusals: Refusal[] = [];
  bens.refusals.subscribe((refusal) => refusals.push(refusal));
  const [widget = ''] = Object.keys(shown(bens).widgets);
  const tab = Object.keys(shown(anas).tabs)[0] ?? '';
  ana.cut();
  await until('the cut is noticed', () => ana.coboard.connection.state.value.status !== 'online');
  // Ana fills the dashboard, and what Ben adds meanwhile is one tab too many
  let made = 0;
  while (Object.keys(shown(anas).tabs).length < limits.tabsMax) made += Number(anas.edit((dashboard) => addTab(dashboard, 'A')));
  bens.edit((dashboard) => addTab(dashboard, 'B'));
  await until('Ben’s tab is saved', () => bens.pendingCount.value === 0);
  const anasRefusals: Refusal[] = [];
  anas.refusals.subscribe((refusal) => anasRefusals.push(refusal));
  await ana.comeBack();
  await until('told', () => anasRefusals.length >= made);
  await equal(anas, bens);
  assert.ok(anasRefusals.every(({ code, sent }) => code === 'DOCUMENT_FULL' && sent));
  assert.equal(Object.keys(shown(anas).tabs).length, Object.keys(shown(bens).tabs).length);
  assert.ok(shown(anas).tabs[tab]);
  anas.edit((dashboard) => setSetting(dashboard, widget, 'unit', '€'));
  await equal(anas, bens);
  assert.equal(refusals.length, 0);
});

test('DOC-5 each sees who else is there, where they edit and with which color; who closes the dashboard has left', async () => {
  const { id } = await shared();
  const anas = ana.coboard.openPresence(id);
  const bens = ben.coboard.openPresence(id);
  await until('they see each other', () => anas.people.value.length === 2 && bens.people.value.length === 2);
  const [other, self] = anas.people.value;
  assert.ok(other && self);
  assert.equal(other.user.name, 'Ben');
  assert.deepEqual([other.self, self.self], [false, true]);
  assert.notEqual(other.user.color, self.user.color);
  bens.typed({ widget: 'w1', field: 'title', caret: [2, 2] });
  await until('Ben writes', () => anas.editorsOf('w1')[0]?.typing === true);
  assert.deepEqual(anas.editorsOf('w1').map(({ user, field, caret }) => [user.name, field, caret]), [['Ben', 'title', [2, 2]]]);
  bens.update({ cursor: { tab: 'main', x: 3.5, y: 2 } });
  await until('the cursor is there', () => anas.people.value[0]?.windows[0]?.value.cursor?.x === 3.5);
  ana.cut();
  await until('Ana’s knowledge is old', () => anas.people.value.every(({ stale }) => stale));
  await ana.comeBack();
  await until('Ana is back in the room', () => anas.people.value.length === 2 && anas.people.value.every(({ stale }) => !stale));
  await until('and Ben sees her', () => bens.people.value.length === 2);
  ben.coboard.closePresence(bens);
  await until('Ben has left', () => anas.people.value.length === 1);
  ana.coboard.closePresence(anas);
});
