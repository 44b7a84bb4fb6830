import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../model/limits.ts';
import type { Presence } from '../../model/protocol.ts';
import { StillClock } from '../../tests/still-clock.ts';
import type { Wire } from '../cluster/wire.ts';
import { PresenceRoster, type Member } from './roster.ts';
import { RosterLink } from './roster-link.ts';

const value: Presence = { cursor: null, selection: [], editing: null, typing: false, idle: false };
const room = 'dashboards.d1';

/** What several servers are joined by, in memory: each message goes through JSON. */
class MemoryHub {
  readonly sent: { channel: string; message: object }[] = [];
  private readonly ears: { readonly wire: Wire; readonly channel: string; readonly take: (message: unknown) => void }[] = [];
  /** Servers that died: they neither speak nor hear. */
  readonly dead = new Set<Wire>();

  wire(): Wire {
    const wire: Wire = {
      isUp: true,
      onBack: () => undefined,
      publish: (channel, message) => {
        if (this.dead.has(wire)) return;
        this.sent.push({ channel, message });
        for (const ear of [...this.ears]) if (ear.wire !== wire && ear.channel === channel && !this.dead.has(ear.wire)) ear.take(JSON.parse(JSON.stringify(message)));
      },
      subscribe: (channel, take, ready) => {
        const ear = { wire, channel, take };
        this.ears.push(ear);
        ready?.();
        return () => { this.ears.splice(this.ears.indexOf(ear), 1); };
      },
    };
    return wire;
  }
}

interface Peer extends Member { readonly got: Record<string, unknown>[] }

function peer(name: string): Peer {
  const got: Record<string, unknown>[] = [];
  return { got, user: { id: name, name, color: 'p1' }, src: `src-${name}`, sink: null, takesOwn: false, send: (message) => { got.push(message as Record<string, unknown>); } };
}

function servers(): { clock: StillClock; hub: MemoryHub; rosters: [PresenceRoster, PresenceRoster]; wires: [Wire, Wire]; links: [RosterLink, RosterLink] } {
  const [clock, hub] = [new StillClock(), new MemoryHub()];
  const rosters: [PresenceRoster, PresenceRoster] = [new PresenceRoster(clock), new PresenceRoster(clock)];
  const wires: [Wire, Wire] = [hub.wire(), hub.wire()];
  const links: [RosterLink, RosterLink] = [new RosterLink(wires[0], rosters[0], clock), new RosterLink(wires[1], rosters[1], clock)];
  for (const link of links) link.start();
  return { clock, hub, rosters, wires, links };
}

/** Long enough to be told here, and then there. */
function told(clock: StillClock): void {
  for (let i = 0; i < 3; i++) clock.advance(50);
}

/** What somebody was told of values, the latest of each. */
const seen = ({ got }: Peer): Record<string, unknown> => Object.fromEntries(got.filter(({ a }) => a === 'p').map(({ id, p }): [string, unknown] => [String(id), p === null ? null : 'there']));

test('PRESENCE-17 people on two servers are in one room, and a newcomer is told of those on the other', () => {
  const { clock, rosters: [here, there], hub } = servers();
  const [ana, ben, eve] = [peer('ana'), peer('ben'), peer('eve')];
  here.join(room, ana, 1);
  here.set(room, ana, 'a', value, 1);
  told(clock);
  there.join(room, ben, 1);
  told(clock);
  assert.deepEqual(seen(ben), { a: 'there' });
  there.set(room, ben, 'b', value, 1);
  told(clock);
  assert.deepEqual(seen(ana), { a: 'there', b: 'there' });
  here.join(room, eve, 1);
  assert.deepEqual(seen(eve), { a: 'there', b: 'there' });
  // what came from the other server is not told to it again
  const count = (): number => hub.sent.filter(({ message }) => 'values' in message).length;
  const before = count();
  told(clock);
  assert.equal(count(), before);
  there.drop(ben);
  told(clock);
  assert.equal(seen(ana)['b'], null);
});

test('PRESENCE-18 however often values change, servers tell each other at most thirty times a second', () => {
  const { clock, rosters: [here, there], hub } = servers();
  const [ana, ben] = [peer('ana'), peer('ben')];
  here.join(room, ana, 1);
  there.join(room, ben, 1);
  told(clock);
  hub.sent.length = 0;
  for (let ms = 0; ms < 1_000; ms += 5) {
    here.set(room, ana, 'a', { ...value, cursor: { tab: 't', x: ms / 100, y: 0 } }, ms);
    clock.advance(5);
  }
  const values = hub.sent.filter(({ message }) => 'values' in message);
  told(clock);
  assert.ok(values.length > 20 && values.length <= 31, `${String(values.length)} messages`);
  const last = ben.got.at(-1)?.['p'] as Presence | undefined;
  assert.ok((last?.cursor?.x ?? 0) > 9.8);
});

test('PRESENCE-19 who was on a server that died is gone after a while, who was on one that stopped at once', () => {
  const { clock, rosters: [here, there], hub, wires, links } = servers();
  const [ana, ben] = [peer('ana'), peer('ben')];
  const come = (): void => {
    there.join(room, ben, 1);
    there.set(room, ben, 'b', value, 1);
    told(clock);
  };
  here.join(room, ana, 1);
  come();
  hub.dead.add(wires[1]);
  for (let ms = 0; ms < limits.presenceTimeoutMs + 1_000; ms += 1_000) {
    clock.advance(1_000);
    here.sign(ana);
    here.sweep();
  }
  told(clock);
  assert.deepEqual(seen(ana), { b: null });
  hub.dead.clear();
  come();
  for (let ms = 0; ms < 20_000; ms += 1_000) clock.advance(1_000);
  assert.deepEqual(seen(ana), { b: 'there' });
  links[1].stop();
  told(clock);
  assert.deepEqual(seen(ana), { b: null });
});

test('PRESENCE-20 whoever comes back on another server is one person there, and what is old or somebody else’s is not believed', () => {
  const { clock, rosters: [here, there] } = servers();
  const [ana, again, ben] = [peer('ana'), peer('ana'), peer('ben')];
  for (const [roster, member] of [[here, ana], [here, ben]] as const) roster.join(room, member, 1);
  here.set(room, ana, 'a', value, 1);
  clock.advance(2_000);
  // her socket here is dead and nobody has noticed
  there.join(room, again, 1);
  there.set(room, again, 'a', { ...value, typing: true }, 1);
  told(clock);
  assert.equal((ben.got.at(-1)?.['p'] as Presence).typing, true);
  here.drop(ana);
  told(clock);
  assert.deepEqual(seen(ben), { a: 'there' });
  const [own] = there.valuesHere(room);
  assert.ok(own?.value);
  here.hear(room, 'another', [{ ...own, pv: own.pv - 1 }, { ...own, pv: own.pv + 5, value: { ...own.value, user: ben.user } }, { ...own, pv: own.pv + 5, value: null }]);
  told(clock);
  assert.deepEqual(here.people(room).map(({ id }) => id), ['ana']);
  assert.deepEqual(seen(ben), { a: 'there' });
});

test('PRESENCE-21 a list says who is in a room on another server though nobody here has it open', () => {
  const { clock, rosters: [here, there] } = servers();
  const ben = peer('ben');
  there.join(room, ben, 1);
  there.set(room, ben, 'b', value, 1);
  clock.advance(11_000);
  assert.deepEqual(here.people(room).map(({ id }) => id), ['ben']);
  there.drop(ben);
  clock.advance(11_000);
  assert.deepEqual(here.people(room), []);
});

test('PRESENCE-23 who is on another server stays known when the clock is set an hour forward or back', () => {
  for (const jumpMs of [3_600_000, -3_600_000]) {
    const { clock, rosters: [here, there], hub, wires } = servers();
    const ana = peer('ana');
    here.join(room, ana, 1);
    here.set(room, ana, 'a', value, 0);
    clock.advance(11_000);
    assert.deepEqual(there.people(room).map(({ id }) => id), ['ana']);
    clock.jump(jumpMs);
    assert.deepEqual(there.people(room).map(({ id }) => id), ['ana']);
    hub.dead.add(wires[0]);
    clock.advance(26_000);
    assert.deepEqual(there.people(room), [], 'what is not repeated is not believed for longer than ever');
  }
});
