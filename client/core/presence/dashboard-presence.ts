import { BehaviorSubject, distinctUntilChanged, filter, map, type Subscription } from 'rxjs';
import { newId } from '../../../model/id.ts';
import { limits } from '../../../model/limits.ts';
import { presenceChannel, type Presence, type StampedPresence, type User } from '../../../model/protocol.ts';
import { Alarm, type Clock } from '../../../model/clock.ts';
import type { Connection } from '../connection/connection.ts';
import type { PresenceMessage } from '../connection/server-messages.ts';
import type { ValueStream } from '../connection/value-stream.ts';
import { editorsIn, gatherPeople, type Editor, type PersonWindow, type PresentPerson } from './people.ts';

export interface DashboardPresenceParts {
  readonly id: string;
  readonly connection: Connection;
  readonly clock: Clock;
  /** Who is signed in; null while nobody knows. */
  readonly self: () => User | null;
}

type Editing = NonNullable<Presence['editing']>;

const nobody: Presence = { cursor: null, selection: [], editing: null, typing: false, idle: false };
const sendEveryMs = 1_000 / limits.presenceSendsPerSecondMax;
/** A window that has not typed for this long has stopped. */
const typingEndsAfterMs = 2_000;

/** Who is on a dashboard and what they do, and what one does oneself. */
export class DashboardPresence {
  readonly id: string;
  /** Everybody in the room, also oneself (last). After a lost connection those last known, marked `stale`. */
  readonly people: ValueStream<readonly PresentPerson[]>;
  /** What one says of oneself. */
  readonly own: ValueStream<Presence>;

  private readonly parts: DashboardPresenceParts;
  private readonly channel: string;
  private readonly presenceId = newId();
  private readonly ownValues = new BehaviorSubject<Presence>(nobody);
  private readonly peopleNow = new BehaviorSubject<readonly PresentPerson[]>([]);
  private readonly windows = new Map<string, PersonWindow>();
  private readonly versions = new Map<string, number>();
  private readonly send: Alarm;
  private readonly signOfLife: Alarm;
  private readonly idle: Alarm;
  private readonly typing: Alarm;
  private readonly subscriptions: Subscription[];
  private lastSentAt = Number.NEGATIVE_INFINITY;
  private version = 0;
  private seq = 0;
  private stale = false;
  private ended = false;

  constructor(parts: DashboardPresenceParts) {
    this.parts = parts;
    this.id = parts.id;
    this.channel = presenceChannel(parts.id);
    this.people = this.peopleNow;
    this.own = this.ownValues;
    this.send = new Alarm(parts.clock);
    this.signOfLife = new Alarm(parts.clock);
    this.idle = new Alarm(parts.clock);
    this.typing = new Alarm(parts.clock);
    this.subscriptions = [
      parts.connection.presenceMessages.pipe(filter(({ ch }) => ch === this.channel)).subscribe((message) => {
        this.receive(message);
      }),
      parts.connection.state.pipe(map(({ status }) => status === 'online'), distinctUntilChanged()).subscribe((isOnline) => {
        if (isOnline) this.join();
        else this.lose();
      }),
    ];
    this.active();
  }

  /** Changes what one says of oneself; it reaches the others at most {@link limits.presenceSendsPerSecondMax} times a second. */
  update(changes: Partial<Presence>): void {
    this.active();
    const next = { ...this.ownValues.value, ...changes };
    if (JSON.stringify(next) === JSON.stringify(this.ownValues.value)) return;
    this.ownValues.next(next);
    this.sendSoon();
  }

  /** The person is in a field and just typed; "is writing" ends by itself 2 s after the last call. */
  typed(editing: Editing): void {
    this.update({ editing, typing: true });
    this.typing.set(typingEndsAfterMs, () => {
      this.update({ typing: false });
    });
  }

  /** The person did something here: they are not away. */
  active(): void {
    if (this.ended) return;
    if (this.ownValues.value.idle) {
      this.ownValues.next({ ...this.ownValues.value, idle: false });
      this.sendSoon();
    }
    this.idle.set(limits.presenceIdleAfterMs, () => {
      this.ownValues.next({ ...this.ownValues.value, idle: true, typing: false, cursor: null });
      this.sendSoon();
    });
  }

  /** Who edits a widget now, oneself included. */
  editorsOf(id: string): readonly Editor[] {
    return editorsIn(this.peopleNow.value, id);
  }

  /** Leaves the room. */
  close(): void {
    if (this.ended) return;
    this.ended = true;
    for (const alarm of [this.send, this.signOfLife, this.idle, this.typing]) alarm.clear();
    for (const subscription of this.subscriptions) subscription.unsubscribe();
    const { connection } = this.parts;
    connection.sendPresence({ a: 'p', ch: this.channel, id: this.presenceId, p: null, pv: this.version++ });
    connection.sendPresence({ a: 'pu', ch: this.channel, seq: this.seq++ });
  }

  /** Connected, perhaps again, or there at last: what is known of the others is old, the server tells it anew. @internal */
  join(): void {
    if (this.ended) return;
    // a server that restarted counts from the beginning
    this.versions.clear();
    if (this.parts.connection.sendPresence({ a: 'ps', ch: this.channel, seq: this.seq++ })) this.sendNow();
  }

  private lose(): void {
    this.send.clear();
    this.signOfLife.clear();
    if (this.stale || this.windows.size === 0) return;
    this.stale = true;
    this.publish();
  }

  private sendSoon(): void {
    if (this.send.isSet) return;
    const waitMs = this.lastSentAt + sendEveryMs - this.parts.clock.elapsed();
    if (waitMs <= 0) this.sendNow();
    else {
      this.send.set(waitMs, () => {
        this.sendNow();
      });
    }
  }

  private sendNow(): void {
    this.send.clear();
    if (this.ended) return;
    const sent = this.parts.connection.sendPresence({ a: 'p', ch: this.channel, id: this.presenceId, p: this.ownValues.value, pv: this.version++ });
    if (!sent) return;
    this.lastSentAt = this.parts.clock.elapsed();
    this.showOwn();
    // twice within the time after which the server would think that nobody is here any more
    this.signOfLife.set(limits.presenceTimeoutMs / 2, () => {
      this.sendNow();
    });
  }

  /** Oneself is there before the server answers. */
  private showOwn(): void {
    const self = this.parts.self();
    const known = this.windows.get(this.presenceId)?.value.user ?? null;
    // the server says which color one has here; somebody else may have signed in since
    const user = self === null || known?.id === self.id ? known : self;
    if (user === null) return;
    this.hold(this.presenceId, { ...this.ownValues.value, user });
  }

  private receive(message: PresenceMessage): void {
    if (message.error !== undefined) return;
    if (message.a === 'ps') {
      this.startAfresh();
      return;
    }
    // the server asks for what we hold; a roster that knows it already loses nothing
    if (message.a === 'pr') this.sendNow();
    if (message.a !== 'p' || message.id === undefined) return;
    if (message.id === this.presenceId) {
      this.learnOwnColor(message.p as StampedPresence | null);
      return;
    }
    const version = message.pv ?? 0;
    if (version < (this.versions.get(message.id) ?? -1)) return;
    if (message.p !== null && message.p !== undefined) {
      this.versions.set(message.id, version);
      this.hold(message.id, message.p as StampedPresence);
      return;
    }
    // who comes back is counted from the beginning
    this.versions.delete(message.id);
    if (this.windows.delete(message.id)) this.publish();
  }

  /** The answer to joining: whoever is in the room follows. */
  private startAfresh(): void {
    const own = this.windows.get(this.presenceId);
    this.windows.clear();
    if (own) this.windows.set(own.id, own);
    this.stale = false;
    this.publish();
  }

  /** The answer to one's own value; it says which color one has in this room. */
  private learnOwnColor(value: StampedPresence | null | undefined): void {
    if (!value?.user) return;
    this.hold(this.presenceId, { ...this.ownValues.value, user: value.user });
  }

  private hold(id: string, value: StampedPresence): void {
    const known = this.windows.get(id);
    // a sign of life says nothing new
    if (known !== undefined && JSON.stringify(known.value) === JSON.stringify(value)) return;
    this.windows.set(id, { id, value, seenAt: this.parts.clock.elapsed() });
    this.publish();
  }

  private publish(): void {
    const selfId = this.windows.get(this.presenceId)?.value.user.id ?? this.parts.self()?.id ?? null;
    this.peopleNow.next(gatherPeople(this.windows.values(), selfId, this.stale));
  }
}
