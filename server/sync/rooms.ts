import type Agent from 'sharedb/lib/agent.js';
import type { Engine } from './engine.ts';
import { Feed, type SharedSink } from './feed.ts';
import { innerLimits, serverLimits } from '../../model/limits.ts';
import { OpMessages } from './op-messages.ts';
import { firstWithin } from '../store/op-size.ts';
import type { CommittedOps, Sequencer } from './sequencer.ts';
import { publicOp } from './submission.ts';

export interface RoomsParts {
  /** Whether what is said in a document may still reach a reader; looked at whenever something does. */
  readonly mayReceive: (agent: Agent, collection: string, id: string) => boolean;
  /** A reader has to be filled from the log. */
  readonly lagged?: () => void;
  /** A reader cannot be brought up to date and does not know it: only a new connection helps. */
  readonly failed?: (agent: Agent) => void;
  readonly log: { readonly warn: (words: string) => void };
}

interface Room {
  readonly sequencer: Sequencer;
  readonly feeds: Map<Feed, Agent>;
}

/**
 * Who has which document open. What an append made durable leaves as one message for all readers of the document, each op written
 * once; the sender's own op among them is its acknowledgement. A reader that does not keep up is left alone until its socket has
 * drained and is then filled from the log: the log is its queue, so it costs no memory.
 */
export class Rooms {
  private readonly parts: RoomsParts;
  private readonly rooms = new Map<string, Room>();
  private engine: Engine | null = null;

  constructor(parts: RoomsParts) {
    this.parts = parts;
  }

  readonly mayReceive = (agent: Agent, collection: string, id: string): boolean => this.parts.mayReceive(agent, collection, id);

  /** How many readers each open document has. */
  get sizes(): number[] {
    return [...this.rooms.values()].map(({ feeds }) => feeds.size);
  }

  /** The documents of a collection that somebody has open. */
  openIn(collection: string): string[] {
    return [...this.rooms.values()].flatMap(({ sequencer }) => (sequencer.collection === collection ? [sequencer.id] : []));
  }

  /** The engine whose ops it sends out. */
  attach(engine: Engine): void {
    this.engine = engine;
  }

  /** A feed that begins at a version; everything before it its reader has. */
  open(sequencer: Sequencer, agent: Agent, version: number): Feed {
    const key = keyOf(sequencer.collection, sequencer.id);
    let room = this.rooms.get(key);
    if (!room) this.rooms.set(key, (room = { sequencer, feeds: new Map() }));
    const feed = new Feed(key, version, () => {
      this.close(key, feed);
    });
    room.feeds.set(feed, agent);
    sequencer.holds += 1;
    return feed;
  }

  /** From here on its reader's socket is given the ops themselves; it is sent what it lacks. */
  join(feed: Feed, sink: SharedSink): void {
    feed.sink = sink;
    const room = this.rooms.get(feed.key);
    if (room && feed.version < (room.sequencer.durable?.v ?? 0)) this.fill(room, feed);
  }

  private close(key: string, feed: Feed): void {
    const room = this.rooms.get(key);
    if (!room?.feeds.delete(feed)) return;
    room.sequencer.holds -= 1;
    if (room.feeds.size === 0) this.rooms.delete(key);
  }

  /** Ops became durable. */
  deliver({ collection, id, ops }: CommittedOps): void {
    const room = this.rooms.get(keyOf(collection, id));
    if (!room) return;
    const shared = new OpMessages(collection, id, ops);
    for (const [feed, agent] of room.feeds) {
      if (feed.isCatchingUp) continue;
      if (!this.parts.mayReceive(agent, collection, id)) feed.destroy();
      else if (feed.version === shared.from) this.send(room, feed, shared);
      else if (feed.version < shared.to) this.fill(room, feed);
    }
  }

  /** @returns whether it was taken; if not, the reader is filled from the log as soon as it can take more */
  private send(room: Room, feed: Feed, messages: OpMessages): boolean {
    if (feed.sink === null) {
      const { collection: c, id: d } = room.sequencer;
      for (const op of messages.ops) feed.pushData({ ...publicOp(op), c, d });
    } else if (!feed.sink.sendShared(messages)) {
      this.parts.lagged?.();
      feed.sink.onceDrained(() => {
        this.fill(room, feed);
      });
      feed.isCatchingUp = true;
      return false;
    }
    feed.version = messages.to;
    return true;
  }

  /** Sends what a reader lacks, a page at a time, from memory or the log; then it takes part again. */
  private fill(room: Room, feed: Feed): void {
    feed.isCatchingUp = true;
    const { sequencer } = room;
    const { collection, id } = sequencer;
    const agent = room.feeds.get(feed);
    const end = sequencer.durable?.v ?? 0;
    if (!feed.open || agent === undefined || this.engine === null) return;
    if (feed.version >= end) {
      feed.isCatchingUp = false;
      return;
    }
    const fail = (why: string): void => {
      this.parts.log.warn(`a reader of ${collection}/${id} cannot be brought up to date: ${why}`);
      feed.destroy();
      this.parts.failed?.(agent);
    };
    this.engine.opsOf(sequencer, feed.version, Math.min(end, feed.version + innerLimits.missedPageOps), serverLimits.opsPageBytesMax).then((page) => {
      if (!feed.open) return;
      const ops = firstWithin(page, serverLimits.opsPageBytesMax);
      if (ops.length === 0) {
        fail(`the log has no op ${String(feed.version)}`);
        return;
      }
      feed.isCatchingUp = false;
      if (!this.parts.mayReceive(agent, collection, id)) feed.destroy();
      else if (this.send(room, feed, new OpMessages(collection, id, ops))) this.fill(room, feed);
    }, (error: unknown) => {
      fail(error instanceof Error ? error.message : String(error));
    });
  }
}

const keyOf = (collection: string, id: string): string => `${collection}\0${id}`;
