import { DestroyRef, effect, inject, signal, untracked, type Signal } from '@angular/core';
import { editorsIn, type DashboardPresence, type Editor, type Presence, type PresentPerson } from '@coboard/core';
import type { Subscription } from 'rxjs';
import { COBOARD } from '../provide-coboard';

/** Who is on a dashboard, as signals, and what one says of oneself. */
export interface PresenceRef {
  /** Everybody in the room; oneself last. */
  readonly people: Signal<readonly PresentPerson[]>;
  /** Who edits a widget now, oneself included. Reads signals. */
  editorsOf(widgetId: string): readonly Editor[];
  /** The role of tokens (`p1` to `p12`) that stands for a person here; `p12` for somebody who is not there. Reads signals. */
  colorOf(userId: string): string;
  update(changes: Partial<Presence>): void;
  /** The person is in a field and just typed. */
  typed(editing: NonNullable<Presence['editing']>): void;
}

/** What a person does anywhere on the page that says that they are not away. */
const signsOfLife = ['pointermove', 'pointerdown', 'keydown', 'wheel'] as const;
const signEveryMs = 5_000;

/** Joins the room of the dashboard with the id that `id` gives, another one when it gives another, and leaves at the end. */
export function injectPresence(id: () => string | null): PresenceRef {
  const coboard = inject(COBOARD);
  const people = signal<readonly PresentPerson[]>([]);
  let open: DashboardPresence | null = null;
  let subscription: Subscription | null = null;

  const leave = (): void => {
    subscription?.unsubscribe();
    if (open) coboard.closePresence(open);
    open = null;
    people.set([]);
  };
  effect(() => {
    const wanted = id();
    untracked(() => {
      leave();
      if (wanted === null) return;
      open = coboard.openPresence(wanted);
      subscription = open.people.subscribe((now) => {
        people.set(now);
      });
    });
  });
  onActivity(() => open?.active());
  inject(DestroyRef).onDestroy(leave);

  return {
    people: people.asReadonly(),
    editorsOf: (widgetId) => editorsIn(people(), widgetId),
    colorOf: (userId) => people().find(({ user }) => user.id === userId)?.user.color ?? 'p12',
    update: (changes) => {
      open?.update(changes);
    },
    typed: (editing) => {
      open?.typed(editing);
    },
  };
}

/** Calls back when the person does something, now and then. */
function onActivity(act: () => void): void {
  let lastAt = -Infinity;
  const listener = (): void => {
    const now = performance.now();
    if (now - lastAt < signEveryMs) return;
    lastAt = now;
    act();
  };
  for (const type of signsOfLife) window.addEventListener(type, listener, { passive: true, capture: true });
  inject(DestroyRef).onDestroy(() => {
    for (const type of signsOfLife) window.removeEventListener(type, listener, { capture: true });
  });
}
