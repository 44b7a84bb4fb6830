import { connect } from 'node:net';
import { serverLimits } from '../../../model/limits.ts';
import { PollingClient } from '../../polling-client.ts';
import { request } from '../attacks.ts';
import type { Answer, HostileCase, World } from '../world.ts';

const path = '/sync/poll?EIO=4&transport=polling';
const protocol = { 'coboard-protocol': 'coboard.1' };
const ours = { headers: protocol };

interface Ask {
  readonly method?: string;
  readonly address?: string;
  readonly headers?: Record<string, string>;
  readonly body?: RequestInit['body'];
}

/** One request in a session of Ben's; its code or status. */
async function ask(client: PollingClient, { method = 'GET', address = client.address, headers = {}, body }: Ask): Promise<Answer> {
  const answer = await fetch(address, { method, headers: { ...client.headers, ...(body === undefined ? {} : { 'content-type': 'text/plain' }), ...headers }, ...(body === undefined ? {} : { body, duplex: 'half' as const }) });
  const text = await answer.text();
  return answer.ok || !text.startsWith('{') ? answer.status : (JSON.parse(text) as { error: { code: string } }).error.code;
}

/** An attack within a session of Ben's. */
const within = (name: string, expected: Answer, run: (client: PollingClient, world: World) => Promise<Answer>): HostileCase => ({
  name, expected, run: async (world) => run(await PollingClient.open(world.ben), world),
});

/** What closes the session, with its close code. */
const closing = (name: string, expected: Answer, messages: () => readonly string[]): HostileCase => within(name, expected, async (client) => {
  await client.post(...messages());
  return (await client.closeCode()) ?? 'open';
});

const tooLarge = 2 * serverLimits.messageBytesMax + 1;

export const pollingCases: readonly HostileCase[] = [
  // opening one
  request('nobody', 'SIGN_IN_REQUIRED', { path, ...ours, token: null }),
  request('a token in the address', 'SIGN_IN_REQUIRED', { path: ({ ben }) => `${path}&token=${ben.token}`, ...ours, token: null }),
  request('a token that is none', 'SESSION_INVALID', { path, ...ours, token: 'x.y.z' }),
  request('a page of another site', 'ORIGIN_REFUSED', { path, headers: { ...protocol, origin: 'https://evil.example' } }),
  request('a page of no site', 'ORIGIN_REFUSED', { path, headers: { ...protocol, origin: 'null' } }),
  request('a script element of another site', 'REQUEST_INVALID', { path }),
  request('somebody else', 'SIGN_IN_REQUIRED', { path: ({ ana }) => `${path}&user=${ana.user.id}`, ...ours }),
  request('an older version', 'REQUEST_INVALID', { path: '/sync/poll?EIO=3&transport=polling', ...ours }),
  request('another transport', 'REQUEST_INVALID', { path: '/sync/poll?EIO=4&transport=webtransport', ...ours }),
  request('two transports', 'REQUEST_INVALID', { path: `${path}&transport=websocket`, ...ours }),
  request('a prototype for a query', 'REQUEST_INVALID', { path: '/sync/poll?__proto__[EIO]=4&__proto__[transport]=polling', ...ours }),
  request('another method', 'METHOD_NOT_ALLOWED', { method: 'DELETE', path, ...ours }),
  request('a body of JSON', 'MEDIA_TYPE_UNSUPPORTED', { method: 'POST', path, ...ours, body: { a: 'pp' } }),
  // sessions of others, and none
  request('a session that there is not', 'NOT_FOUND', { path: `${path}&sid=AAAAAAAAAAAAAAAAAAAA`, ...ours }),
  request('a session named like a method', 'NOT_FOUND', { path: `${path}&sid=__proto__`, ...ours }),
  request('a session without end', 'REQUEST_INVALID', { path: `${path}&sid=${'x'.repeat(10_000)}`, ...ours }),
  within("somebody else's session, to hear", 'NOT_FOUND', async (client, { ana }) => ask(client, { address: (await PollingClient.open(ana)).address })),
  within("somebody else's session, to speak", 'NOT_FOUND', async (client, { ana }) => ask(client, { method: 'POST', address: (await PollingClient.open(ana)).address, body: '4{"a":"pp"}' })),
  within("one's own and somebody else's session", 'REQUEST_INVALID', async (client, { ana }) => ask(client, { address: `${client.address}&sid=${(await PollingClient.open(ana)).sid}` })),
  within("one's own session, signed out", 'SIGN_IN_REQUIRED', (client) => ask(client, { headers: { authorization: '' } })),
  within("one's own session, from another site", 'ORIGIN_REFUSED', (client) => ask(client, { method: 'POST', headers: { origin: 'https://evil.example' }, body: '4{"a":"pp"}' })),
  // bodies
  within('a body that is too large', 'MESSAGE_TOO_LARGE', (client) => ask(client, { method: 'POST', body: `4${'x'.repeat(tooLarge)}` })),
  within('a body that is too large and does not say so', 413, (client) => ask(client, { method: 'POST', body: new Blob(['4', 'x'.repeat(tooLarge)]).stream() })),
  within('a body of bytes', 'MEDIA_TYPE_UNSUPPORTED', (client) => ask(client, { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: '4{"a":"pp"}' })),
  within('a packet of a kind that there is not', 200, (client) => ask(client, { method: 'POST', body: '9x' })),
  within('a heartbeat in the wrong direction', 200, (client) => ask(client, { method: 'POST', body: '2' })),
  closing('what is no JSON', 4400, () => ['{"a":']),
  closing('an empty message', 4400, () => ['']),
  closing('a list', 4400, () => ['[{"a":"pp"}]']),
  closing('maps in maps, 100,000 deep', 4400, () => ['{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)]),
  closing('a message that is too large', 4413, () => [`{"a":"pp","x":"${'x'.repeat(serverLimits.messageBytesMax)}"}`]),
  closing('a flood in one body', 4429, () => Array.from({ length: serverLimits.messagesBurstMax * 2 }, () => '{"a":"pp"}')),
  within('a million empty packets', 4429, async (client) => {
    await ask(client, { method: 'POST', body: `4${'\u001e4'.repeat(1_000_000)}` });
    return (await client.closeCode()) ?? 'open';
  }),
  within('two polls at once', 'REQUEST_INVALID', async (client) => {
    await client.poll();
    const hanging = ask(client, {}).catch(() => 'cut');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const second = await ask(client, {});
    await hanging;
    return second;
  }),
  within('a body that ends in the middle', 'NOT_FOUND', async (client) => {
    const { hostname, port, pathname, search } = new URL(client.address);
    const socket = connect(Number(port), hostname);
    const head = Object.entries({ Host: `${hostname}:${port}`, ...client.headers, 'Content-Type': 'text/plain', 'Content-Length': '1000' }).map(([name, value]) => `${name}: ${value}`);
    socket.write([`POST ${pathname}${search} HTTP/1.1`, ...head, '', '4{"a":'].join('\r\n'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
    return ask(client, {});
  }),
];
