import type { Presence, StampedPresence, User } from '../../../model/protocol.ts';

/** One window of a person, on this dashboard. */
export interface PersonWindow {
  /** The presence id: one for each window. */
  readonly id: string;
  readonly value: StampedPresence;
  /** When it last said something new; milliseconds since 1970. */
  readonly seenAt: number;
}

/** Somebody who has the dashboard open, in one window or several. */
export interface PresentPerson {
  readonly user: User;
  /** Oneself. */
  readonly self: boolean;
  /** The one last active first. */
  readonly windows: readonly PersonWindow[];
  /** Where they edit, in whichever window. */
  readonly editing: Presence['editing'];
  readonly typing: boolean;
  /** Away in every window. */
  readonly idle: boolean;
  /** The tab they look at. */
  readonly tab: string | null;
  /** What was last known before the connection was lost. */
  readonly stale: boolean;
}

/** Somebody who edits a widget, and whether they are typing. */
export interface Editor {
  readonly user: User;
  readonly self: boolean;
  readonly field: string;
  readonly caret: readonly [start: number, end: number] | null;
  readonly typing: boolean;
}

/** Gathers windows into people: those who came first stand first, oneself last. */
export function gatherPeople(windows: Iterable<PersonWindow>, selfId: string | null, stale: boolean): PresentPerson[] {
  const byUser = new Map<string, PersonWindow[]>();
  for (const window of windows) {
    const { id } = window.value.user;
    const list = byUser.get(id);
    if (list) list.push(window);
    else byUser.set(id, [window]);
  }
  const people = [...byUser.values()].map((list) => person(list, selfId, stale));
  return [...people.filter(({ self }) => !self), ...people.filter(({ self }) => self)];
}

function person(unsorted: PersonWindow[], selfId: string | null, stale: boolean): PresentPerson {
  const windows = unsorted.toSorted((a, b) => Number(a.value.idle) - Number(b.value.idle) || b.seenAt - a.seenAt);
  const [first] = windows as [PersonWindow];
  const { user } = first.value;
  const editing = windows.find(({ value }) => value.editing !== null)?.value.editing ?? null;
  return {
    user, windows, editing, stale,
    self: user.id === selfId,
    typing: windows.some(({ value }) => value.typing),
    idle: windows.every(({ value }) => value.idle),
    tab: first.value.tab ?? first.value.cursor?.tab ?? null,
  };
}

/** Who edits a widget (or a dataset, or whatever the id names), each person once. */
export function editorsIn(people: readonly PresentPerson[], id: string): Editor[] {
  return people.flatMap(({ user, self, windows }) => {
    const window = windows.find(({ value }) => value.editing?.widget === id);
    if (!window?.value.editing) return [];
    const { field, caret } = window.value.editing;
    return [{ user, self, field, caret: caret ?? null, typing: window.value.typing }];
  });
}
