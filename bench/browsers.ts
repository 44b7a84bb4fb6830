import type { Page } from 'playwright-core';
import { BrowserPerson, launchBrowser } from '../tests/e2e/people.ts';
import { measureLatency, type Load } from './latency.ts';
import type { Peer } from './peers.ts';

/** When a letter was typed in the one browser, and when it stood in the other, in ms. */
export interface BrowserLatencies {
  /** Until the other page's text has changed. */
  readonly changed: readonly number[];
  /** Until the frame after that: until it can be seen. */
  readonly shown: readonly number[];
}

interface Marks {
  marks: Record<string, number>;
  frames: Record<string, number>;
}

/** Notes, by the text that then stands there, when an element's text or a field's value changed. Both pages share the machine's clock. */
function watch(page: Page, selector: string): Promise<void> {
  return page.evaluate((wanted) => {
    const notes = Object.assign(window as unknown as Marks, { marks: {}, frames: {} });
    const now = (): number => performance.timeOrigin + performance.now();
    const element = document.querySelector(wanted);
    if (element === null) throw new Error(`no ${wanted}`);
    const note = (): void => {
      const text = element instanceof HTMLInputElement ? element.value : element.textContent;
      notes.marks[text] ??= now();
      requestAnimationFrame(() => {
        notes.frames[text] ??= now();
      });
    };
    if (element instanceof HTMLInputElement) element.addEventListener('input', note, { capture: true });
    else new MutationObserver(note).observe(element, { subtree: true, childList: true, characterData: true });
  }, selector);
}

/**
 * The time from a key in one browser to the letter in another, on a board that 50 headless clients have open, five of them editing
 * it. Browsers, clients and server share the machine.
 */
export async function measureBrowsers(peer: Peer, load: Load): Promise<BrowserLatencies> {
  const url = new URL(peer.url.replace(/^ws/, 'http')).origin;
  const browser = await launchBrowser();
  try {
    const [ana, ben] = [await BrowserPerson.arrive(browser, url, 'Ana'), await BrowserPerson.arrive(browser, url, 'Ben')];
    await ben.openBoard(peer.documents[0] ?? '');
    await ana.openBoard(peer.documents[0] ?? '', '?edit=1');
    await ana.widget('Sign-ups today').click({ position: { x: 60, y: 20 } });
    await ana.page.keyboard.press('Enter');
    const field = ana.page.locator('#editor-title');
    await field.fill('');
    const widget = (await ana.widget('KPI').getAttribute('data-widget')) ?? '';
    await ben.widget('KPI').waitFor();
    await watch(ana.page, '#editor-title');
    await watch(ben.page, `[data-widget="${widget}"] h2`);
    const crowd = measureLatency(peer, load);
    const everyMs = 120;
    await field.pressSequentially('abcdefghijklmnopqrstuvwxyz'.repeat(Math.max(1, Math.floor(load.durationMs / everyMs / 26))), { delay: everyMs });
    await crowd;
    const typed = await ana.page.evaluate(() => (window as unknown as Marks).marks);
    const seen = await ben.page.evaluate(() => ({ marks: (window as unknown as Marks).marks, frames: (window as unknown as Marks).frames }));
    const since = (times: Record<string, number>): number[] => Object.entries(typed).flatMap(([text, at]) => (times[text] === undefined ? [] : [times[text] - at]));
    return { changed: since(seen.marks), shown: since(seen.frames) };
  } finally {
    await browser.close();
  }
}
