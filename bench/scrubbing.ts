/**
 * How smoothly a life of 50,000 ops is dragged over: a real browser, the hand from one end to the other and back. Prints how many moments a
 * second were shown, and how long the page took for a frame. Argument: ops (50,000).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BrowserPerson, launchBrowser } from '../tests/e2e/people.ts';
import { LightClient } from './light-client.ts';
import { coboard } from './peers.ts';
import { spread } from './statistics.ts';
import { runWriters } from './writers.ts';

const [opsWanted = 50_000] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'coboard-bench-'));
const server = await coboard('Coboard', `sqlite:${join(folder, 'scrubbing.db')}`, { withDataset: true });
const reader = await LightClient.open(server, 0);
for (let version = 0; version < opsWanted;) {
  await runWriters({ ...server, protocol: 'coboard.1', writers: 100, warmUpMs: 0, durationMs: 4_000 });
  const { data } = await reader.ask({ a: 'f', c: 'dashboards', d: reader.document }, ({ a }) => a === 'f');
  version = (data as { v: number }).v;
}
reader.close();
const browser = await launchBrowser();
const ana = await BrowserPerson.arrive(browser, new URL(server.url.replace(/^ws/, 'http')).origin, 'Ana');
await ana.openBoard(server.documents[0] ?? '', '?edit=1');
await ana.page.keyboard.press('h');
const slider = ana.page.getByRole('slider', { name: 'Moment' });
await slider.waitFor();
// the whole life is read
await ana.page.waitForFunction(() => document.querySelectorAll('app-life-scrubber .bar').length > 0);
await ana.page.waitForTimeout(2_000);

interface Seen { shown: number[]; frames: number[]; pointerId: number }

await ana.page.evaluate(() => {
  const seen = Object.assign(window as unknown as { seen: Seen }, { seen: { shown: [], frames: [], pointerId: 0 } }).seen;
  const track = document.querySelector('[role=slider][aria-label=Moment]');
  if (track === null) throw new Error('no scrubber');
  new MutationObserver(() => { seen.shown.push(performance.now()); }).observe(track, { attributes: true, attributeFilter: ['aria-valuenow'] });
  track.addEventListener('pointerdown', (event) => { seen.pointerId = (event as PointerEvent).pointerId; });
  const frame = (): void => {
    seen.frames.push(performance.now());
    requestAnimationFrame(frame);
  };
  frame();
});
const box = await slider.boundingBox();
if (box === null) throw new Error('no scrubber');
const y = box.y + box.height / 2;
const at = (share: number): number => box.x + 2 + share * (box.width - 6);
await ana.page.mouse.move(at(0.98), y);
await ana.page.mouse.down();
const begun = await ana.page.evaluate(() => performance.now());
// there and back in four seconds, a move for each frame: as a mouse does, and faster than a program outside of the page can
await ana.page.evaluate(([from, to, clientY]) => new Promise<void>((resolve) => {
  const { seen: { pointerId } } = window as unknown as { seen: Seen };
  const start = performance.now();
  const move = (): void => {
    const passed = (performance.now() - start) / 4_000;
    if (passed > 1) {
      resolve();
      return;
    }
    const clientX = to + (from - to) * Math.abs(1 - 2 * passed);
    document.querySelector('[role=slider][aria-label=Moment]')?.dispatchEvent(new PointerEvent('pointermove', { pointerId, clientX, clientY, buttons: 1, bubbles: true, isPrimary: true }));
    requestAnimationFrame(move);
  };
  move();
}), [at(0.98), at(0), y] as const);
const seen = await ana.page.evaluate((since) => {
  const { shown, frames } = (window as unknown as { seen: Seen }).seen;
  return { tookMs: performance.now() - since, shown: shown.filter((time) => time >= since), frames: frames.filter((time) => time >= since) };
}, begun);
await ana.page.mouse.up();
const gaps = (times: readonly number[]): number[] => times.slice(1).map((time, i) => time - (times[i] ?? 0));
const [moments, frames] = [spread(gaps(seen.shown)), spread(gaps(seen.frames))];
console.log(`dragged over ${opsWanted.toLocaleString('en')} ops in ${(seen.tookMs / 1_000).toFixed(1)} s: ${(seen.shown.length / (seen.tookMs / 1_000)).toFixed(1)} moments a second`);
console.log(`from one moment to the next: median ${moments.median.toFixed(1)} ms, p95 ${moments.p95.toFixed(1)} ms; frames of the page: median ${frames.median.toFixed(1)} ms, p95 ${frames.p95.toFixed(1)} ms`);
await browser.close();
await server.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(0);
