import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

const { findChromium, flags } = createRequire(import.meta.url)(join(import.meta.dirname, '../../tools/chromium.cjs')) as { findChromium: () => string; flags: string[] };

export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
  readonly touch?: boolean;
}

export const desktop: Screen = { width: 1440, height: 900 };
export const phone: Screen = { width: 390, height: 844, touch: true };
export const tablet: Screen = { width: 820, height: 1_180, touch: true };

export const launchBrowser = (): Promise<Browser> => chromium.launch({ executablePath: findChromium(), args: flags, headless: true });

/** Somebody with a browser window of their own, signed in. */
export class BrowserPerson {
  readonly name: string;
  readonly page: Page;
  /** What the console said that it should not: errors and warnings of the page itself. */
  readonly complaints: string[] = [];
  private readonly context: BrowserContext;
  private readonly url: string;

  private constructor(name: string, url: string, context: BrowserContext, page: Page) {
    this.name = name;
    this.url = url;
    this.context = context;
    this.page = page;
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      const words = message.text();
      // the app's worker took over between the two, and it is loaded once more
      const isTakenOver = words.includes('cross-world service worker resource mismatch');
      // it says how slow the machine is
      const isLate = words.includes('was preloaded using link preload but not used within a few seconds');
      if ((message.type() === 'error' || message.type() === 'warning') && !isTakenOver && !isLate) this.complaints.push(`${words} (${message.location().url})`);
    });
  }

  /** Opens a window and signs in over the API, as a reload of someone who was here before would. */
  static async arrive(browser: Browser, url: string, name: string, screen: Screen = desktop): Promise<BrowserPerson> {
    const person = await BrowserPerson.stranger(browser, url, name, screen);
    await person.context.request.post(`${url}/api/session`, { data: { name } });
    return person;
  }

  /** Opens a window without signing in. */
  static async stranger(browser: Browser, url: string, name: string, { width, height, dark = false, touch = false }: Screen = desktop): Promise<BrowserPerson> {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light', hasTouch: touch, deviceScaleFactor: touch ? 2 : 1, locale: 'en-GB' });
    return new BrowserPerson(name, url, context, await context.newPage());
  }

  /** Calls the REST API as this person; the answer's JSON. */
  async call<T>(method: string, path: string, data?: unknown): Promise<T> {
    const answer = await this.context.request.fetch(this.url + path, { method, ...(data === undefined ? {} : { data }) });
    if (!answer.ok()) throw new Error(`${method} ${path}: ${String(answer.status())} ${await answer.text()}`);
    const text = await answer.text();
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  /** Creates a dashboard that everybody signed in may edit. */
  async create(title: string, template: string): Promise<string> {
    const { id } = await this.call<{ id: string }>('POST', '/api/dashboards', { title, template });
    const access = await this.call<{ people: object }>('GET', `/api/dashboards/${id}/access`);
    await this.call('PUT', `/api/dashboards/${id}/access`, { everyone: 'editor', people: access.people });
    return id;
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.url + path);
  }

  /** Opens a dashboard and waits until it is there. */
  async openBoard(id: string, query = ''): Promise<void> {
    await this.open(`/d/${id}${query}`);
    await this.page.locator('app-board-grid').waitFor({ state: 'attached' });
  }

  /** A widget on the board by its title. */
  widget(title: string): ReturnType<Page['locator']> {
    return this.page.locator(`section[data-widget][aria-label="${title}"]`);
  }

  /** Cuts the window, and the app's worker with it, off the network. */
  goOffline(): Promise<void> {
    return this.context.setOffline(true);
  }

  goOnline(): Promise<void> {
    return this.context.setOffline(false);
  }

  async leave(): Promise<void> {
    await this.context.close();
  }
}
