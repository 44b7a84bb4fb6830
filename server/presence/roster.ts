import { CoboardError } from '../../model/errors.ts';
import { limitingByDefault, limits, type Limiting } from '../../model/limits.ts';
import type { Clock } from '../../model/clock.ts';
import type { Presence, StampedPresence, User } from '../../model/protocol.ts';
import { Room, type Held, type Member } from './room.ts';

export type { Member };

/**
 * Who is where: the present values of every room, held by the server. A newcomer gets them at once, in one go; nobody else is
 * asked to say theirs again. A value leaves with its socket, with its person's access, or when its socket falls silent.
 */
export class PresenceRoster {
  private readonly rooms = new Map<string, Room>();
  private readonly lastSign = new Map<Member, number>();
  private readonly clock: Clock;
  private readonly limiting: Limiting;

  constructor(clock: Clock, limiting: Limiting = limitingByDefault) {
    this.clock = clock;
    this.limiting = limiting;
  }

  /** Subscribes a socket to a room and tells it who is there. Then it is asked for its own value, which it may hold from before. */
  join(channel: string, member: Member, seq: number | undefined): void {
    const room = this.room(channel);
    const isNew = !room.members.has(member);
    room.members.add(member);
    this.sign(member);
    member.send({ a: 'ps', ch: channel, ...(seq === undefined ? {} : { seq }) });
    room.tellAll(member);
    if (isNew) member.send({ a: 'pr', ch: channel });
  }

  /** Ends a socket's subscription; its values leave. */
  leave(channel: string, member: Member, seq: number | undefined): void {
    const room = this.rooms.get(channel);
    if (room) this.removeFrom(room, member);
    member.send({ a: 'pu', ch: channel, ...(seq === undefined ? {} : { seq }) });
  }

  /**
   * Sets one value of a socket, or with null removes it, and tells the room.
   * @throws CoboardError PRESENCE_TOO_MANY, or PRESENCE_INVALID for an id that somebody else holds
   */
  set(channel: string, member: Member, id: string, value: Presence | null, clientPv: number): void {
    const room = this.room(channel);
    this.sign(member);
    const held = room.held.get(id);
    if (held && held.member.user.id !== member.user.id) throw new CoboardError('PRESENCE_INVALID', 'This presence id is somebody else’s.');
    if (value === null) {
      if (held) this.remove(room, held);
      this.closeIfEmpty(room);
      member.send({ a: 'p', ch: channel, src: member.src, id, p: null, pv: clientPv });
      return;
    }
    if (!held) this.checkSpace(room, member);
    const stamped: StampedPresence = { ...value, user: { ...member.user, color: room.colors.take(member.user) } };
    const next: Held = held ?? { id, member, value: stamped, pv: 0 };
    Object.assign(next, { member, value: stamped, pv: next.pv + 1 });
    room.held.set(id, next);
    // the answer that the sender's ShareDB waits for; it says which color the person has here
    member.send({ a: 'p', ch: channel, src: member.src, id, p: stamped, pv: clientPv });
    room.changed(next);
  }

  /** A socket is alive: it sent something, or answered a heartbeat. */
  sign(member: Member): void {
    this.lastSign.set(member, this.clock.now());
  }

  /** A socket is gone: it leaves every room. */
  drop(member: Member): void {
    for (const room of this.rooms.values()) this.removeFrom(room, member);
    this.lastSign.delete(member);
  }

  /** A person may not be in a room any more. */
  expel(channel: string, userId: string): void {
    const room = this.rooms.get(channel);
    if (!room) return;
    const theirs = new Set([...room.members, ...[...room.held.values()].map(({ member }) => member)].filter(({ user }) => user.id === userId));
    // all of them stop listening before any of them is told about
    for (const member of theirs) room.members.delete(member);
    for (const member of theirs) this.removeFrom(room, member);
  }

  /** Removes the values of sockets that gave no sign for too long. */
  sweep(): void {
    for (const [member, at] of this.lastSign) {
      if (this.clock.now() - at >= limits.presenceTimeoutMs) this.drop(member);
    }
  }

  /** The people who are in a room now, each once, with their color there. */
  people(channel: string): User[] {
    const people = new Map<string, User>();
    for (const { value } of this.rooms.get(channel)?.held.values() ?? []) people.set(value.user.id, value.user);
    return [...people.values()];
  }

  /** How many values are held, over all rooms. */
  get size(): number {
    let count = 0;
    for (const room of this.rooms.values()) count += room.held.size;
    return count;
  }

  private room(channel: string): Room {
    let room = this.rooms.get(channel);
    if (!room) this.rooms.set(channel, (room = new Room(channel, this.clock, 1_000 / this.limiting.limits.presenceFramesPerSecondMax)));
    return room;
  }

  private checkSpace(room: Room, member: Member): void {
    let own = 0;
    for (const held of room.held.values()) if (held.member === member) own += 1;
    const { limits: { presencePerSocketMax, presenceRoomMax }, hit } = this.limiting;
    const isFull = room.held.size >= presenceRoomMax;
    if (own >= presencePerSocketMax || isFull) {
      hit(isFull ? 'presenceRoomMax' : 'presencePerSocketMax');
      this.closeIfEmpty(room);
      throw new CoboardError('PRESENCE_TOO_MANY');
    }
  }

  private removeFrom(room: Room, member: Member): void {
    room.members.delete(member);
    for (const held of [...room.held.values()]) if (held.member === member) this.remove(room, held);
    this.closeIfEmpty(room);
  }

  private remove(room: Room, held: Held): void {
    const { user } = held.member;
    room.held.delete(held.id);
    if (![...room.held.values()].some((other) => other.member.user.id === user.id)) room.colors.give(user.id);
    held.pv += 1;
    room.changed(held, null);
  }

  private closeIfEmpty(room: Room): void {
    if (room.isEmpty) this.rooms.delete(room.channel);
  }
}
