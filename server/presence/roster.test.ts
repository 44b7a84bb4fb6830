import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../model/limits.ts';
import type { Presence } from '../../model/protocol.ts';
import { PresenceRoster, type Member } from './roster.ts';

const value: Presence = { cursor: null, selection: [], editing: null, typing: false, idle: false };
const room = 'dashboards.d1';

interface Peer extends Member { readonly got: Record<string, unknown>[] }

function peer(name: string, color = 'p1'): Peer {
  const got: Record<string, unknown>[] = [];
  return { got, user: { id: name, name, color }, src: `src-${name}`, send: (message) => { got.push(message as Record<string, unknown>); } };
}

function withRoster(): { roster: PresenceRoster; clock: { now: number } } {
  const clock = { now: 0 };
  return { clock, roster: new PresenceRoster(() => clock.now) };
}

const of = ({ got }: Peer, a: string): Record<string, unknown>[] => got.filter((message) => message['a'] === a);

test('PRESENCE-3 a newcomer gets the answer, then everybody’s value, then is asked for its own; the others get nothing', () => {
  const { roster } = withRoster();
  const [ana, ben, eve] = [peer('ana'), peer('ben'), peer('eve')];
  for (const each of [ana, ben]) {
    roster.join(room, each, 1);
    roster.set(room, each, each.user.id, value, 0);
  }
  ana.got.length = ben.got.length = 0;
  roster.join(room, eve, 7);
  assert.deepEqual(eve.got.map(({ a, id, seq }) => [a, id ?? seq]), [['ps', 7], ['p', 'ana'], ['p', 'ben'], ['pr', undefined]]);
  assert.deepEqual([...ana.got, ...ben.got], []);
});

test('PRESENCE-4 a value goes to the others stamped, and to its sender as the answer to its own number', () => {
  const { roster } = withRoster();
  const [ana, ben] = [peer('ana'), peer('ben')];
  for (const each of [ana, ben]) roster.join(room, each, 1);
  roster.set(room, ana, 'x', value, 41);
  assert.deepEqual(of(ben, 'p'), [{ a: 'p', ch: room, src: 'src-ana', id: 'x', p: { ...value, user: ana.user }, pv: 1 }]);
  assert.deepEqual(of(ana, 'p').map(({ id, pv }) => [id, pv]), [['x', 41]]);
});

test('PRESENCE-5 a client that begins anew under the same id is not taken for an older one', () => {
  const { roster } = withRoster();
  const [before, after, ben] = [peer('ana'), peer('ana'), peer('ben')];
  for (const each of [before, after, ben]) roster.join(room, each, 1);
  roster.set(room, before, 'x', value, 99);
  roster.set(room, after, 'x', { ...value, typing: true }, 0);
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
  const { roster } = withRoster();
  const [ana, ben] = [peer('ana'), peer('ben')];
  for (const channel of [room, 'dashboards.d2']) {
    roster.join(channel, ben, 1);
    roster.set(channel, ana, 'x', value, 0);
  }
  ben.got.length = 0;
  roster.drop(ana);
  assert.deepEqual(ben.got.map(({ ch, id, p, pv }) => [ch, id, p, pv]), [[room, 'x', null, 2], ['dashboards.d2', 'x', null, 2]]);
  assert.equal(roster.size, 0);
});

test('PRESENCE-8 a silent socket leaves after the timeout, one that gives signs stays', () => {
  const { roster, clock } = withRoster();
  const [ana, ben] = [peer('ana'), peer('ben')];
  for (const each of [ana, ben]) {
    roster.join(room, each, 1);
    roster.set(room, each, each.user.id, value, 0);
  }
  clock.now = limits.presenceTimeoutMs - 1;
  roster.sign(ben);
  roster.sweep();
  assert.equal(roster.people(room).length, 2);
  clock.now = limits.presenceTimeoutMs;
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
  const { roster } = withRoster();
  const [ana, ben1, ben2] = [peer('ana'), peer('ben'), peer('ben')];
  for (const each of [ana, ben1, ben2]) roster.join(room, each, 1);
  roster.set(room, ben1, 'b', value, 0);
  ana.got.length = ben1.got.length = ben2.got.length = 0;
  roster.expel(room, 'ben');
  assert.deepEqual(ana.got.map(({ id, p }) => [id, p]), [['b', null]]);
  roster.set(room, ana, 'a', value, 0);
  assert.deepEqual([...ben1.got, ...ben2.got], []);
});

test('PRESENCE-11 values are few for a socket and bounded for a room', () => {
  const { roster } = withRoster();
  const ana = peer('ana');
  for (let i = 0; i < limits.presencePerSocketMax; i++) roster.set(room, ana, `a${String(i)}`, value, 0);
  assert.throws(() => { roster.set(room, ana, 'more', value, 0); }, { code: 'PRESENCE_TOO_MANY' });
  roster.set(room, ana, 'a0', value, 1);
  const left = limits.presenceRoomMax - limits.presencePerSocketMax;
  for (let i = 0; i < left; i++) roster.set(room, peer(`p${String(i)}`), `p${String(i)}`, value, 0);
  assert.throws(() => { roster.set(room, peer('late'), 'late', value, 0); }, { code: 'PRESENCE_TOO_MANY' });
});

test('PRESENCE-12 leaving a room ends its messages and one’s own value', () => {
  const { roster } = withRoster();
  const [ana, ben] = [peer('ana'), peer('ben')];
  for (const each of [ana, ben]) {
    roster.join(room, each, 1);
    roster.set(room, each, each.user.id, value, 0);
  }
  ben.got.length = ana.got.length = 0;
  roster.leave(room, ben, 9);
  assert.deepEqual(ben.got, [{ a: 'pu', ch: room, seq: 9 }]);
  assert.deepEqual(ana.got.map(({ id, p }) => [id, p]), [['ben', null]]);
  roster.set(room, ana, 'ana', value, 1);
  assert.equal(ben.got.length, 1);
});
