import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bearerSockets } from './socket.ts';

test('CONN-29 outside of a browser a socket carries the token of the moment in a header, and none where there is none', () => {
  const opened: unknown[][] = [];
  class HeaderSocket {
    readonly url: string;

    constructor(url: string, protocols: string[], options: { headers: Record<string, string> }) {
      this.url = url;
      opened.push([url, protocols, options]);
    }
  }
  let token: string | null = 'first';
  const open = bearerSockets(HeaderSocket, () => token);
  open('ws://coboard.test/sync', ['coboard.v1']);
  token = 'renewed';
  open('ws://coboard.test/sync', ['coboard.v1']);
  token = null;
  open('ws://coboard.test/sync', []);
  assert.deepEqual(opened, [
    ['ws://coboard.test/sync', ['coboard.v1'], { headers: { authorization: 'Bearer first' } }],
    ['ws://coboard.test/sync', ['coboard.v1'], { headers: { authorization: 'Bearer renewed' } }],
    ['ws://coboard.test/sync', [], { headers: {} }],
  ]);
});
