import { ChangeDetectionStrategy, Component, Injector, afterNextRender, computed, effect, inject, input, linkedSignal, signal, untracked, viewChild } from '@angular/core';
import { CdkMenu, CdkMenuItem, CdkMenuTrigger } from '@angular/cdk/menu';
import type { ConnectedPosition } from '@angular/cdk/overlay';
import { LiveAnnouncer } from '@angular/cdk/a11y';
import { Router } from '@angular/router';
import { Icon, injectConnection } from '@coboard/angular';
import { CloudOff, LayoutGrid, List, Plus, SearchX } from 'lucide';
import { EyeCounts } from '../eye/eye-counts';
import { PageTitle } from '../frame/page-title';
import { Sidebar } from '../frame/sidebar';
import { keptHere } from '../session/kept-here';
import { CardWalk } from './card-walk';
import { DashboardActions } from './dashboard-actions';
import { DashboardBin } from './dashboard-bin';
import { DashboardCard } from './dashboard-card';
import { DashboardList } from './dashboard-list';
import { findDashboards } from './find-dashboards';
import type { HomeDashboard } from './home-dashboard';
import { keepFresh } from './keep-fresh';
import { keepShelves, shelve, type Shelves } from './shelves';
import { TemplateCards, templateItems } from './template-cards';
import { timeWords } from './time-words';

const filters = [
  { name: 'all', label: 'All', keeps: () => true },
  { name: 'mine', label: 'Mine', keeps: ({ role }: HomeDashboard) => role === 'owner' },
  { name: 'shared', label: 'Shared with me', keeps: ({ role }: HomeDashboard) => role !== 'owner' },
] as const;

const below: ConnectedPosition[] = [{ originX: 'end', originY: 'bottom', overlayX: 'end', overlayY: 'top', offsetY: 6 }];

/** Where one finds, makes, shares and deletes dashboards. */
@Component({
  selector: 'app-home',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [CardWalk, CdkMenu, CdkMenuItem, CdkMenuTrigger, DashboardBin, DashboardCard, Icon, Sidebar, TemplateCards],
  templateUrl: './home.html',
  styleUrl: './home.css',
  host: { '(pointerover)': 'pointed.set(isOnCard($event))', '(pointerleave)': 'pointed.set(false)', '(focusin)': 'focused.set(isOnCard($event))', '(focusout)': 'focused.set(false)' },
})
export class Home {
  /** The address has `?bin=1` while the bin is shown. */
  readonly bin = input<string>();

  protected readonly list = inject(DashboardList);
  protected readonly actions = inject(DashboardActions);
  protected readonly eyes = inject(EyeCounts);
  private readonly connection = injectConnection();
  private readonly announcer = inject(LiveAnnouncer);
  private readonly injector = inject(Injector);
  private readonly router = inject(Router);
  private readonly walk = viewChild.required(CardWalk);

  protected readonly icons = { plus: Plus, cards: LayoutGrid, list: List, unreachable: CloudOff, noMatch: SearchX };
  protected readonly below = below;
  protected readonly templates = templateItems;
  protected readonly filters = filters;
  protected readonly skeletons = [0, 1, 2, 3, 4, 5];

  protected readonly form = keptHere('coboard.home.form', ['cards', 'list']);
  protected readonly filter = signal<(typeof filters)[number]['name']>('all');
  protected readonly query = signal('');
  protected readonly isBin = computed(() => this.bin() !== undefined);

  /** While somebody points at a card, has the focus in one or a menu open, every card keeps its place. */
  protected readonly pointed = signal(false);
  protected readonly focused = signal(false);
  protected readonly menuOpen = signal(false);

  protected readonly shelves = linkedSignal<{ present: readonly HomeDashboard[] | null; held: boolean }, Shelves | null>({
    source: () => ({ present: this.list.present(), held: this.pointed() || this.focused() || this.menuOpen() }),
    computation: ({ present, held }, before) => {
      if (present === null) return null;
      const shown = before?.value ?? null;
      return held && shown !== null ? keepShelves(shown, present, (id) => this.list.deleted().some((one) => one.id === id)) : shelve(present);
    },
  });
  protected readonly everything = computed(() => [...(this.shelves()?.here ?? []), ...(this.shelves()?.recent ?? [])]);
  protected readonly recent = computed(() => {
    const { keeps } = filters.find(({ name }) => name === this.filter()) ?? filters[0];
    return this.shelves()?.recent.filter(keeps) ?? [];
  });
  protected readonly found = computed(() => (this.query().trim() === '' ? null : findDashboards(this.everything(), this.query())));
  protected readonly state = computed(() => {
    if (this.list.present() === null) return this.list.problem() === null ? 'loading' : 'failed';
    if (this.isBin()) return 'bin';
    if (this.found() !== null) return 'found';
    return this.everything().length === 0 ? 'empty' : 'shelves';
  });
  /** A save that is quick, and a gap that is short, are not told. */
  protected readonly tellsUnsaved = computed(() => !['saved', 'slower'].includes(this.connection.view().look));
  protected readonly asOf = computed(() => timeWords(this.list.loadedAt() ?? 0, this.list.now()));

  constructor() {
    keepFresh(() => this.list.refresh());
    effect(() => {
      this.connection.saving();
      void untracked(() => this.list.look());
    });
    effect(() => {
      this.connection.saving();
      const ids = this.list.present()?.map(({ id }) => id) ?? [];
      void untracked(() => this.eyes.look(ids));
    });
    const title = inject(PageTitle);
    effect(() => {
      title.set(this.isBin() ? 'Recently deleted' : 'Home');
    });
    effect(() => {
      const found = this.found();
      if (found !== null) void this.announcer.announce(found.length === 1 ? '1 dashboard found' : `${found.length} dashboards found`);
    });
  }

  /** What is searched for is a dashboard that is there, so the bin gives way. */
  protected search(query: string): void {
    this.query.set(query);
    if (this.isBin() && query.trim() !== '') void this.router.navigate(['/']);
  }

  protected openFirst(): void {
    const first = this.found()?.[0];
    if (first) void this.router.navigate(['/d', first.dashboard.id]);
  }

  protected focusFirst(): void {
    this.walk().focusFirst();
  }

  protected async delete(dashboard: HomeDashboard): Promise<void> {
    const at = this.walk().indexOf(dashboard.id);
    await this.actions.delete(dashboard);
    // the card goes and takes the focus with it; what comes into its place gets it
    afterNextRender(() => { this.walk().focusAt(at); }, { injector: this.injector });
  }

  protected isOnCard({ target }: Event): boolean {
    return target instanceof Element && target.closest('app-dashboard-card, app-sidebar nav') !== null;
  }
}
