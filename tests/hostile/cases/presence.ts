import { limits, serverLimits } from '../../../model/limits.ts';
import { allowed, message } from '../attacks.ts';
import type { HostileCase, World } from '../world.ts';

const says = (p: unknown, more: object = {}) => (world: World): object => ({ a: 'p', ch: `dashboards.${world.mine}`, id: 'me', pv: 1, p, ...more });

export const presenceCases: readonly HostileCase[] = [
  message('presence that is a text', 'PRESENCE_INVALID', says('hello')),
  message('presence that is a list', 'PRESENCE_INVALID', says([])),
  message('presence that is a number', 'PRESENCE_INVALID', says(1)),
  message('presence with a key of its own', 'PRESENCE_INVALID', says({ evil: 1 })),
  message('presence in somebody else’s name', 'PRESENCE_INVALID', says({ user: { id: 'ana' } })),
  message('presence with a key __proto__', 'PRESENCE_INVALID', (world) => `{"a":"p","ch":"dashboards.${world.mine}","id":"me","pv":1,"p":{"__proto__":{"x":1},"x":1}}`),
  message('a cursor nowhere', 'PRESENCE_INVALID', says({ cursor: { tab: 't', x: 1e9, y: 0 } })),
  message('a cursor that is a text', 'PRESENCE_INVALID', says({ cursor: 'here' })),
  message('a cursor without a tab', 'PRESENCE_INVALID', says({ cursor: { x: 1, y: 1 } })),
  message('a cursor on a tab __proto__', 'PRESENCE_INVALID', says({ cursor: { tab: '__proto__', x: 1, y: 1 } })),
  message('a selection of too many', 'PRESENCE_INVALID', says({ selection: Array.from({ length: limits.presenceSelectionMax + 1 }, (_, i) => `w${String(i)}`) })),
  message('a selection of 50,000', 'PRESENCE_INVALID', says({ selection: Array.from({ length: 50_000 }, () => 'w') })),
  message('a selection of objects', 'PRESENCE_INVALID', says({ selection: [{}] })),
  message('a caret at half a place', 'PRESENCE_INVALID', says({ editing: { widget: 'w', field: 'text', caret: [0.5, 1] } })),
  message('a field of 100,000 letters', 'PRESENCE_INVALID', says({ editing: { widget: 'w', field: 'x'.repeat(100_000) } })),
  message('a widget dragged to infinity', 'PRESENCE_INVALID', (world) => `{"a":"p","ch":"dashboards.${world.mine}","id":"me","pv":1,"p":{"dragging":{"widget":"w","x":1e999,"y":0,"w":1,"h":1}}}`),
  message('typing that is a text', 'PRESENCE_INVALID', says({ typing: 'yes' })),
  message('presence without a number', 'MESSAGE_INVALID', says({}, { pv: undefined })),
  message('presence with a negative number', 'MESSAGE_INVALID', says({}, { pv: -1 })),
  message('a presence id __proto__', 'MESSAGE_INVALID', says({}, { id: '__proto__' })),
  message('a presence id that is an object', 'MESSAGE_INVALID', says({}, { id: {} })),
  message('a presence id that is too long', 'MESSAGE_INVALID', says({}, { id: 'x'.repeat(101) })),
  message('presence of a document type', 'MESSAGE_INVALID', says({}, { c: 'dashboards', d: 'x', v: 1, t: 'json0' })),
  message('presence in one that is not shared', 'NOT_FOUND', (world) => says({}, { ch: `dashboards.${world.hidden}` })(world)),
  message('presence in one that there is not', 'NOT_FOUND', says({}, { ch: 'dashboards.nowhere' })),
  message('presence in the channel of the server', 'COLLECTION_UNKNOWN', says({}, { ch: '__server' })),
  {
    name: 'an eleventh presence on one socket', expected: 'PRESENCE_TOO_MANY',
    run: (world) => world.withClient(async (client) => {
      let code = 'ok';
      for (let i = 0; i <= serverLimits.presencePerSocketMax; i++) {
        const { error } = await client.ask(says({}, { id: `p${String(i)}` })(world), ({ a }) => a === 'p');
        code = (error as { code?: string } | undefined)?.code ?? 'ok';
      }
      return code;
    }),
  },
  {
    name: 'a presence id that somebody else holds', expected: 'PRESENCE_INVALID',
    run: async (world) => {
      const shared = await world.ana.create('Shared');
      await world.ana.share(shared, { everyone: 'viewer' });
      const hers = `{"a":"p","ch":"dashboards.${shared}","id":"hers","pv":1,"p":{}}`;
      const { StockClient } = await import('../../stock-client.ts');
      const ana = new StockClient(world.ana);
      await ana.connected();
      await ana.ask(hers, ({ a }) => a === 'p');
      try {
        return await world.withClient(async (client) => {
          const { error } = await client.ask(hers, ({ a }) => a === 'p');
          return (error as { code?: string } | undefined)?.code ?? 'ok';
        });
      } finally {
        await ana.close();
      }
    },
  },
  allowed('presence of one that may only be seen', (world) => says({}, { ch: `dashboards.${world.seen}` })(world)),
  allowed('the end of presence in one that is not shared', ({ hidden }) => ({ a: 'pu', ch: `dashboards.${hidden}`, seq: 1 })),
];
