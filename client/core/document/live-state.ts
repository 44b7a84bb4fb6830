import type { Dashboard } from '../../../model/dashboard.ts';
import type { ErrorCode } from '../../../model/errors.ts';
import type { Op, Path } from '../../../model/json0.ts';
import type { OpAuthor, Role } from '../../../model/protocol.ts';

/** Where a live dashboard stands. */
export type LiveState =
  | { readonly status: 'loading' }
  /** `dashboard` is never changed: what an edit does not touch is the very same object (`===`) in the next one. */
  | { readonly status: 'ready'; readonly dashboard: Dashboard; readonly version: number; readonly role: Role }
  /** It does not exist (any more), or there is no access (any more); `by` took the access away. */
  | { readonly status: 'gone'; readonly by: string | null }
  | { readonly status: 'failed'; readonly code: ErrorCode; readonly message: string };

/** A dashboard that is created here and that the server does not have yet. */
export interface Creation {
  readonly content: Dashboard;
  /** Settles when nothing has to be waited for any more. */
  readonly through: Promise<unknown>;
}

/** A change of a dashboard, after which `state` already has the new value. */
export interface DashboardChange {
  /** Where it changed; `[[]]` is everywhere. */
  readonly paths: readonly Path[];
  /** Empty for a reload. */
  readonly op: Op;
  /** `reload`: the dashboard was fetched anew, after a refusal for example. */
  readonly source: 'local' | 'remote' | 'reload';
  /** Who made it, if it came from the server; null for one's own edits and where nobody is known. */
  readonly author: OpAuthor | null;
  readonly version: number;
}

/** An edit that does not hold. The dashboard is back without it. */
export interface Refusal {
  readonly op: Op;
  /** One of ours, or what another server says. */
  readonly code: string;
  readonly message: string;
  /** Whether the same edit may be accepted later. */
  readonly retry: boolean;
  /** False: it was refused before it left, and nothing else is affected. */
  readonly sent: boolean;
}

/** An edit that the server has made durable. */
export interface SavedEdit {
  readonly op: Op;
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}
