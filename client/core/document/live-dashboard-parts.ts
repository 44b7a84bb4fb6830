import type { Observable } from 'rxjs';
import type { Clock } from '../../../model/clock.ts';
import type { ConflictBook } from '../../../model/conflict-book.ts';
import type { Role } from '../../../model/protocol.ts';
import type { Connection } from '../connection/connection.ts';
import type { Journal } from '../local/journal.ts';
import type { Creation } from './live-state.ts';

/** What a live dashboard is made of. */
export interface LiveDashboardParts {
  readonly id: string;
  readonly connection: Connection;
  readonly clock: Clock;
  /** Who is signed in. */
  readonly self: () => string | null;
  /** One's own role on a dashboard. @throws CoboardError NOT_FOUND without any */
  readonly loadRole: (id: string) => Promise<Role>;
  /** What keeps it on this device; null: nothing does. */
  readonly journal: Journal | null;
  /** Whether it is still to be created; left out: it is not. */
  readonly creation?: ((id: string) => Promise<Creation | null>) | undefined;
  /** Where conflicts are kept; null: nowhere. */
  readonly conflicts: { load(): Promise<ConflictBook>; keep(book: ConflictBook): void; readonly exchanged: Observable<ConflictBook> } | null;
  /** Called once, when it was closed and all its edits are through: its place may be given to another one. */
  readonly onEnd: () => void;
  /** Whether another one has taken its place. */
  readonly isReplaced: () => boolean;
}
