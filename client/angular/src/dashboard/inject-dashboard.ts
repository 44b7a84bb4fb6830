import { DestroyRef, computed, effect, inject, signal, untracked, type Signal, type WritableSignal } from '@angular/core';
import type { Choice, Conflict, Dashboard, DashboardChange, Decision, EditReason, LiveDashboard, LiveState, MergedTogether, Op, Refusal, Role, SavedEdit, UndoOffer, UndoOutcome, ValueStream } from '@coboard/core';
import { Subject, type Observable, type Subscription } from 'rxjs';
import { COBOARD } from '../provide-coboard';

/** A live dashboard as signals and streams. Which one it is may change with the signal it was asked for with. */
export interface DashboardRef {
  readonly state: Signal<LiveState>;
  /** The dashboard while it is there; the last one known stays while the connection is down. */
  readonly dashboard: Signal<Dashboard | null>;
  readonly role: Signal<Role | null>;
  /** Whether one's role is enough to edit. */
  readonly canEdit: Signal<boolean>;
  /** How many edits are not saved yet. */
  readonly pendingCount: Signal<number>;
  /** When an edit was last saved; milliseconds since 1970. */
  readonly savedAt: Signal<number | null>;
  readonly undoable: Signal<UndoOffer>;
  /** One's own edits and others' of which only one can stand, to be decided by the person. */
  readonly conflicts: Signal<readonly Conflict[]>;
  /** Where others edited the same and nothing was lost. */
  readonly merged: Signal<readonly MergedTogether[]>;
  readonly changes: Observable<DashboardChange>;
  readonly refusals: Observable<Refusal>;
  readonly saved: Observable<SavedEdit>;
  /** The framework-free dashboard behind it; null without an id. */
  readonly live: Signal<LiveDashboard | null>;
  /** See {@link LiveDashboard.edit}. */
  edit(make: (dashboard: Dashboard) => Op, why?: EditReason): boolean;
  /** See {@link LiveDashboard.decide}. */
  decide(conflict: Conflict, choice: Choice): Decision;
  /** See {@link LiveDashboard.askAgain}. */
  askAgain(conflicts: readonly Conflict[]): void;
  undo(): UndoOutcome;
  redo(): UndoOutcome;
}

const nothing: UndoOffer = { undo: null, redo: null };

/** Opens the dashboard with the id that `id` gives, again when it gives another, and closes it at the end. */
export function injectDashboard(id: () => string | null): DashboardRef {
  const coboard = inject(COBOARD);
  const live = signal<LiveDashboard | null>(null);
  const state = signal<LiveState>({ status: 'loading' });
  const pendingCount = signal(0);
  const savedAt = signal<number | null>(null);
  const undoable = signal(nothing);
  const conflicts = signal<readonly Conflict[]>([]);
  const merged = signal<readonly MergedTogether[]>([]);
  const changes = new Subject<DashboardChange>();
  const refusals = new Subject<Refusal>();
  const saved = new Subject<SavedEdit>();
  let subscriptions: Subscription[] = [];

  const follow = <T>(stream: ValueStream<T>, target: WritableSignal<T>): Subscription => stream.subscribe((value) => {
    target.set(value);
  });
  const close = (): void => {
    for (const subscription of subscriptions) subscription.unsubscribe();
    subscriptions = [];
    const open = untracked(live);
    if (open) coboard.closeDashboard(open);
    live.set(null);
    pendingCount.set(0);
    savedAt.set(null);
    undoable.set(nothing);
    conflicts.set([]);
    merged.set([]);
  };
  const open = (wanted: string): void => {
    const next = coboard.openDashboard(wanted);
    live.set(next);
    subscriptions = [
      follow(next.state, state), follow(next.pendingCount, pendingCount), follow(next.lastSavedAt, savedAt), follow(next.undoable, undoable),
      follow(next.conflicts, conflicts), follow(next.merged, merged),
      next.changes.subscribe(changes), next.refusals.subscribe(refusals), next.saved.subscribe(saved),
    ];
  };
  effect(() => {
    const wanted = id();
    untracked(() => {
      close();
      state.set({ status: 'loading' });
      if (wanted !== null) open(wanted);
    });
  });
  inject(DestroyRef).onDestroy(close);

  const ready = computed(() => {
    const now = state();
    return now.status === 'ready' ? now : null;
  });
  const role = computed(() => ready()?.role ?? null);
  return {
    state: state.asReadonly(), pendingCount: pendingCount.asReadonly(), savedAt: savedAt.asReadonly(), undoable: undoable.asReadonly(), live: live.asReadonly(),
    conflicts: conflicts.asReadonly(), merged: merged.asReadonly(),
    decide: (conflict, choice) => untracked(live)?.decide(conflict, choice) ?? { status: 'nothing' },
    askAgain: (decided) => { untracked(live)?.askAgain(decided); },
    dashboard: computed(() => ready()?.dashboard ?? null),
    role,
    canEdit: computed(() => role() === 'owner' || role() === 'editor'),
    changes: changes.asObservable(), refusals: refusals.asObservable(), saved: saved.asObservable(),
    edit: (make, why) => untracked(live)?.edit(make, why) ?? false,
    undo: () => untracked(live)?.undo() ?? { status: 'nothing' },
    redo: () => untracked(live)?.redo() ?? { status: 'nothing' },
  };
}
