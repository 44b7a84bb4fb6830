import { distinctUntilChanged, map, type Subscription } from 'rxjs';
import { CoboardError } from '../../../model/errors.ts';
import type { Role } from '../../../model/protocol.ts';
import { Alarm, type Clock } from '../../../model/clock.ts';
import type { Connection } from '../connection/connection.ts';

export interface OwnRoleParts {
  readonly id: string;
  readonly connection: Connection;
  readonly clock: Clock;
  /** @throws CoboardError NOT_FOUND without any */
  readonly loadRole: (id: string) => Promise<Role>;
  readonly onKnown: () => void;
  /** There is no access (any more); `by` took it away. */
  readonly onLost: (by: string | null) => void;
}

const retryMs = 2_000;

/** One's own role on a dashboard: asked for, and told by the server when it changes. */
export class OwnRole {
  private readonly parts: OwnRoleParts;
  private readonly retry: Alarm;
  private readonly following: Subscription;
  private role: Role | null = null;
  /** Counts what was asked and told: an answer that is older than either is out of date. */
  private turn = 0;
  private isLoading = false;

  constructor(parts: OwnRoleParts) {
    this.parts = parts;
    this.retry = new Alarm(parts.clock);
    this.following = parts.connection.notices.subscribe((notice) => {
      if (notice.type === 'role' && notice.d === parts.id) this.told(notice.role, notice.by);
    });
    this.load();
    this.following.add(
      parts.connection.state.pipe(map(({ status }) => status === 'online'), distinctUntilChanged()).subscribe((isOnline) => {
        // it may have changed while nobody could tell
        if (isOnline && !this.isLoading) this.load();
      }),
    );
  }

  /** Null while it is not known. */
  get value(): Role | null {
    return this.role;
  }

  /** Whether it is enough to edit. */
  get mayEdit(): boolean {
    return this.role === 'editor' || this.role === 'owner';
  }

  /** It was so when this device last heard; what the server says counts more. */
  assume(role: Role): void {
    this.role ??= role;
  }

  /** Somebody else may be signed in next. */
  forget(): void {
    this.nextTurn();
    this.role = null;
  }

  stop(): void {
    this.nextTurn();
    this.following.unsubscribe();
  }

  private load(): void {
    const turn = this.nextTurn();
    this.isLoading = true;
    this.parts.loadRole(this.parts.id).then(
      (role) => {
        if (turn !== this.turn) return;
        this.isLoading = false;
        this.role = role;
        this.parts.onKnown();
      },
      (error: unknown) => {
        if (turn !== this.turn) return;
        this.isLoading = false;
        if (error instanceof CoboardError && error.code === 'NOT_FOUND') this.parts.onLost(null);
        else if (this.isAwaited()) {
          this.retry.set(retryMs, () => {
            this.load();
          });
        }
      },
    );
  }

  /** Without a connection a role that is known holds until the next one, which asks again; on one that was stopped nobody waits. */
  private isAwaited(): boolean {
    const { status } = this.parts.connection.state.value;
    return status === 'online' || (this.role === null && status !== 'closed');
  }

  /** What was asked before is out of date. */
  private nextTurn(): number {
    this.retry.clear();
    this.isLoading = false;
    this.turn += 1;
    return this.turn;
  }

  private told(role: Role | null, by: string | null): void {
    this.nextTurn();
    this.role = role;
    if (role === null) this.parts.onLost(by);
    else this.parts.onKnown();
  }
}
