import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveStage, titled } from './document/live-stage.ts';

test('LIVE-25 whoever was signed out elsewhere is told so at the next connection, and goes on after signing in', async () => {
  const stage = new LiveStage();
  const { live, coboard } = await stage.opened('Ana');
  // as another window of the same browser does
  await coboard.api.signOut();
  stage.server.cut('Ana', { stay: true });
  await stage.clock.advance(5_000);
  assert.partialDeepStrictEqual(coboard.connection.state.value, { status: 'signedOut', code: 'SIGN_IN_REQUIRED' });
  live.edit(titled('Kept'));
  assert.equal(coboard.saving.value.pendingCount, 1);
  stage.server.restore('Ana');
  await coboard.signIn({ name: 'Ana' });
  await stage.settle();
  assert.deepEqual([coboard.connection.state.value.status, stage.kept.title, coboard.saving.value.pendingCount], ['online', 'Kept', 0]);
});

test('LIVE-26 whoever is signed in and cannot be let in is not taken for signed out', async () => {
  const stage = new LiveStage();
  const coboard = await stage.client('Ana');
  stage.server.cut('Ana', { stay: true });
  await stage.clock.advance(60_000);
  assert.ok(['waiting', 'connecting'].includes(coboard.connection.state.value.status), coboard.connection.state.value.status);
  stage.server.restore('Ana');
  coboard.connection.tryNow();
  await stage.settle();
  assert.equal(coboard.connection.state.value.status, 'online');
});
