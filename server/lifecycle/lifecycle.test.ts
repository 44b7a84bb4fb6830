import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Lifecycle, type Part } from './lifecycle.ts';

function recorded(): { steps: string[]; part: (name: string, more?: Partial<Part>) => Part; log: { warn: (fields: object, words: string) => void }; warnings: string[] } {
  const steps: string[] = [];
  const warnings: string[] = [];
  const part = (name: string, more: Partial<Part> = {}): Part => ({
    name,
    start: () => { steps.push(`start ${name}`); },
    drain: () => { steps.push(`drain ${name}`); },
    stop: () => { steps.push(`stop ${name}`); },
    ...more,
  });
  return { steps, warnings, part, log: { warn: (_fields, words) => { warnings.push(words); } } };
}

test('LIFE-7 parts start in order and end in the opposite one, all drained before any is stopped, however often it is asked', async () => {
  const { steps, part, log } = recorded();
  const lifecycle = new Lifecycle([part('a'), part('b')], { drainDeadlineMs: 1_000, log });
  await lifecycle.start();
  await Promise.all([lifecycle.stop(), lifecycle.stop()]);
  await lifecycle.stop();
  assert.deepEqual(steps, ['start a', 'start b', 'drain b', 'drain a', 'stop b', 'stop a']);
});

test('LIFE-8 a part that does not start ends those before it, and itself', async () => {
  const { steps, part, log } = recorded();
  const failing = part('b', { start: () => { throw new Error('no'); } });
  const lifecycle = new Lifecycle([part('a'), failing, part('c')], { drainDeadlineMs: 1_000, log });
  await assert.rejects(lifecycle.start(), /no/);
  assert.deepEqual(steps, ['start a', 'drain b', 'drain a', 'stop b', 'stop a']);
});

test('LIFE-9 a part that fails or hangs does not keep the others from stopping', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const { steps, part, log, warnings } = recorded();
  const hanging = part('b', { drain: () => new Promise(() => undefined) });
  const failing = part('c', { stop: () => Promise.reject(new Error('no')) });
  const lifecycle = new Lifecycle([part('a'), hanging, failing], { drainDeadlineMs: 1_000, log });
  await lifecycle.start();
  const stopped = lifecycle.stop();
  mock.timers.tick(1_000);
  await stopped;
  mock.timers.reset();
  assert.deepEqual(steps.slice(3), ['drain c', 'drain a', 'stop b', 'stop a']);
  assert.deepEqual(warnings, ['drain took too long', 'stop failed']);
});
