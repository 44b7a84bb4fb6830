import { createHash } from 'node:crypto';
import type { Clock } from '../../model/clock.ts';
import { accessCollection, dashboardsCollection } from '../../model/protocol.ts';
import type { Directory } from '../access/directory.ts';
import type { PresenceRoster } from '../presence/roster.ts';
import { RosterLink } from '../presence/roster-link.ts';
import type { Store } from '../store/store.ts';
import type { Engine } from '../sync/engine.ts';
import type { Rooms } from '../sync/rooms.ts';
import { Bells } from './bells.ts';
import { DirectorySync } from './directory-sync.ts';
import { NoticeNews, type NoticeListeners } from './notice-news.ts';
import { PeopleNews } from './people-news.ts';
import { SessionNews } from './session-news.ts';
import { RedisWire } from './wire.ts';

export interface ClusterParts {
  /** Servers on one store have the same. */
  readonly secret: string;
  readonly engine: Engine;
  readonly rooms: Rooms;
  readonly directory: Directory;
  readonly roster: PresenceRoster;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: { readonly warn: (words: string) => void; readonly info: (words: string) => void };
}

/** What makes several servers on one store feel like one: bells for edits, a look at access lists, one presence for all, sign-outs, who is connected. */
export class Cluster {
  readonly bells: Bells;
  readonly directorySync: DirectorySync;
  readonly news: SessionNews;
  readonly notices: NoticeNews;
  readonly people: PeopleNews;
  private readonly wire: RedisWire;
  private readonly link: RosterLink;

  constructor(url: string, { secret, engine, rooms, directory, roster, store, clock, log }: ClusterParts) {
    const prefix = `coboard ${createHash('sha256').update(`cluster ${secret}`).digest('base64url').slice(0, 16)}`;
    this.wire = new RedisWire({ url, prefix, log });
    this.directorySync = new DirectorySync({ engine, directory, store, clock, log });
    this.bells = new Bells({
      wire: this.wire, clock,
      engine: {
        heard: (collection, id, version) => { engine.heard(collection, id, version); },
        catchUpOpen: () => {
          engine.catchUpOpen();
          // whose access was taken away elsewhere
          for (const id of rooms.openIn(dashboardsCollection)) this.directorySync.changed(accessCollection, id, Infinity);
        },
        lookUpAll: () => { void this.directorySync.reload(); },
      },
      changedElsewhere: (collection, id, version) => { this.directorySync.changed(collection, id, version); },
    });
    this.link = new RosterLink(this.wire, roster, clock);
    this.news = new SessionNews(this.wire);
    this.notices = new NoticeNews(this.wire);
    this.people = new PeopleNews(this.wire, clock);
  }

  /** Whether the other servers can be heard. */
  get isUp(): boolean {
    return this.wire.isUp;
  }

  start(listeners: Parameters<SessionNews['start']>[0] & Parameters<PeopleNews['start']>[0] & NoticeListeners): void {
    this.bells.start();
    this.link.start();
    this.news.start(listeners);
    this.notices.start(listeners);
    this.people.start(listeners);
  }

  stop(): Promise<void> {
    this.bells.stop();
    this.link.stop();
    this.people.stop();
    return this.wire.stop();
  }
}
