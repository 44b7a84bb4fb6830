/** `npm run top`: what a running server does, in a terminal. Reads its `/metrics` every second. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseMetrics, type Metrics } from './top/parse-metrics.ts';
import { screen } from './top/screen.ts';

const url = process.argv[2] ?? 'http://127.0.0.1:4400';
const everyMs = 1_000;

async function read(): Promise<Metrics> {
  const response = await fetch(new URL('/metrics', url), { signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`${String(response.status)} ${response.statusText}`);
  return parseMetrics(await response.text(), performance.now());
}

let before: Metrics | null = null;
for (;;) {
  let lines: string;
  try {
    const now = await read();
    lines = screen(url, before ?? now, now);
    before = now;
  } catch (error) {
    lines = `${url} does not answer: ${error instanceof Error ? error.message : String(error)}\n`;
    before = null;
  }
  // from the top left, and nothing of what stood there before
  process.stdout.write(process.stdout.isTTY ? `\u001b[H\u001b[2J${lines}` : `${lines}\n`);
  await sleep(everyMs);
}
