import { CoboardError } from '../../model/errors.ts';
import { limitingByDefault, limits, type Limiting } from '../../model/limits.ts';
import type { Clock } from '../../model/clock.ts';
import type { Presence, StampedPresence, User } from '../../model/protocol.ts';
import { Room, type Held, type Member } from './room.ts';
import { isRemote, type RemoteMember, type RemoteValue, type RosterLink } from './roster-link.ts';

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
  /** The rooms that each socket of this server is in, or holds values in. */
  private readonly roomsOf = new Map<Member, Set<string>>();
  /** Sockets of other servers, by server and `src`. */
  private readonly remotes = new Map<string, RemoteMember>();
  /** The highest number that a value was given here. */
  private pv = 0;
  /** The other servers, where there are any. */
  link: RosterLink | null = null;

  constructor(clock: Clock, limiting: Limiting = limitingByDefault) {
    this.clock = clock;
    this.limiting = limiting;
  }

  /**
   * Subscribes a socket to a room and tells it who is there. Then it is asked for its own value, which it may hold from before.
   * @throws CoboardError PRESENCE_TOO_MANY
   */
  join(channel: string, member: Member, seq: number | undefined): void {
    const room = this.room(channel);
    const isNew = !room.members.has(member);
    this.enter(room, member);
    room.members.add(member);
    this.link?.opened(channel);
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
    this.enter(room, member);
    const stamped: StampedPresence = { ...value, user: { ...member.user, color: room.colors.take(member.user) } };
    // whoever holds it next, on whatever server, begins with a higher number: by the date, and where the clock was set back by what was given before
    const next: Held = held ?? { id, member, value: stamped, pv: Math.max(this.clock.now(), this.pv) };
    Object.assign(next, { member, value: stamped, pv: this.counted(next.pv + 1) });
    room.held.set(id, next);
    // the answer that the sender's ShareDB waits for; it says which color the person has here
    member.send({ a: 'p', ch: channel, src: member.src, id, p: stamped, pv: clientPv });
    room.changed(next);
  }

  /** A socket is alive: it sent something, or answered a heartbeat. */
  sign(member: Member): void {
    this.lastSign.set(member, this.clock.elapsed());
  }

  /** A socket is gone: it leaves every room. */
  drop(member: Member): void {
    for (const room of this.rooms.values()) this.removeFrom(room, member);
    this.roomsOf.delete(member);
    this.lastSign.delete(member);
    if (isRemote(member)) this.remotes.delete(remoteKey(member.server, member.src));
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
      if (this.clock.elapsed() - at >= limits.presenceTimeoutMs) this.drop(member);
    }
  }

  /** The people who are in a room now, each once, with their color there. */
  people(channel: string): User[] {
    const people = new Map<string, User>();
    for (const user of this.link?.people(channel) ?? []) people.set(user.id, user);
    for (const { value } of this.rooms.get(channel)?.held.values() ?? []) people.set(value.user.id, value.user);
    return [...people.values()];
  }

  /** The people who are in a room on this server. */
  peopleHere(channel: string): User[] {
    const people = new Map<string, User>();
    for (const { value, member } of this.rooms.get(channel)?.held.values() ?? []) if (!isRemote(member)) people.set(value.user.id, value.user);
    return [...people.values()];
  }

  /** What people on this server say of themselves in a room. */
  valuesHere(channel: string): RemoteValue[] {
    const held = [...(this.rooms.get(channel)?.held.values() ?? [])];
    return held.filter(({ member }) => !isRemote(member)).map(({ id, member, pv, value }) => ({ id, src: member.src, pv, value }));
  }

  /** What people on another server say of themselves in a room. What is older than what is known, or somebody else's, is left out. */
  hear(channel: string, server: string, values: readonly RemoteValue[]): void {
    const room = this.rooms.get(channel);
    if (!room || room.members.size === 0) return;
    for (const { id, src, pv, value } of values) {
      const held = room.held.get(id);
      if (value === null) {
        if (held && isRemote(held.member) && held.member.server === server && held.pv < pv) this.remove(room, held);
        continue;
      }
      const member = this.remote(server, src, value.user);
      this.sign(member);
      if (held && (held.member.user.id !== value.user.id || held.pv >= pv)) continue;
      const next: Held = held ?? { id, member, value, pv };
      Object.assign(next, { member, value, pv });
      room.held.set(id, next);
      room.changed(next);
    }
  }

  /** Another server is gone, and everybody on it. */
  dropServer(server: string): void {
    for (const member of [...this.remotes.values()]) if (member.server === server) this.drop(member);
  }

  private remote(server: string, src: string, user: User): RemoteMember {
    const key = remoteKey(server, src);
    let member = this.remotes.get(key);
    if (!member) this.remotes.set(key, (member = { server, src, user, sink: null, takesOwn: false, send: () => undefined }));
    return member;
  }

  /** How many values are held, over all rooms. */
  get size(): number {
    let count = 0;
    for (const room of this.rooms.values()) count += room.held.size;
    return count;
  }

  private room(channel: string): Room {
    let room = this.rooms.get(channel);
    if (!room) {
      room = new Room(channel, this.clock, 1_000 / this.limiting.limits.presenceFramesPerSecondMax, (news) => {
        this.link?.told(channel, news.flatMap(({ id, member, pv, value }) => (isRemote(member) ? [] : [{ id, src: member.src, pv, value }])));
      });
      this.rooms.set(channel, room);
    }
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

  private enter(room: Room, member: Member): void {
    const rooms = this.roomsOf.get(member) ?? new Set();
    const { limits: { presenceRoomsPerSocketMax }, hit } = this.limiting;
    if (!rooms.has(room.channel) && rooms.size >= presenceRoomsPerSocketMax) {
      hit('presenceRoomsPerSocketMax');
      this.closeIfEmpty(room);
      throw new CoboardError('PRESENCE_TOO_MANY');
    }
    this.roomsOf.set(member, rooms.add(room.channel));
  }

  private removeFrom(room: Room, member: Member): void {
    this.roomsOf.get(member)?.delete(room.channel);
    room.members.delete(member);
    for (const held of [...room.held.values()]) if (held.member === member) this.remove(room, held);
    this.closeIfEmpty(room);
  }

  private remove(room: Room, held: Held): void {
    const { user } = held.member;
    room.held.delete(held.id);
    if (![...room.held.values()].some((other) => other.member.user.id === user.id)) room.colors.give(user.id);
    held.pv = this.counted(held.pv + 1);
    room.changed(held, null);
  }

  private counted(pv: number): number {
    this.pv = Math.max(this.pv, pv);
    return pv;
  }

  private closeIfEmpty(room: Room): void {
    if (room.members.size === 0 && [...room.held.values()].every(({ member }) => isRemote(member))) {
      // what is said elsewhere concerns nobody here any more
      this.link?.closed(room.channel);
      room.held.clear();
    }
    if (room.isEmpty) this.rooms.delete(room.channel);
  }
}

const remoteKey = (server: string, src: string): string => `${server}\0${src}`;
