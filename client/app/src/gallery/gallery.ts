import type { ElementRef} from '@angular/core';
import { ChangeDetectionStrategy, Component, computed, inject, signal, viewChildren } from '@angular/core';
import { DIALOG_DATA, DialogRef } from '@angular/cdk/dialog';
import { Icon } from '@coboard/angular';
import type { Dashboard, WidgetKind } from '@coboard/core';
import { sampleDataset } from '@coboard/core/templates';
import { Search, X } from 'lucide';
import { WidgetBody } from '../widgets/widget-body';
import { galleryItems, matches } from './gallery-items';

export interface GalleryData {
  readonly dashboard: Dashboard;
  readonly tab: string;
}

/** What was chosen: a kind, and the dataset it shall draw; `sample` says that a sample dataset is to be added with it. */
export interface GalleryChoice {
  readonly kind: WidgetKind;
  readonly dataset: string | null;
  readonly sample: boolean;
}

@Component({
  selector: 'app-gallery',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '(keydown)': 'walk($event)' },
  imports: [Icon, WidgetBody],
  templateUrl: './gallery.html',
  styleUrl: './gallery.css',
})
export class Gallery {
  protected readonly dialog = inject<DialogRef<GalleryChoice>>(DialogRef);
  protected readonly data = inject<GalleryData>(DIALOG_DATA);
  protected readonly icons = { search: Search, close: X };
  protected readonly groups = ['All', 'Figures and charts', 'Text and tasks'] as const;
  protected readonly datasets = Object.entries(this.data.dashboard.datasets).map(([id, { title }]) => ({ id, title }));

  protected readonly query = signal('');
  protected readonly group = signal<(typeof this.groups)[number]>('All');
  protected readonly dataset = signal<string | null>(this.datasets[0]?.id ?? null);
  protected readonly at = signal(0);
  private readonly sample = sampleDataset({ today: new Date().toISOString().slice(0, 10), random: Math.random });
  private readonly cards = viewChildren<ElementRef<HTMLElement>>('card');

  protected readonly items = computed(() =>
    galleryItems(this.data.dashboard, this.data.tab, this.dataset(), this.sample).filter(
      (item) => matches(item, this.query()) && (this.group() === 'All' || item.group === this.group()),
    ),
  );

  protected choose(kind: WidgetKind): void {
    this.dialog.close({ kind, dataset: this.dataset(), sample: this.dataset() === null });
  }

  protected search(query: string): void {
    this.query.set(query);
    this.at.set(0);
  }

  protected walk(event: KeyboardEvent): void {
    const columns = matchMedia('(max-width: 639px)').matches ? 1 : 3;
    const steps: Partial<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
    const typing = event.target instanceof HTMLInputElement;
    const step = steps[event.key];
    if (event.key === 'Enter' && (typing || event.target instanceof HTMLSelectElement)) {
      const item = this.items()[this.at()];
      if (item && typing) this.choose(item.kind);
      return;
    }
    if (step === undefined || event.target instanceof HTMLSelectElement || (typing && Math.abs(step) === 1)) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(this.items().length - 1, this.at() + step));
    this.at.set(next);
    const card = this.cards()[next]?.nativeElement;
    if (typing) card?.scrollIntoView({ block: 'nearest' });
    else card?.focus();
  }

}
