import type { Subscription } from 'rxjs';
import type { Doc } from 'sharedb/lib/client/connection.js';
import { Alarm, type Clock } from '../../../model/clock.ts';
import { dashboardsCollection } from '../../../model/protocol.ts';
import type { Connection } from '../connection/connection.ts';
import { shareEqual } from './share-equal.ts';

export interface ComparisonParts {
  readonly id: string;
  readonly doc: Doc;
  readonly connection: Connection;
  readonly clock: Clock;
  /** Whether what is here is to be fetched anew anyway. */
  readonly isStale: () => boolean;
  /** What is here is not what the server has. */
  readonly onDifferent: () => void;
}

const delayMs = 1_000;

/** Compares a document with the server's once nothing is on its way: after a refused op was taken out of it here alone. */
export class Comparison {
  private readonly parts: ComparisonParts;
  private readonly alarm: Alarm;
  private readonly following: Subscription;
  private isDue = false;
  private isStopped = false;

  constructor(parts: ComparisonParts) {
    this.parts = parts;
    this.alarm = new Alarm(parts.clock);
    this.following = parts.connection.state.subscribe(({ status }) => {
      if (status === 'online') this.settled();
    });
  }

  soon(): void {
    this.alarm.set(delayMs, () => {
      const { id, doc, connection: { sharedb }, isStale, onDifferent } = this.parts;
      const { version } = doc;
      this.isDue = doc.hasWritePending() || !doc.subscribed;
      if (this.isDue) return;
      sharedb.fetchSnapshot(dashboardsCollection, id, null, (error, snapshot) => {
        if (this.isStopped || isStale()) return;
        if (error || snapshot?.v !== version || doc.version !== version || doc.hasWritePending()) this.soon();
        else if (shareEqual(doc.data, snapshot.data) !== doc.data) onDifferent();
      });
    });
  }

  /** Nothing is on its way. */
  settled(): void {
    if (this.isDue) this.soon();
  }

  stop(): void {
    this.isStopped = true;
    this.following.unsubscribe();
    this.alarm.clear();
  }
}
