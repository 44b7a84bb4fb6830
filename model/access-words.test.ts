import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessWords } from './access-words.ts';

const names: Readonly<Record<string, string>> = { ana: 'Ana', ben: 'Ben' };
const words = (op: unknown, by = 'ana'): string[] => accessWords({ op, by }, (id) => names[id]);

test('HISTORY-17 what was done to who may see a dashboard is told in words, with names as they are now', () => {
  assert.deepEqual(accessWords({ create: { data: { everyone: null, people: { ana: 'owner' } } }, by: 'ana' }, (id) => names[id]), ['became the owner']);
  assert.deepEqual(accessWords({ create: { data: { everyone: 'viewer', people: { ana: 'owner', ben: 'editor' } } }, by: 'ana' }, (id) => names[id]), ['became the owner', 'gave Ben the role of editor', 'opened the dashboard to everyone signed in, who can view it']);
  assert.deepEqual(words([{ p: ['people', 'ben'], oi: 'editor' }]), ['gave Ben the role of editor']);
  assert.deepEqual(words([{ p: ['people', 'ben'], od: 'editor', oi: 'viewer' }]), ['changed the role of Ben from editor to viewer']);
  assert.deepEqual(words([{ p: ['people', 'ben'], od: 'viewer' }]), ['took the role of viewer away from Ben']);
  assert.deepEqual(words([{ p: ['people', 'ana'], od: 'owner' }]), ['gave up the role of owner']);
  assert.deepEqual(words([{ p: ['people', 'ana'], od: 'owner', oi: 'editor' }]), ['changed their own role from owner to editor']);
  assert.deepEqual(words([{ p: ['everyone'], od: null, oi: 'editor' }]), ['opened the dashboard to everyone signed in, who can edit it']);
  assert.deepEqual(words([{ p: ['everyone'], od: 'editor', oi: null }, { p: ['people', 'ben'], oi: 'owner' }]), ['closed the dashboard to everyone who has no role of their own', 'gave Ben the role of owner']);
  // who was taken out of the log
  assert.deepEqual(words([{ p: ['people', '~f00'], oi: 'viewer' }]), ['gave somebody the role of viewer']);
  assert.deepEqual(words(undefined), []);
});
