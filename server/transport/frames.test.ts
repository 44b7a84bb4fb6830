import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameOf, linesOf } from './frames.ts';
import { TurnEnd } from './turn-end.ts';

test('SOCK-25 very many messages of a turn leave in several frames, all of them and in order', () => {
  const texts = Array.from({ length: 100 }, (_, i) => JSON.stringify({ i, text: 'ü'.repeat(i) }));
  const groups = linesOf(texts, 500);
  assert.ok(groups.length > 5 && groups.every((group) => group.length < 500 + 130), groups.map(({ length }) => length).join());
  assert.deepEqual(groups.flatMap((group) => group.split('\n')), texts);
  assert.deepEqual(linesOf(texts), [texts.join('\n')]);
  // one that is too long by itself is not cut
  assert.deepEqual(linesOf(['a'.repeat(600), 'b', 'c'.repeat(600)], 500), ['a'.repeat(600), 'b', 'c'.repeat(600)]);
  assert.deepEqual(linesOf([''], 500), ['']);
  assert.equal(frameOf(['{}', '[]']).toString('latin1', 2), '{}\n[]');
});

test('SOCK-26 what goes wrong with one socket at the end of a turn is told, and the others are written to', async () => {
  const [failed, done]: [string[], string[]] = [[], []];
  const turnEnd = new TurnEnd(undefined, (error) => failed.push(String(error)));
  turnEnd.add(() => { throw new Error('too long'); });
  turnEnd.add(() => { done.push('other'); });
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([failed, done], [['Error: too long'], ['other']]);
});
