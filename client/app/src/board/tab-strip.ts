import { CdkDrag, CdkDropList, type CdkDragDrop } from '@angular/cdk/drag-drop';
import { CdkMenu, CdkMenuItem, CdkMenuTrigger } from '@angular/cdk/menu';
import { ApplicationRef, ChangeDetectionStrategy, Component, ElementRef, computed, effect, inject, input, linkedSignal, output, signal, viewChild } from '@angular/core';
import { Avatar, Icon, SharedText } from '@coboard/angular';
import { addTab, inOrder, moveTab, newId, removeTab, replaceAt, addWidget } from '@coboard/core';
import { ArrowLeft, ArrowRight, Ellipsis, PencilLine, Plus, Table2, Trash2 } from 'lucide';
import { Toasts } from '../toasts/toasts';
import { BoardSession } from './board-session';
import { WidgetCommands } from './widget-commands';

/** The tabs of the board, and what can be added to it. */
@Component({
  selector: 'app-tab-strip',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Avatar, CdkDrag, CdkDropList, CdkMenu, CdkMenuItem, CdkMenuTrigger, Icon, SharedText],
  templateUrl: './tab-strip.html',
  styleUrl: './tab-strip.css',
})
export class TabStrip {
  readonly narrow = input(false);
  readonly addWidget = output();
  protected readonly board = inject(BoardSession);
  protected readonly commands = inject(WidgetCommands);
  private readonly toasts = inject(Toasts);
  protected readonly icons = { add: Plus, data: Table2, more: Ellipsis, rename: PencilLine, remove: Trash2, left: ArrowLeft, right: ArrowRight };
  /** The tab whose title is being edited. */
  protected readonly renaming = signal<string | null>(null);
  private readonly application = inject(ApplicationRef);
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly field = viewChild<ElementRef<HTMLInputElement>>('field');

  /** The ids in order. While one types a title, what others move waits: moving the field would take the focus out of it. */
  private readonly order = linkedSignal<{ now: readonly string[]; renaming: string | null }, readonly string[]>({
    source: () => ({ now: this.board.tabs().map(({ id }) => id), renaming: this.renaming() }),
    computation: ({ now, renaming }, previous) => {
      const old = renaming === null ? [] : (previous?.value ?? []).filter((id) => now.includes(id));
      return [...old, ...now.filter((id) => !old.includes(id))];
    },
  });
  protected readonly tabs = computed(() => {
    const here = this.board.tab();
    const people = this.board.presence.people().filter(({ self, stale }) => !self && !stale);
    const byId = new Map(this.board.tabs().map((tab) => [tab.id, tab]));
    return this.order().flatMap((id) => byId.get(id) ?? []).map((tab) => ({
      ...tab, path: ['tabs', tab.id, 'title'], isHere: tab.id === here,
      people: tab.id === here ? [] : people.filter((person) => person.tab === tab.id).slice(0, 3),
    }));
  });
  protected readonly datasets = computed(() => Object.entries(this.board.dashboard()?.datasets ?? {}).map(([id, { title, rows }]) => ({ id, title, rows: Object.keys(rows).length })));

  constructor() {
    effect(() => {
      const field = this.field()?.nativeElement;
      field?.focus();
      field?.select();
    });
  }

  protected add(): void {
    const id = newId();
    if (!this.board.edit((dashboard) => addTab(dashboard, `Tab ${String(Object.keys(dashboard.tabs).length + 1)}`, id))) return;
    this.board.showTab(id);
    this.renaming.set(id);
  }

  protected sort({ item, currentIndex }: CdkDragDrop<unknown, unknown, string>): void {
    this.board.edit((dashboard) => moveTab(dashboard, item.data, currentIndex));
  }

  protected moveBy(id: string, step: number): void {
    const index = this.board.tabs().findIndex((tab) => tab.id === id);
    this.board.edit((dashboard) => moveTab(dashboard, id, index + step));
  }

  /** Deletes a tab with its widgets, and says how to have them back. */
  protected remove(id: string): void {
    const before = this.board.dashboard();
    const tab = before?.tabs[id];
    if (before === null || tab === undefined || !this.board.edit((dashboard) => removeTab(dashboard, id))) return;
    const widgets = Object.entries(before.widgets).filter(([, widget]) => widget.tab === id);
    const next = inOrder(before.tabs).find(([other]) => other !== id)?.[0];
    if (next !== undefined) this.board.showTab(next);
    this.toasts.show({
      icon: Trash2, words: `Deleted ${tab.title || 'a tab'}`, subject: tab.title || 'a tab',
      actions: [{
        label: 'Undo',
        run: () => {
          this.board.edit((dashboard) => [
            ...(dashboard.tabs[id] === undefined ? replaceAt(dashboard, ['tabs', id], tab) : []),
            ...widgets.flatMap(([widget, value]) => (dashboard.widgets[widget] === undefined ? addWidget(dashboard, value, widget) : [])),
          ]);
          this.board.showTab(id);
        },
      }],
    });
  }

  /** The title is typed; the focus goes on to the tab. */
  protected renamed(id: string): void {
    this.renaming.set(null);
    this.application.tick();
    this.focus(id);
  }

  protected key(event: KeyboardEvent, id: string): void {
    if (event.key === 'F2' && this.board.editing()) this.renaming.set(id);
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = this.board.tabs()[this.board.tabs().findIndex((tab) => tab.id === id) + step];
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    this.board.showTab(next.id);
    this.focus(next.id);
  }

  private focus(id: string): void {
    this.element.querySelector<HTMLElement>(`[data-tab="${id}"]`)?.focus();
  }
}
