import { join } from 'node:path';
import { after } from 'node:test';
import type { Browser } from 'playwright-core';
import { ServerProcess } from '../server-process.ts';
import { scratchFolder } from '../test-server.ts';
import { BrowserPerson, launchBrowser, type Screen } from './people.ts';

/** A server and a browser for the tests of a file, and the people in it. Everything ends with the file. */
export interface Stage {
  readonly url: string;
  /** The store's address, and the folder that it lies in. */
  readonly store: string;
  readonly folder: string;
  readonly browser: Browser;
  /** Somebody with a window of their own; they leave at the end. */
  readonly arrive: (name: string, screen?: Screen) => Promise<BrowserPerson>;
}

/** Starts a server of its own, as `npm start` runs it, and a browser. `options` are further ones of the server. */
export async function setStage(options: readonly string[] = []): Promise<Stage> {
  const folder = scratchFolder();
  const store = `sqlite:${join(folder.path, 'coboard.db')}`;
  const [server, browser] = await Promise.all([
    ServerProcess.start(['--port', '0', '--store', store, '--log-level', 'error', ...options]),
    launchBrowser(),
  ]);
  after(async () => {
    await browser.close();
    await server.signal('SIGTERM');
    folder.remove();
  });
  return { url: server.url, store, folder: folder.path, browser, arrive: (name, screen) => BrowserPerson.arrive(browser, server.url, name, screen) };
}
