import type { Browser, WebSocketRoute } from 'playwright-core';
import { closeCodes } from '../model/errors.ts';
import { BrowserPerson, type Screen } from '../tests/e2e/people.ts';
import type { ServerProcess } from '../tests/server-process.ts';

/** What a state of the connection is made with. */
interface Scene {
  readonly ana: BrowserPerson;
  readonly ben: BrowserPerson;
  readonly server: ServerProcess;
  readonly id: string;
  /** Types a title, so that there is something that is not saved. */
  readonly type: (title: string) => Promise<void>;
  /** Opens the board again, with this in place of the live connection. */
  readonly instead: (route: (socket: WebSocketRoute) => void) => Promise<void>;
}

interface State {
  readonly name: string;
  /** What the bar is called then. */
  readonly compact: RegExp;
  readonly make: (scene: Scene) => Promise<void>;
  /** The server is gone afterwards. */
  readonly endsServer?: boolean;
}

const loud = async ({ ana }: Scene): Promise<void> => { await ana.page.locator('cb-connection-status .pill').first().click(); };

/** Every state of the connection that a person can be in, and how it comes about in a real browser. */
const states: readonly State[] = [
  { name: 'saved', compact: /^Saved, connection$/, make: loud },
  {
    name: 'sending', compact: /^Saving 1, connection$/,
    async make({ instead, type, ana }) {
      await instead((socket) => {
        const server = socket.connectToServer();
        socket.onMessage((message) => { if (!String(message).includes('"a":"op"')) server.send(message); });
      });
      await type('Launch week, on its way');
      await ana.page.getByText('Slow connection.').waitFor();
    },
  },
  {
    name: 'connecting', compact: /^Connecting, connection$/,
    async make({ instead, ana }) {
      // it opens, and nobody says a word
      await instead(() => undefined);
      await ana.page.getByText('The server cannot be reached yet.').waitFor();
    },
  },
  { name: 'slower', compact: /^Saved, slower route, connection$/, make: async (scene) => { await scene.instead((socket) => { void socket.close({ code: 1011 }); }); await scene.ana.page.getByText('Saved, slower route').first().waitFor({ timeout: 60_000 }); await loud(scene); } },
  { name: 'offline', compact: /^Offline · 1 edit kept here, connection$/, make: async ({ ana, type }) => { await ana.goOffline(); await type('Launch week, written in a tunnel'); } },
  {
    name: 'offline-start', compact: /^Offline/,
    async make({ ana, type }) {
      await ana.page.evaluate(() => navigator.serviceWorker.ready);
      await ana.goOffline();
      await type('Launch week, written in a tunnel');
      await ana.page.waitForTimeout(500);
      await ana.page.reload();
      await ana.widget('Sales').waitFor();
    },
  },
  {
    name: 'paused', compact: /^Paused by you, connection$/,
    async make(scene) {
      await loud(scene);
      await scene.ana.page.getByRole('button', { name: 'Pause' }).click();
    },
  },
  { name: 'signed-out', compact: /^Sign in again, connection$/, make: async ({ ana }) => { await ana.call('DELETE', '/api/session'); } },
  {
    name: 'no-access', compact: /^No access, connection$/,
    async make({ ana, ben, id, type }) {
      await ana.goOffline();
      await type('Launch week, too late');
      const { people } = await ben.call<{ people: object }>('GET', `/api/dashboards/${id}/access`);
      await ben.call('PUT', `/api/dashboards/${id}/access`, { everyone: null, people });
      await ana.goOnline();
    },
  },
  { name: 'refused', compact: /^Not connected, connection$/, make: async ({ instead }) => { await instead((socket) => { void socket.close({ code: closeCodes.originRefused }); }); } },
  { name: 'too-old', compact: /^Reload to go on, connection$/, make: async ({ instead }) => { await instead((socket) => { void socket.close({ code: closeCodes.clientTooOld }); }); } },
  {
    name: 'restarting', compact: /^Reconnecting, connection$/, endsServer: true,
    async make({ server, ana }) {
      await server.signal('SIGTERM');
      await ana.page.getByText('The server is restarting.').waitFor({ timeout: 30_000 });
    },
  },
  {
    name: 'waiting', compact: /^Reconnecting in \d+ s, connection$/, endsServer: true,
    async make({ server, type, ana }) {
      await server.signal('SIGKILL');
      await type('Launch week, kept');
      await ana.page.getByText('Connection lost.').waitFor({ timeout: 30_000 });
    },
  },
  {
    name: 'needs-your-eye', compact: /^Saved, connection$/,
    async make({ ana, ben, id, type }) {
      await ana.goOffline();
      await type('Autumn in Spain');
      await ben.openBoard(id, '?edit=1');
      const title = ben.page.getByLabel('Title of the dashboard');
      await title.fill('Week of the launch');
      await title.press('Enter');
      await ben.page.getByText('Saved', { exact: true }).first().waitFor();
      await ana.goOnline();
      await ana.page.getByRole('button', { name: /^Needs your eye/ }).click({ timeout: 30_000 });
      await ana.page.getByRole('list', { name: 'What needs your eye' }).getByRole('listitem').first().waitFor();
    },
  },
  {
    name: 'not-taken', compact: /^Saved, connection$/,
    async make({ ana, ben, id, type }) {
      await ana.goOffline();
      await type('Launch week, my way');
      const { people } = await ben.call<{ people: object }>('GET', `/api/dashboards/${id}/access`);
      await ben.call('PUT', `/api/dashboards/${id}/access`, { everyone: 'viewer', people });
      await ana.goOnline();
      await ana.page.getByRole('button', { name: /^Needs your eye/ }).click({ timeout: 30_000 });
      await ana.page.getByRole('list', { name: 'Edits that were not taken' }).getByRole('listitem').first().waitFor();
    },
  },
];

/** Takes a picture of the board in every state of the connection, of the panel with a conflict and with a refused edit, and of a start offline. */
export async function connectionScreenshots(browser: Browser, looks: readonly (readonly [name: string, screen: Screen])[], startServer: () => Promise<ServerProcess>, save: (person: BrowserPerson, name: string) => Promise<void>): Promise<void> {
  let server = await startServer();
  for (const [look, screen] of looks) {
    for (const { name, compact, make, endsServer } of states) {
      const ben = await BrowserPerson.arrive(browser, server.url, 'Ben');
      const id = await ben.create('Launch week', 'sales-overview');
      const ana = await BrowserPerson.arrive(browser, server.url, 'Ana', screen);
      await ana.openBoard(id, '?edit=1');
      await ana.page.getByText('Saved', { exact: true }).first().waitFor();
      // what is kept on the device is written behind
      await ana.page.waitForTimeout(2_500);
      const field = ana.page.getByLabel('Title of the dashboard');
      const scene: Scene = {
        ana, ben, server, id,
        async type(title) {
          await field.fill(title);
          await field.press('Enter');
        },
        async instead(route) {
          await ana.page.routeWebSocket(/\/sync/, route);
          await ana.openBoard(id, '?edit=1');
        },
      };
      await make(scene);
      await ana.page.getByRole('button', { name: compact }).first().waitFor({ timeout: 30_000 });
      await save(ana, `connection-${name}-${look}`);
      await ana.leave();
      await ben.leave();
      if (endsServer === true) server = await startServer();
    }
  }
  await server.signal('SIGTERM');
}
