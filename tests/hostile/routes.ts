import { pollingPath } from '../../model/protocol.ts';
import type { Route } from '../../server/transport/http-server.ts';
import { startServer } from '../test-server.ts';

/** What answers without a session, and why that is right. */
export const openRoutes: Readonly<Record<string, string>> = {
  'GET /healthz': 'tells that the process lives, and nothing else',
  'GET /readyz': 'tells whether the store answers; limited by address',
  'GET /metrics': 'numbers that tell nothing about anybody; limited by address',
  'GET /api/config': 'what the sign-in screen needs',
  'POST /api/session': 'signs in',
  'GET /api/session': 'asking who one is, is no offence: 204 for nobody',
  'DELETE /api/session': 'forgets the cookie',
};

export const nameOf = ({ method, url }: Route): string => `${method} ${url}`;

/** Every route of the server that needs a session: all that are not named as open. The polling endpoint has cases of its own. */
export async function guardedRoutes(): Promise<readonly Route[]> {
  const server = await startServer();
  await server.stop();
  const asked = server.routes.filter(({ method, url }) => method !== 'HEAD' && url !== pollingPath);
  return asked.filter((route) => openRoutes[nameOf(route)] === undefined);
}

/** The address of a route, about this dashboard. @throws Error for a part that nobody has said what stands for */
export const addressOn = ({ url }: Route, id: string): string => url.replace(/:(\w+)/g, (_, name: string) => {
  const part = { id, v: '1', user: 'ana' }[name];
  if (part === undefined) throw new Error(`what stands for :${name} in ${url}?`);
  return part;
});
