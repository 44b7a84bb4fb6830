import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../testing/fake-clock.ts';
import { browserEnvironment } from './environment.ts';

/** As much of a browser window as the core looks at. */
function fakeWindow(clock = new FakeClock()) {
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  const navigator = { onLine: true };
  const window = Object.assign(new EventTarget(), { document, navigator });
  return { window: window as unknown as Window, document, navigator, clock };
}

test('CONN-28 a browser window tells of its network and of coming back to it, while somebody listens', () => {
  const { window, document, navigator, clock } = fakeWindow();
  const environment = browserEnvironment(window, clock);
  const heard: string[] = [];
  const listening = environment.signals.subscribe((signal) => heard.push(signal));
  const happens = (target: EventTarget, type: string): string[] => {
    heard.length = 0;
    target.dispatchEvent(new Event(type));
    return [...heard];
  };
  assert.equal(environment.online, true);
  navigator.onLine = false;
  assert.equal(environment.online, false, 'it is asked anew each time');
  assert.deepEqual(happens(window, 'offline'), ['browserOffline']);
  assert.deepEqual(happens(window, 'online'), ['browserOnline']);
  assert.deepEqual(happens(window, 'focus'), ['awake']);
  assert.deepEqual(happens(window, 'pageshow'), ['awake']);
  assert.deepEqual(happens(document, 'visibilitychange'), ['awake']);
  document.visibilityState = 'hidden';
  assert.deepEqual(happens(document, 'visibilitychange'), [], 'whoever hides it does not come back');
  document.visibilityState = 'visible';
  listening.unsubscribe();
  for (const type of ['online', 'offline', 'focus', 'pageshow']) assert.deepEqual(happens(window, type), []);
  assert.deepEqual(happens(document, 'visibilitychange'), []);
});

test('CONN-47 a machine that slept under a window in front tells so when it wakes, and a window behind does not', async () => {
  const { window, document, clock } = fakeWindow();
  const heard: string[] = [];
  const listening = browserEnvironment(window, clock).signals.subscribe((signal) => heard.push(signal));
  await clock.advance(60_000);
  assert.deepEqual(heard, []);
  clock.sleep(3_600_000);
  await clock.advance(2_000);
  assert.deepEqual(heard, ['awake']);
  document.visibilityState = 'hidden';
  clock.sleep(3_600_000);
  await clock.advance(2_000);
  assert.deepEqual(heard, ['awake']);
  document.visibilityState = 'visible';
  listening.unsubscribe();
  clock.sleep(3_600_000);
  await clock.advance(10_000);
  assert.deepEqual(heard, ['awake']);
});
