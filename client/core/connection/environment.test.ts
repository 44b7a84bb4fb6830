import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browserEnvironment } from './environment.ts';

/** As much of a browser window as the core looks at. */
function fakeWindow() {
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  const navigator = { onLine: true };
  const window = Object.assign(new EventTarget(), { document, navigator });
  return { window: window as unknown as Window, document, navigator };
}

test('CONN-28 a browser window tells of its network and of coming back to it, while somebody listens', () => {
  const { window, document, navigator } = fakeWindow();
  const environment = browserEnvironment(window);
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
