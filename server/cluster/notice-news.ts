import * as v from 'valibot';
import { Id } from '../../model/id.ts';
import type { Wire } from './wire.ts';

const Letter = v.union([
  v.strictObject({ conflicts: Id, of: v.string() }),
  v.strictObject({ accessRequests: Id }),
]);

const channel = 'notices';

export interface NoticeListeners {
  /** A person's conflicts on a dashboard have something new. */
  readonly conflicts: (userId: string, dashboard: string) => void;
  /** Who waits for access to a dashboard has changed. */
  readonly accessRequests: (dashboard: string) => void;
}

/** What people are told who may be connected to any server. */
export class NoticeNews {
  private readonly wire: Wire;

  constructor(wire: Wire) {
    this.wire = wire;
  }

  start({ conflicts, accessRequests }: NoticeListeners): void {
    this.wire.subscribe(channel, (message) => {
      const letter = v.safeParse(Letter, message);
      if (!letter.success) return;
      if ('of' in letter.output) conflicts(letter.output.of, letter.output.conflicts);
      else accessRequests(letter.output.accessRequests);
    });
  }

  conflicts(userId: string, dashboard: string): void {
    this.wire.publish(channel, { conflicts: dashboard, of: userId });
  }

  accessRequests(dashboard: string): void {
    this.wire.publish(channel, { accessRequests: dashboard });
  }
}
