import { DestroyRef, Injectable, computed, effect, inject, signal, untracked } from '@angular/core';
import { LiveAnnouncer } from '@angular/cdk/a11y';
import { injectCoboard, injectConnection, injectDashboard, injectPresence, type PresenceRef } from '@coboard/angular';
import { inOrder, limits, type Dashboard, type EditReason, type LiveDashboard, type Op, type Presence, type UndoOutcome } from '@coboard/core';
import { CircleSlash, Undo2 } from 'lucide';
import { againOn } from '../eye/edit-content';
import { RefusedEdits, type RefusedEdit } from '../eye/refused-edits';
import { AccessAsks } from '../share/access-asks';
import { Toasts } from '../toasts/toasts';
import { BoardPlace } from './board-place';
import { pointedParts } from './pointed-parts';
import { TimeTravel } from './time-travel';

type Editing = Presence['editing'];

/** The open board: the dashboard, who is on it, what is selected, and every way to change it. Provided by the board page. */
@Injectable()
export class BoardSession {
  private readonly place = inject(BoardPlace);
  private readonly announcer = inject(LiveAnnouncer);
  private readonly toasts = inject(Toasts);
  private readonly refusedEdits = inject(RefusedEdits);
  private readonly coboard = injectCoboard();
  readonly connection = injectConnection();
  readonly id = this.place.id;
  readonly live = injectDashboard(this.id);
  private readonly room = injectPresence(this.id);

  readonly state = this.live.state;
  readonly travel = inject(TimeTravel);
  /** As it is now, or as it was at the moment that is shown. */
  readonly dashboard = computed(() => this.travel.shown()?.dashboard ?? this.live.dashboard());
  readonly role = this.live.role;
  /** Whether one may edit, and sees what is there now. */
  readonly canEdit = computed(() => this.live.canEdit() && !this.travel.isPast());
  readonly changes = this.live.changes;
  /** Edit mode; nobody is in it without the right to edit. */
  readonly editing = computed(() => this.place.edit() && this.canEdit());
  readonly tabs = computed(() => inOrder(this.dashboard()?.tabs ?? {}).map(([id, { title }]) => ({ id, title })));
  /** The tab in view: the one in the address, or the first. */
  readonly tab = computed(() => {
    const tabs = this.tabs();
    const wanted = this.place.tab();
    return tabs.find(({ id }) => id === wanted)?.id ?? tabs[0]?.id ?? '';
  });
  /** The widget whose editor is open. */
  readonly openWidget = computed(() => (this.editing() ? this.place.widget() : null));
  /** Nothing comes in or goes out, and that for longer than a moment. */
  readonly away = computed(() => ['offline', 'paused', 'waiting', 'signedOut', 'noAccess'].includes(this.connection.view().look));
  /** The edits that wait for a connection, as they were made, the oldest first. */
  readonly unsent = computed<readonly Op[]>(() => {
    // what waits is counted by what it touches
    const count = this.live.pendingCount();
    return this.away() && count > 0 ? (this.live.live()?.unsaved() ?? []) : [];
  });
  /** Widgets with edits that wait for a connection. */
  readonly unsentWidgets = computed<ReadonlySet<string>>(() => new Set(this.unsent().flatMap((op) => op.flatMap(({ p: [root, id] }) => (root === 'widgets' ? [String(id)] : [])))));
  /** Edits that were not taken, until they are dismissed. */
  readonly refused = computed(() => this.refusedEdits.of(this.id()));
  /** How many things need the person's eye. */
  readonly eyeCount = computed(() => this.live.conflicts().length + this.refused().length);
  /** Whether the panel of what needs the person's eye is open; a widget's editor has its place first. */
  readonly eyeOpen = computed(() => this.place.panel() === 'eye' && this.openWidget() === null);
  readonly historyOpen = computed(() => this.place.panel() === 'history' && this.openWidget() === null && this.live.canEdit());
  readonly unsentOpen = computed(() => this.place.panel() === 'unsent' && this.openWidget() === null);
  /** What a card or a line of a panel speaks of, as things of a history. */
  readonly pointedThings = signal<readonly string[]>([]);
  /** Where that is on the board. */
  readonly pointed = computed(() => pointedParts(this.pointedThings(), this.dashboard(), this.tab()));
  readonly openDatasetId = computed(() => {
    const id = this.place.dataset();
    return id !== null && this.dashboard()?.datasets[id] !== undefined ? id : null;
  });
  private readonly selected = signal<readonly string[]>([]);
  /** The selected widgets that are there and in view. */
  readonly selection = computed(() => {
    if (!this.editing()) return [];
    const widgets = this.dashboard()?.widgets ?? {};
    const isHere = (id: string): boolean => widgets[id]?.tab === this.tab();
    const selected = this.selected().filter(isHere);
    const open = this.openWidget();
    // after a reload the address still says whose editor is open
    return selected.length === 0 && open !== null && isHere(open) ? [open] : selected;
  });

  /** The field that one is in; while one is in none, an open editor still says which widget one edits. */
  private field: Editing = null;
  private readonly openEditing = computed<Editing>(() => {
    const id = this.openDatasetId() ?? this.openWidget();
    return id === null ? null : { widget: id, field: '' };
  });
  readonly presence: PresenceRef = {
    ...this.room,
    update: (changes) => {
      if (changes.editing !== undefined) this.field = changes.editing;
      this.room.update(changes.editing === null ? { ...changes, editing: this.openEditing() } : changes);
    },
    typed: (editing) => {
      this.field = editing;
      this.room.typed(editing);
    },
  };

  /** What is edited now is listed as refused already. */
  isMakingAgain = false;
  private readonly asks = signal<AccessAsks | null>(null);
  /** How many people ask for access to a dashboard of one's own. */
  readonly askCount = computed(() => (this.role() === 'owner' ? (this.asks()?.requests().length ?? 0) : 0));

  constructor() {
    effect((onCleanup) => {
      const id = this.id();
      const asks = id === null ? null : new AccessAsks(this.coboard, id);
      this.asks.set(asks);
      onCleanup(() => { asks?.stop(); });
    });
    effect(() => {
      const asks = this.asks();
      if (this.role() === 'owner' && !this.away()) void asks?.load();
    });
    effect(() => {
      const id = this.id();
      if (id !== null) untracked(() => { this.refusedEdits.load(id); });
    });
    effect(() => {
      const editing = this.openEditing();
      if (this.field === null) this.room.update({ editing });
    });
    effect(() => {
      const tab = this.tab();
      if (tab !== '') this.room.update({ tab, selection: this.selection().slice(0, limits.presenceSelectionMax) });
    });
    effect(() => {
      const live = this.historyOpen() ? this.live.live() : null;
      untracked(() => {
        if (live === null) this.travel.close();
        else void this.openTravel(live);
      });
    });
    inject(DestroyRef).onDestroy(() => {
      this.travel.close();
      this.selected.set([]);
    });
  }

  /** Opens the history, at the moment that the address names. */
  private async openTravel(live: LiveDashboard): Promise<void> {
    const isOpen = await this.travel.open(live, (userId) => this.presence.people().find(({ user }) => user.id === userId)?.user.color ?? null);
    const at = this.place.at();
    if (!isOpen || at === null) return;
    this.travel.desk()?.go(at);
    this.place.go({ at: null });
  }

  /** Makes an edit; see LiveDashboard.edit. */
  edit(make: (dashboard: Dashboard) => Op, why?: EditReason): boolean {
    return this.live.edit(make, why);
  }

  /** Makes a refused edit again, on what is there now; what is refused again is listed anew, and what does not even leave stays listed. */
  makeAgain(refused: RefusedEdit): void {
    const left: Op[] = [];
    const again = (part: Op[number]): boolean => {
      const listening = this.live.refusals.subscribe(() => { left.push([part]); });
      const changed = this.edit((dashboard) => againOn(dashboard, part));
      listening.unsubscribe();
      return changed;
    };
    this.isMakingAgain = true;
    const made = this.live.live()?.asOne(() => refused.ops.flat().filter(again)) ?? [];
    this.isMakingAgain = false;
    // what does not fit now may fit later, and it is told why
    if (left.length > 0) {
      const id = this.id();
      if (id !== null) this.refusedEdits.leave(id, refused, left);
      return;
    }
    if (made.length === 0) {
      this.toasts.show({ icon: CircleSlash, words: 'There is nothing to change any more: what it was about is gone, or is like that already.' });
      return;
    }
    this.dismissRefused(refused);
    this.toasts.show({ icon: Undo2, words: 'Made again', actions: [{ label: 'Undo', run: () => { this.undo(); } }] });
  }

  dismissRefused(refused: RefusedEdit): void {
    const id = this.id();
    if (id !== null) this.refusedEdits.dismiss(id, refused);
  }

  undo(): void {
    this.say(this.live.undo(), 'Took back: ', 'taken back', 'Nothing to take back');
  }

  redo(): void {
    this.say(this.live.redo(), 'Made again: ', 'made again', 'Nothing to make again');
  }

  editorsOf(widgetId: string): ReturnType<PresenceRef['editorsOf']> {
    // they are in the present
    return this.travel.isPast() ? [] : this.presence.editorsOf(widgetId);
  }

  colorOf(userId: string): string {
    return this.presence.colorOf(userId);
  }

  /** Selects a widget alone, or adds it to those selected or takes it out. An open editor follows. */
  select(id: string | null, add = false): void {
    const now = untracked(this.selection);
    if (id === null) this.selected.set([]);
    else if (!add) this.selected.set([id]);
    else this.selected.set(now.includes(id) ? now.filter((other) => other !== id) : [...now, id]);
    const open = untracked(this.openWidget);
    if (open !== null && id !== open) this.place.go({ widget: add ? open : id });
  }

  setEditing(edit: boolean): void {
    if (!edit) this.selected.set([]);
    // only now can be edited
    else this.travel.desk()?.now();
    this.place.go(edit ? { edit } : { edit, widget: null });
  }

  /** The board alone, to look at: nothing is edited, and no panel is open. */
  showBoard(): void {
    this.selected.set([]);
    this.place.go({ edit: false, widget: null, panel: null });
  }

  showTab(tab: string): void {
    this.selected.set([]);
    this.place.go({ tab, widget: null });
  }

  openEditor(widget: string): void {
    this.selected.set([widget]);
    this.place.go({ edit: true, widget, panel: null });
  }

  closeEditor(): void {
    this.place.go({ widget: null });
  }

  openEye(): void {
    this.place.go({ panel: 'eye', widget: null });
  }

  openUnsent(): void {
    this.place.go({ panel: 'unsent', widget: null });
  }

  openHistory(): void {
    this.place.go({ panel: 'history', widget: null });
  }

  /** Opens the history at the moment after an op. */
  openMoment(version: number): void {
    this.place.go({ panel: 'history', widget: null, at: version });
  }

  /** Closes whichever panel is open. */
  closePanel(): void {
    this.pointedThings.set([]);
    this.place.go({ panel: null });
  }

  openDataset(dataset: string): void {
    this.place.go({ dataset });
  }

  closeDataset(): void {
    this.place.go({ dataset: null });
  }

  private say(outcome: UndoOutcome, did: string, cannot: string, nothing: string): void {
    if (outcome.status === 'gone') this.toasts.show({ icon: CircleSlash, words: `“You ${outcome.words}” cannot be ${cannot}: others have changed it since.` });
    else void this.announcer.announce(outcome.status === 'nothing' ? nothing : did + outcome.words, 'polite');
  }
}
