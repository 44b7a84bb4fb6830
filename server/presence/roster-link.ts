import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { Alarm, type Clock } from '../../model/clock.ts';
import { innerLimits } from '../../model/limits.ts';
import type { StampedPresence, User } from '../../model/protocol.ts';
import type { Wire } from '../cluster/wire.ts';
import type { PresenceRoster } from './roster.ts';
import type { Member } from './room.ts';

/** A socket of another server, as presence sees it: it speaks here, and listens there. */
export interface RemoteMember extends Member {
  readonly server: string;
}

export const isRemote = (member: Member): member is RemoteMember => 'server' in member;

/** One value as servers tell each other; null: it is gone. */
export interface RemoteValue {
  readonly id: string;
  readonly src: string;
  readonly pv: number;
  readonly value: StampedPresence | null;
}

const UserSchema = v.looseObject({ id: v.string(), name: v.string(), color: v.string() });
const ValueSchema = v.strictObject({ id: v.string(), src: v.string(), pv: v.number(), value: v.nullable(v.looseObject({ user: UserSchema })) });
const RoomLetter = v.union([
  v.strictObject({ server: v.string(), values: v.array(ValueSchema) }),
  /** Who has come to a room asks the other servers what they have there. */
  v.strictObject({ ask: v.literal(true) }),
]);
const HallLetter = v.union([
  v.strictObject({ server: v.string(), rooms: v.array(v.tuple([v.string(), v.array(UserSchema)])) }),
  v.strictObject({ gone: v.string() }),
]);

const hall = 'presence';
const roomChannel = (channel: string): string => `presence ${channel}`;

/**
 * Makes a room one room though its people are on several servers: what is told in it here is told to the other servers that have
 * people in it, at the same rate.
 */
export class RosterLink {
  private readonly server = randomUUID();
  private readonly wire: Wire;
  private readonly roster: PresenceRoster;
  private readonly clock: Clock;
  private readonly repeating: Alarm;
  private readonly rooms = new Map<string, () => void>();
  /** Who is in which room elsewhere, by server. */
  private readonly elsewhere = new Map<string, { readonly at: number; readonly rooms: ReadonlyMap<string, readonly User[]> }>();
  private end: () => void = () => undefined;

  constructor(wire: Wire, roster: PresenceRoster, clock: Clock) {
    this.wire = wire;
    this.roster = roster;
    this.clock = clock;
    this.repeating = new Alarm(clock);
    roster.link = this;
  }

  start(): void {
    this.end = this.wire.subscribe(hall, (message) => { this.hearHall(message); });
    this.wire.onBack(() => {
      for (const channel of this.rooms.keys()) {
        this.ask(channel);
        this.tellAll(channel);
      }
      this.tellHall();
    });
    this.repeat();
  }

  /** Tells the others that everybody here is gone, and ends. */
  stop(): void {
    this.wire.publish(hall, { gone: this.server });
    this.repeating.clear();
    for (const end of this.rooms.values()) end();
    this.end();
  }

  /** Somebody here is in a room now. */
  opened(channel: string): void {
    if (this.rooms.has(channel)) return;
    this.rooms.set(channel, this.wire.subscribe(roomChannel(channel), (message) => { this.hearRoom(channel, message); }, () => { this.ask(channel); }));
  }

  /** Nobody here is in a room any more. */
  closed(channel: string): void {
    this.rooms.get(channel)?.();
    this.rooms.delete(channel);
  }

  /** What was told in a room, by people here. */
  told(channel: string, values: readonly RemoteValue[]): void {
    if (values.length > 0) this.wire.publish(roomChannel(channel), { server: this.server, values });
  }

  /** Who is in a room on other servers, as far as nobody here is in it. */
  people(channel: string): User[] {
    const now = this.clock.elapsed();
    return [...this.elsewhere.values()].flatMap(({ at, rooms }) => (now - at < innerLimits.presenceBelievedMs ? (rooms.get(channel) ?? []) : []));
  }

  private ask(channel: string): void {
    this.wire.publish(roomChannel(channel), { ask: true });
  }

  private tellAll(channel: string): void {
    this.told(channel, this.roster.valuesHere(channel));
  }

  private tellHall(): void {
    const rooms = [...this.rooms.keys()].map((channel): [string, User[]] => [channel, this.roster.peopleHere(channel)]);
    this.wire.publish(hall, { server: this.server, rooms: rooms.filter(([, people]) => people.length > 0) });
  }

  private repeat(): void {
    this.repeating.set(innerLimits.presenceRepeatEveryMs, () => {
      for (const channel of this.rooms.keys()) this.tellAll(channel);
      this.tellHall();
      this.repeat();
    });
  }

  private hearRoom(channel: string, message: unknown): void {
    const letter = v.safeParse(RoomLetter, message);
    if (!letter.success) return;
    if ('ask' in letter.output) this.tellAll(channel);
    else this.roster.hear(channel, letter.output.server, letter.output.values as unknown as readonly RemoteValue[]);
  }

  private hearHall(message: unknown): void {
    const letter = v.safeParse(HallLetter, message);
    if (!letter.success) return;
    if ('gone' in letter.output) {
      this.elsewhere.delete(letter.output.gone);
      this.roster.dropServer(letter.output.gone);
      return;
    }
    const { server, rooms } = letter.output;
    this.elsewhere.set(server, { at: this.clock.elapsed(), rooms: new Map(rooms) });
    for (const [known, { at }] of this.elsewhere) if (this.clock.elapsed() - at >= innerLimits.presenceBelievedMs) this.elsewhere.delete(known);
  }
}
