import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits, serverLimits } from '../../model/limits.ts';
import type { Presence } from '../../model/protocol.ts';
import { StillClock } from '../../tests/still-clock.ts';
import { PresenceRoster, type Member } from './roster.ts';

const value: Presence = { cursor: null, selection: [], editing: null, typing: false, idle: false };
const room = 'dashboards.d1';

interface Peer extends Member { readonly got: Record<string, unknown>[] }

function peer(name: string, color = 'p1'): Peer {
  const got: Record<string, unknown>[] = [];
  return { got, user: { id: name, name, color }, src: `src-${name}`, sink: null, takesOwn: false, send: (message) => { got.push(message as Record<string, unknown>); } };
}

function withRoster(): { roster: PresenceRoster; clock: StillClock; told: () => void } {
  const clock = new StillClock();
  return { clock, roster: new PresenceRoster(clock), told: () => { clock.advance(100); } };
}

const of = ({ got }: Peer, a: string): Record<string, unknown>[] => got.filter((message) => message['a'] === a);

test('PRESENCE-3 a newcomer gets the answer, then everybody’s value, then is asked for its own; the others get nothing', () => {
  const { roster, told } = withRoster();
  const [ana, ben, eve] = [peer('ana'), peer('ben'), peer('eve')];
  for (const each of [ana, ben]) {
    roster.join(room, each, 1);
    roster.set(room, each, each.user.id, value, 0);
  }
  told();
  ana.got.length = ben.got.length = 0;
  roster.join(room, eve, 7);
  assert.deepEqual(eve.got.map(({ a, id, seq }) => [a, id ?? seq]), [['ps', 7], ['p', 'ana'], ['p', 'ben'], ['pr', undefined]]);
  told();
  assert.deepEqual([...ana.got, ...ben.got], []);
});

test('PRESENCE-4 a value goes to the others stamped, and to its sender as the answer to its own number', () => {
  const { roster, told } = withRoster();
  const [ana, ben] = [peer('ana'), peer('ben')];
  for (const each of [ana, ben]) roster.join(room, each, 1);
  roster.set(room, ana, 'x', value, 41);
  told();
  assert.deepEqual(of(ben, 'p'), [{ a: 'p', ch: room, src: 'src-ana', id: 'x', p: { ...value, user: ana.user }, pv: 1 }]);
  assert.deepEqual(of(ana, 'p').map(({ id, pv }) => [id, pv]), [['x', 41]]);
});

test('PRESENCE-5 a client that begins anew under the same id is not taken for an older one', () => {
  const { roster, told } = withRoster();
  const [before, after, ben] = [peer('ana'), peer('ana'), peer('ben')];
  for (const each of [before, after, ben]) roster.join(room, each, 1);
  roster.set(room, before, 'x', value, 99);
  told();
  roster.set(room, after, 'x', { ...value, typing: true }, 0);
  told();
  assert.deepEqual(of(ben, 'p').map(({ pv }) => pv), [1, 2]);
  roster.drop(before);
  assert.equal(roster.people(room).length, 1, 'the value is the new socket’s now');
});

test('PRESENCE-6 nobody takes over somebody else’s presence', () => {
  const { roster } = withRoster();
  const [ana, ben] = [peer('ana'), peer('ben')];
  roster.set(room, ana, 'x', value, 0);
  assert.throws(() => { roster.set(room, ben, 'x', value, 5); }, { code: 'PRESENCE_INVALID' });
  assert.throws(() => { roster.set(room, ben, 'x', null, 5); }, { code: 'PRESENCE_INVALID' });
  assert.deepEqual(roster.people(room).map(({ id }) => id), ['ana']);
});

test('PRESENCE-7 a closed socket leaves at once, from every room', () => {
  const { roster, told } = withRoster();
  const [ana, ben] = [peer('ana'), peer('ben')];
  for (const channel of [room, 'dashboards.d2']) {
    roster.join(channel, ben, 1);
    roster.set(channel, ana, 'x', value, 0);
  }
  told();
  ben.got.length = 0;
  roster.drop(ana);
  told();
  assert.deepEqual(ben.got.map(({ ch, id, p, pv }) => [ch, id, p, pv]), [[room, 'x', null, 2], ['dashboards.d2', 'x', null, 3]], 'numbers count on over all rooms');
  assert.equal(roster.size, 0);
});

test('PRESENCE-8 a silent socket leaves after the timeout, one that gives signs stays', () => {
  const { roster, clock } = withRoster();
  const [ana, ben] = [peer('ana'), peer('ben')];
  for (const each of [ana, ben]) {
    roster.join(room, each, 1);
    roster.set(room, each, each.user.id, value, 0);
  }
  clock.time = limits.presenceTimeoutMs - 1;
  roster.sign(ben);
  roster.sweep();
  assert.equal(roster.people(room).length, 2);
  clock.time = limits.presenceTimeoutMs;
  roster.sweep();
  assert.deepEqual(roster.people(room).map(({ id }) => id), ['ben']);
});

test('PRESENCE-9 colors differ while there are colors left, are one for all sockets of a person, and are kept until they leave', () => {
  const { roster } = withRoster();
  const colorOf = (id: string): string | undefined => roster.people(room).find((user) => user.id === id)?.color;
  const [ana, ana2, ben, eve] = [peer('ana', 'p1'), peer('ana', 'p1'), peer('ben', 'p1'), peer('eve', 'p9')];
  roster.set(room, ana, 'a', value, 0);
  roster.set(room, ben, 'b', value, 0);
  roster.set(room, ana2, 'a2', value, 0);
  roster.set(room, eve, 'e', value, 0);
  assert.deepEqual(['ana', 'ben', 'eve'].map(colorOf), ['p1', 'p9', 'p11']);
  roster.drop(ana);
  roster.set(room, ben, 'b', value, 1);
  assert.deepEqual(['ana', 'ben', 'eve'].map(colorOf), ['p1', 'p9', 'p11'], 'Ana is still here with the other socket');
  for (let i = 0; i < 20; i++) roster.set(room, peer(`more${String(i)}`, 'p2'), `m${String(i)}`, value, 0);
  const colors = roster.people(room).map(({ color }) => color);
  assert.equal(new Set(colors).size, 12);
  assert.ok(colors.every((color) => /^p([1-9]|1[0-2])$/.test(color)));
});

test('PRESENCE-10 a person without access any more leaves with all sockets, and hears nothing more', () => {
  const { roster, told } = withRoster();
  const [ana, ben1, ben2] = [peer('ana'), peer('ben'), peer('ben')];
  for (const each of [ana, ben1, ben2]) roster.join(room, each, 1);
  roster.set(room, ben1, 'b', value, 0);
  told();
  ana.got.length = ben1.got.length = ben2.got.length = 0;
  roster.expel(room, 'ben');
  told();
  assert.deepEqual(ana.got.map(({ id, p }) => [id, p]), [['b', null]]);
  roster.set(room, ana, 'a', value, 0);
  told();
  assert.deepEqual([...ben1.got, ...ben2.got], []);
});

test('PRESENCE-11 values are few for a socket and bounded for a room', () => {
  const { roster } = withRoster();
  const ana = peer('ana');
  for (let i = 0; i < serverLimits.presencePerSocketMax; i++) roster.set(room, ana, `a${String(i)}`, value, 0);
  assert.throws(() => { roster.set(room, ana, 'more', value, 0); }, { code: 'PRESENCE_TOO_MANY' });
  roster.set(room, ana, 'a0', value, 1);
  const left = serverLimits.presenceRoomMax - serverLimits.presencePerSocketMax;
  for (let i = 0; i < left; i++) roster.set(room, peer(`p${String(i)}`), `p${String(i)}`, value, 0);
  assert.throws(() => { roster.set(room, peer('late'), 'late', value, 0); }, { code: 'PRESENCE_TOO_MANY' });
});

test('PRESENCE-12 leaving a room ends its messages and one’s own value', () => {
  const { roster, told } = withRoster();
  const [ana, ben] = [peer('ana'), peer('ben')];
  for (const each of [ana, ben]) {
    roster.join(room, each, 1);
    roster.set(room, each, each.user.id, value, 0);
  }
  told();
  ben.got.length = ana.got.length = 0;
  roster.leave(room, ben, 9);
  told();
  assert.deepEqual(ben.got, [{ a: 'pu', ch: room, seq: 9 }]);
  assert.deepEqual(ana.got.map(({ id, p }) => [id, p]), [['ben', null]]);
  roster.set(room, ana, 'ana', value, 1);
  told();
  assert.equal(ben.got.length, 1);
});

/** A peer whose socket takes what a room shares, and says what it was given in one go. */
interface Sharer extends Peer {
  readonly frames: string[][];
  isFull: boolean;
  drained: (() => void) | null;
}

function sharer(name: string, takesOwn: boolean): Sharer {
  const frames: string[][] = [];
  const one: Sharer = {
    ...peer(name), takesOwn, frames, isFull: false, drained: null,
    sink: {
      takesMore: () => true, sendShared: ({ texts }) => {
        if (!one.isFull) frames.push([...texts]);
        return !one.isFull;
      },
      onceDrained: (go: () => void) => { one.drained = go; },
    },
  };
  return one;
}

test('PRESENCE-13 however often values change, a room is told at most so often a second, of each value the latest', () => {
  const { roster, clock } = withRoster();
  const [ana, ben, eve] = [peer('ana'), peer('ben'), sharer('eve', true)];
  for (const each of [ana, ben, eve]) roster.join(room, each, 1);
  for (let ms = 0; ms < 1_000; ms++) {
    roster.set(room, ana, 'a', { ...value, cursor: { tab: 't', x: ms, y: 0 } }, ms);
    roster.set(room, ben, 'b', { ...value, cursor: { tab: 't', x: ms, y: 1 } }, ms);
    clock.advance(1);
  }
  clock.advance(100);
  assert.ok(eve.frames.length <= serverLimits.presenceFramesPerSecondMax + 2, `${String(eve.frames.length)} frames in a second`);
  assert.ok(eve.frames.every((frame) => frame.length <= 2));
  assert.equal((JSON.parse(eve.frames.at(-1)?.at(-1) ?? '') as { p: { cursor: { x: number } } }).p.cursor.x, 999);
});

test('PRESENCE-14 one who joins a room of 50 costs a frame for each who is there, and one for the newcomer', () => {
  const { roster, clock } = withRoster();
  const people = Array.from({ length: 50 }, (_, i) => sharer(`p${String(i)}`, true));
  for (const each of people) {
    roster.join(room, each, 1);
    roster.set(room, each, each.user.id, value, 0);
  }
  clock.advance(100);
  for (const each of people) each.frames.length = 0;
  const late = sharer('late', true);
  roster.join(room, late, 1);
  roster.set(room, late, 'late', value, 0);
  clock.advance(100);
  assert.deepEqual(people.map(({ frames }) => frames.length), Array(50).fill(1));
  // what it is sent itself in one turn leaves in one frame, see SOCK-11
  assert.equal(late.got.filter(({ a, id }) => a === 'p' && id !== 'late').length, 50);
});

test('PRESENCE-15 a stock client is not told its own value as news; ours is told the same as all', () => {
  const { roster, clock } = withRoster();
  const [stock, ours, other] = [sharer('stock', false), sharer('ours', true), sharer('other', false)];
  for (const each of [stock, ours, other]) roster.join(room, each, 1);
  for (const each of [stock, ours]) roster.set(room, each, each.user.id, value, 0);
  clock.advance(100);
  const ids = (frames: readonly string[][]): string[][] => frames.map((frame) => frame.map((text) => (JSON.parse(text) as { id: string }).id));
  assert.deepEqual([stock, ours, other].map(({ frames }) => ids(frames)), [[['ours']], [['stock', 'ours']], [['stock', 'ours']]]);
});

test('PRESENCE-16 one who was too far behind to be told gets the whole room when it has caught up', () => {
  const { roster, clock } = withRoster();
  const [ana, slow] = [peer('ana'), sharer('slow', true)];
  for (const each of [ana, slow]) roster.join(room, each, 1);
  slow.isFull = true;
  for (let i = 0; i < 5; i++) {
    roster.set(room, ana, 'a', { ...value, cursor: { tab: 't', x: i, y: 0 } }, i);
    clock.advance(100);
  }
  assert.deepEqual([slow.frames, of(slow, 'p')], [[], []]);
  slow.isFull = false;
  slow.drained?.();
  assert.deepEqual(of(slow, 'p').map(({ p }) => (p as { cursor: { x: number } }).cursor.x), [4]);
});

test('PRESENCE-22 a clock that is set an hour forward or back silences no room and drops nobody', () => {
  for (const jumpMs of [3_600_000, -3_600_000]) {
    const { roster, clock, told } = withRoster();
    const [ana, ben] = [peer('ana'), peer('ben')];
    for (const each of [ana, ben]) {
      roster.join(room, each, 1);
      roster.set(room, each, each.user.id, value, 0);
    }
    told();
    ben.got.length = 0;
    clock.jump(jumpMs);
    roster.sweep();
    assert.equal(roster.people(room).length, 2);
    roster.set(room, ana, 'ana', { ...value, typing: true }, 1);
    told();
    assert.deepEqual(of(ben, 'p').map(({ id, p }) => [id, (p as Presence).typing]), [['ana', true]]);
    // who leaves and comes back is not taken for older than before
    roster.set(room, ana, 'ana', null, 2);
    roster.set(room, ana, 'ana', value, 3);
    told();
    const numbers = of(ben, 'p').map(({ pv }) => pv as number);
    assert.deepEqual(numbers, numbers.toSorted((a, b) => a - b));
    clock.advance(limits.presenceTimeoutMs - 200);
    roster.sign(ben);
    clock.advance(200);
    roster.sweep();
    assert.deepEqual(roster.people(room).map(({ id }) => id), ['ben'], 'the silent are told from those who are not, as ever');
  }
});

test('PRESENCE-24 a socket is in no more rooms than the limit, whether it listens or only speaks; leaving one makes room', () => {
  const clock = new StillClock();
  const hits: string[] = [];
  const roster = new PresenceRoster(clock, { limits: { ...serverLimits, presenceRoomsPerSocketMax: 3 }, hit: (limit) => { hits.push(limit); } });
  const [ana, ben] = [peer('ana'), peer('ben')];
  roster.join('dashboards.a', ana, 1);
  roster.set('dashboards.a', ana, 'x', value, 0);
  roster.set('dashboards.b', ana, 'x', value, 0);
  roster.join('dashboards.c', ana, 1);
  assert.throws(() => { roster.join('dashboards.d', ana, 1); }, { code: 'PRESENCE_TOO_MANY' });
  assert.throws(() => { roster.set('dashboards.d', ana, 'x', value, 0); }, { code: 'PRESENCE_TOO_MANY' });
  assert.deepEqual([hits, roster.people('dashboards.d')], [['presenceRoomsPerSocketMax', 'presenceRoomsPerSocketMax'], []]);
  roster.join('dashboards.d', ben, 1);
  roster.leave('dashboards.c', ana, 2);
  roster.join('dashboards.d', ana, 3);
  roster.expel('dashboards.a', 'ana');
  roster.join('dashboards.e', ana, 4);
  assert.throws(() => { roster.join('dashboards.f', ana, 5); }, { code: 'PRESENCE_TOO_MANY' });
  roster.drop(ana);
  for (const channel of ['a', 'b', 'c']) roster.join(`dashboards.${channel}`, ana, 6);
});
