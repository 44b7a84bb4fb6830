import { Dialog } from '@angular/cdk/dialog';
import type { Dashboard, Op } from '@coboard/core';
import type { ElementRef} from '@angular/core';
import { ChangeDetectionStrategy, Component, DestroyRef, Injector, ViewContainerRef, computed, effect, inject, signal, viewChild } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { Router, RouterLink } from '@angular/router';
import { ConnectionStatus, Icon } from '@coboard/angular';
import { CircleAlert, CloudOff, Eye, History, House, LayoutDashboard, PencilLine, Plus, Share2 } from 'lucide';
import { HistoryPanel } from '../history/history-panel';
import { LifeScrubber } from '../history/life-scrubber';
import { MomentBanner } from '../history/moment-banner';
import { DatasetSheet } from '../datasets/dataset-sheet';
import { WidgetEditor } from '../editor/widget-editor';
import { NeedsYourEye } from '../eye/needs-your-eye';
import { RefusedEdits } from '../eye/refused-edits';
import { RefusedList } from '../eye/refused-list';
import { UnsentEdits } from '../eye/unsent-edits';
import { BackOnline } from '../eye/back-online';
import { CopyText } from '../frame/copy-text';
import { dialogConfig } from '../frame/dialog-config';
import { PageTitle } from '../frame/page-title';
import { SheetGrabber, type SheetSize } from '../frame/sheet-grabber';
import { Rail } from '../frame/rail';
import type { GalleryChoice, GalleryData } from '../gallery/gallery';
import { AskForAccess } from '../share/ask-for-access';
import { Toasts } from '../toasts/toasts';
import { BoardBar } from './board-bar';
import { parts } from './board-parts';
import { loadPart, whenIdle } from './load-part';
import { BoardGrid } from './board-grid';
import { BoardKeys, type KeyTargets } from './board-keys';
import { BoardPlace } from './board-place';
import { BoardSession } from './board-session';
import { mediaMatches } from './element-size';
import { rowStepPx } from './grid';
import { editsAsText, refusalWords } from './refusal-words';
import { TabStrip } from './tab-strip';
import { TimeTravel } from './time-travel';
import { WidgetCommands } from './widget-commands';
import type { WidgetAction } from './widget-frame';

/** A dashboard, to look at and to edit together. */
@Component({
  selector: 'app-board-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [AskForAccess, BoardBar, BoardGrid, ConnectionStatus, DatasetSheet, HistoryPanel, Icon, LifeScrubber, MomentBanner, NeedsYourEye, Rail, RefusedList, RouterLink, SheetGrabber, TabStrip, UnsentEdits, WidgetEditor],
  providers: [BoardPlace, TimeTravel, BoardSession, WidgetCommands, BoardKeys, BackOnline],
  host: { '(document:keydown)': 'keys.handle($event, targets)' },
  templateUrl: './board-page.html',
  styleUrl: './board-page.css',
})
export class BoardPage {
  protected readonly board = inject(BoardSession);
  protected readonly commands = inject(WidgetCommands);
  protected readonly keys = inject(BoardKeys);
  protected readonly narrow = mediaMatches('(max-width: 639px)');
  private readonly isTablet = mediaMatches('(max-width: 1023px)');
  /** In one column: on a phone, and beside the history where that leaves no more room than a phone has. */
  protected readonly stacked = computed(() => this.narrow() || (this.isTablet() && this.board.historyOpen()));
  /** How much of a phone's screen the list of changes has. */
  protected readonly sheetSize = signal<SheetSize>('half');
  protected readonly icons = { alert: CircleAlert, away: CloudOff, home: House, board: LayoutDashboard, edit: PencilLine, add: Plus, share: Share2, history: History };
  private readonly dialog = inject(Dialog);
  private readonly toasts = inject(Toasts);
  private readonly refused = inject(RefusedEdits);
  private readonly clipboard = inject(CopyText);
  private readonly router = inject(Router);
  private readonly injector = inject(Injector);
  private readonly container = inject(ViewContainerRef);
  private readonly grid = viewChild(BoardGrid);
  private readonly scroll = viewChild<ElementRef<HTMLElement>>('scroll');
  private known: { readonly id: string | null; readonly dashboard: Dashboard } | null = null;

  protected readonly isEmpty = computed(() => {
    const tab = this.board.tab();
    return Object.values(this.board.dashboard()?.widgets ?? {}).every((widget) => widget.tab !== tab);
  });
  protected readonly unsentWords = computed(() => (this.board.live.pendingCount() === 1 ? '1 edit' : `${String(this.board.live.pendingCount())} edits`));

  protected readonly targets: KeyTargets = {
    addWidget: () => {
      void this.openGallery();
    },
    share: () => {
      void this.share();
    },
    showHelp: () => {
      void this.showHelp();
    },
    order: () => this.grid()?.order() ?? [],
    focusWidget: (id) => {
      this.grid()?.focus(id);
    },
  };

  constructor() {
    const title = inject(PageTitle);
    inject(BackOnline).watch();
    // while there is a connection, so that they open without one too
    whenIdle(() => {
      for (const load of Object.values(parts)) load().catch(() => undefined);
    });
    let couldEdit = false;
    effect(() => {
      const role = this.board.role();
      if (couldEdit && role !== null && !this.board.live.canEdit()) this.toasts.show({ icon: Eye, words: 'You can view this dashboard now, and no longer edit it.', urgent: true, isNews: true });
      if (role !== null) couldEdit = this.board.live.canEdit();
    });
    effect(() => {
      const dashboard = this.board.live.dashboard();
      if (dashboard === null) return;
      this.known = { id: this.board.id(), dashboard };
      title.set(dashboard.title || 'Untitled dashboard');
    });
    this.board.live.refusals.pipe(takeUntilDestroyed(inject(DestroyRef))).subscribe((refusal) => {
      const id = this.board.id();
      const dashboard = this.lastKnown();
      const words = refusalWords(refusal, this.board.live.dashboard() ?? dashboard);
      const copy = { label: 'Copy it', run: () => { this.copy([refusal.op]); } };
      const see = { label: 'See it', run: () => { this.board.openEye(); } };
      // what never left is still where it was typed
      const listed = id !== null && !this.board.isMakingAgain && (refusal.sent || refusal.code === 'OP_TOO_LARGE') ? this.refused.add(id, refusal, this.board.live.dashboard(), dashboard) : null;
      const tryAgain = { label: 'Try again', run: () => { if (listed === null) this.board.edit(() => refusal.op); else this.board.makeAgain(listed); } };
      this.toasts.show({ icon: CircleAlert, urgent: true, ...words, actions: refusal.retry ? [tryAgain, see] : refusal.sent ? [copy, see] : [copy] });
    });
  }

  protected async openGallery(): Promise<void> {
    const dashboard = this.board.dashboard();
    if (dashboard === null) return;
    const part = await loadPart(parts.gallery, this.toasts);
    if (part === null) return;
    const opened = this.dialog.open(part.Gallery, dialogConfig<GalleryData, GalleryChoice>({
      data: { dashboard, tab: this.board.tab() }, ariaLabelledBy: 'gallery-title', autoFocus: '[cdkFocusInitial]', injector: this.injector, viewContainerRef: this.container,
    }));
    opened.closed.subscribe((choice) => {
      if (choice === undefined) return;
      const fromRow = Math.max(0, Math.floor((this.scroll()?.nativeElement.scrollTop ?? 0) / rowStepPx));
      const id = this.commands.add(choice, fromRow);
      if (id === null) return;
      if (this.narrow()) this.board.setEditing(true);
      else this.board.openEditor(id);
      requestAnimationFrame(() => {
        this.grid()?.show(id);
      });
    });
  }

  protected async share(): Promise<void> {
    const id = this.board.id();
    if (id === null) return;
    const part = await loadPart(parts.share, this.toasts);
    part?.openShareDialog(this.dialog, { id, title: this.board.dashboard()?.title ?? '' });
  }

  protected async showHelp(): Promise<void> {
    const part = await loadPart(parts.help, this.toasts);
    if (part !== null) this.dialog.open(part.KeyHelp, dialogConfig({ ariaLabelledBy: 'keys-title' }));
  }

  protected act({ id, action }: { readonly id: string; readonly action: WidgetAction }): void {
    switch (action) {
      case 'edit':
        this.board.openEditor(id);
        break;
      case 'duplicate':
        this.board.select(this.commands.duplicate([id])[0] ?? id);
        break;
      case 'delete':
        this.keys.remove(id, [id], this.targets);
        break;
      case 'up':
        this.commands.swap(id, -1);
        break;
      case 'down':
        this.commands.swap(id, 1);
        break;
      case 'open-data': {
        const settings = this.board.dashboard()?.widgets[id]?.settings;
        if (settings && 'dataset' in settings && settings.dataset !== null) this.board.openDataset(settings.dataset);
        break;
      }
    }
  }

  /** A click on the ground of the board takes the selection away. */
  protected pressed(event: Event): void {
    if (this.board.editing() && (event.target as Element).closest('section, button, a, input, textarea') === null) this.board.select(null);
  }

  protected signIn(): void {
    void this.router.navigate(['/sign-in'], { queryParams: { then: this.router.url } });
  }

  /** What is not sent, and, where there is no access, what was not taken for it. */
  protected copyEdits(): void {
    const refused = this.board.state().status === 'gone' ? this.board.refused().toReversed().flatMap(({ ops }) => ops) : [];
    this.copy([...refused, ...(this.board.live.live()?.unsaved() ?? [])]);
  }

  private copy(ops: readonly Op[]): void {
    void this.clipboard.copy(editsAsText(ops, this.board.dashboard() ?? this.lastKnown()));
  }

  /** The dashboard that one was on: where it is gone, its things still have their names. */
  private lastKnown(): Dashboard | null {
    return this.known?.id === this.board.id() ? this.known.dashboard : null;
  }
}
