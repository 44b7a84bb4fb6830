import { signal } from '@angular/core';
import type { AccessRequest, AskedRole, Coboard } from '@coboard/core';
import { filter, type Subscription } from 'rxjs';

/** What somebody asks for, after their name. */
export const askWords: Readonly<Record<AskedRole, string>> = { viewer: 'asks to view', commenter: 'asks to comment', editor: 'asks to edit' };

/** Who asks for access to a dashboard of one's own, as it is now on the server. */
export class AccessAsks {
  private readonly known = signal<readonly AccessRequest[]>([]);
  private readonly coboard: Coboard;
  private readonly id: string;
  private readonly listening: Subscription;

  readonly requests = this.known.asReadonly();

  constructor(coboard: Coboard, id: string) {
    this.coboard = coboard;
    this.id = id;
    this.listening = coboard.connection.notices.pipe(filter((notice) => notice.type === 'accessRequests' && notice.d === id)).subscribe(() => { void this.load(); });
  }

  /** Whoever may not share has nobody to decide on. */
  async load(): Promise<void> {
    await this.coboard.whenKnown(this.id);
    this.known.set(await this.coboard.api.accessRequests(this.id).catch(() => []));
  }

  /** It was decided. */
  async settle({ user }: AccessRequest): Promise<void> {
    this.known.update((requests) => requests.filter((one) => one.user.id !== user.id));
    // what is given is no request any more, whether the server hears of this or not
    await this.coboard.api.settleAccessRequest(this.id, user.id).catch(() => undefined);
  }

  stop(): void {
    this.listening.unsubscribe();
  }
}
