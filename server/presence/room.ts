import type { Clock } from '../../model/clock.ts';
import type { StampedPresence, User } from '../../model/protocol.ts';
import type { SharedSink } from '../sync/feed.ts';
import { LateMessages, type SharedMessages } from '../sync/shared-messages.ts';
import { RoomColors } from './room-colors.ts';

/** A socket as presence sees it. */
export interface Member {
  readonly user: User;
  /** ShareDB's `src` of the client. */
  readonly src: string;
  /** Takes what all in a room are told; null for one that is sent each message by itself. */
  readonly sink: SharedSink | null;
  /** Knows its own values by their ids when they come back, so that it can be told the same as all others. */
  readonly takesOwn: boolean;
  send(message: object): void;
}

/** One value: what a person says of themselves with one socket. */
export interface Held {
  readonly id: string;
  member: Member;
  value: StampedPresence;
  /** Counts up whoever sends, so that nobody takes a newer value for an older one after a client began anew. */
  pv: number;
}

/** What there is to tell of a value since the room was told last: only the latest of it. */
export interface News {
  readonly id: string;
  readonly member: Member;
  readonly pv: number;
  readonly value: StampedPresence | null;
  readonly message: object;
}

/**
 * A room: who listens, what they hold, and what they have to be told. However often values change, a room is told at most so often a
 * second, of each value the latest.
 */
export class Room {
  readonly channel: string;
  readonly members = new Set<Member>();
  readonly held = new Map<string, Held>();
  readonly colors = new RoomColors();
  private readonly clock: Clock;
  private readonly tellEveryMs: number;
  private readonly told: (news: readonly News[]) => void;
  private news = new Map<string, News>();
  private isTelling = false;
  private toldAt = -Infinity;
  /** Those who were too far behind to be told; they get the whole room when they have caught up. */
  private readonly behind = new Set<Member>();

  constructor(channel: string, clock: Clock, tellEveryMs: number, told: (news: readonly News[]) => void = () => undefined) {
    this.told = told;
    this.channel = channel;
    this.clock = clock;
    this.tellEveryMs = tellEveryMs;
  }

  get isEmpty(): boolean {
    return this.members.size === 0 && this.held.size === 0;
  }

  /** A value as it is told; null: it is gone. */
  message(held: Held, value: StampedPresence | null = held.value): object {
    return { a: 'p', ch: this.channel, src: held.member.src, id: held.id, p: value, pv: held.pv };
  }

  /** A value has changed, or is gone. All but its own socket are told soon. */
  changed(held: Held, value: StampedPresence | null = held.value): void {
    this.news.set(held.id, { id: held.id, member: held.member, pv: held.pv, value, message: this.message(held, value) });
    if (this.isTelling) return;
    this.isTelling = true;
    this.clock.setTimer(() => {
      this.tell();
    }, Math.max(0, this.toldAt + this.tellEveryMs - this.clock.elapsed()));
  }

  /** Everything that is held, to one who does not know it. */
  tellAll(member: Member): void {
    for (const held of this.held.values()) if (held.member !== member) member.send(this.message(held));
  }

  private tell(): void {
    const { news } = this;
    this.news = new Map();
    this.isTelling = false;
    this.toldAt = this.clock.elapsed();
    const all = [...news.values()];
    this.told(all);
    const speakers = new Set(all.map(({ member }) => member));
    const texts = new Map(all.map((one) => [one, new LateMessages(() => [JSON.stringify(one.message)])]));
    const textsOf = (some: readonly News[]): LateMessages => new LateMessages(() => some.flatMap((one) => texts.get(one)?.texts ?? []));
    const shared = textsOf(all);
    for (const member of this.members) {
      const isSpeaker = speakers.has(member);
      if (member.sink === null) {
        for (const one of all) if (one.member !== member) member.send(one.message);
      } else if (isSpeaker && speakers.size === 1) {
        // there is nothing in it but what they said themselves
        continue;
      } else if (!isSpeaker || member.takesOwn) {
        this.give(member, member.sink, shared);
      } else {
        const others = all.filter((one) => one.member !== member);
        if (others.length > 0) this.give(member, member.sink, textsOf(others));
      }
    }
  }

  private give(member: Member, sink: SharedSink, messages: SharedMessages): void {
    if (this.behind.has(member) || sink.sendShared(messages)) return;
    this.behind.add(member);
    sink.onceDrained(() => {
      this.behind.delete(member);
      if (this.members.has(member)) this.tellAll(member);
    });
  }
}
