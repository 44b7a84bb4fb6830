import { ApplicationRef, ChangeDetectionStrategy, Component, ElementRef, computed, inject, input, linkedSignal, signal } from '@angular/core';
import { Icon, SharedText } from '@coboard/angular';
import { addChecklistItem, inOrder, newId, orderAt, removeChecklistItem, replaceAt, type ChecklistItem } from '@coboard/core';
import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide';
import { BoardSession } from '../board/board-session';
import { BlameLine } from './blame-line';

interface EditedTask {
  readonly id: string;
  readonly text: string;
  readonly path: readonly string[];
  /** Its place from the top, from 0. */
  readonly rank: number;
}

/**
 * The tasks of a checklist: their words, their order, adding and removing. While the focus is in here the elements stay where they
 * are in the page and only their places change: moving an element would take the focus out of it.
 */
@Component({
  selector: 'app-checklist-editor',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [BlameLine, Icon, SharedText],
  host: { '(focusin)': 'isInside.set(true)', '(focusout)': 'left($event)' },
  template: `
    @for (item of list(); track item.id) {
      @let i = item.rank;
      <div class="item" [style.order]="i" [attr.data-item]="item.id" [appBlame]="item.path">
        <input class="input" autocomplete="off" [attr.aria-label]="'Task ' + (i + 1)" [cbSharedText]="item.path" [cbSharedTextOf]="board.live" [cbSharedTextPresence]="board.presence" [cbSharedTextWidget]="widget()" (keydown.enter)="entered($event)" />
        <button type="button" class="btn ghost icon small" [disabled]="i === 0" [attr.aria-label]="'Move ' + item.text + ' up'" (click)="move(item.id, i - 1)"><cb-icon [icon]="icons.up" [size]="14" /></button>
        <button type="button" class="btn ghost icon small" [disabled]="i === list().length - 1" [attr.aria-label]="'Move ' + item.text + ' down'" (click)="move(item.id, i + 1)"><cb-icon [icon]="icons.down" [size]="14" /></button>
        <button type="button" class="btn ghost icon small" [attr.aria-label]="'Delete ' + item.text" (click)="remove(item.id)"><cb-icon [icon]="icons.remove" [size]="14" /></button>
      </div>
    }
    <button type="button" class="btn small add" (click)="add()"><cb-icon [icon]="icons.add" [size]="14" />Add a task</button>
  `,
  styles: `
    :host { display: grid; gap: 6px; }
    .item { display: grid; grid-template-columns: minmax(0, 1fr) repeat(3, auto); gap: 2px; align-items: center; }
    .add { justify-self: start; order: 1000; }
  `,
})
export class ChecklistEditor {
  readonly widget = input.required<string>();
  readonly items = input.required<Readonly<Record<string, ChecklistItem>>>();
  protected readonly board = inject(BoardSession);
  protected readonly icons = { up: ArrowUp, down: ArrowDown, remove: Trash2, add: Plus };
  protected readonly isInside = signal(false);
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly application = inject(ApplicationRef);
  private readonly tasks = computed<readonly EditedTask[]>(() =>
    inOrder(this.items()).map(([id, { text }], rank) => ({ id, text: text || 'untitled task', path: ['widgets', this.widget(), 'settings', 'items', id, 'text'], rank })),
  );
  protected readonly list = linkedSignal<{ now: readonly EditedTask[]; isInside: boolean }, readonly EditedTask[]>({
    source: () => ({ now: this.tasks(), isInside: this.isInside() }),
    computation: ({ now, isInside }, previous) => {
      if (!isInside || previous === undefined) return now;
      const old = new Map(previous.value.map(({ id }, place) => [id, place]));
      return now.toSorted((a, b) => (old.get(a.id) ?? a.rank + old.size) - (old.get(b.id) ?? b.rank + old.size));
    },
  });

  protected left({ relatedTarget }: FocusEvent): void {
    this.isInside.set(relatedTarget instanceof Node && this.element.contains(relatedTarget));
  }

  protected entered(event: Event): void {
    if (!(event as KeyboardEvent).isComposing) this.add();
  }

  /** Adds a task, and puts the focus into its words. */
  protected add(): void {
    const id = newId();
    if (!this.board.edit((dashboard) => addChecklistItem(dashboard, this.widget(), '', id))) return;
    this.application.tick();
    this.element.querySelector<HTMLElement>(`[data-item="${id}"] input`)?.focus();
  }

  /** Deletes a task; the focus goes on to the one that takes its place. */
  protected remove(id: string): void {
    const ranked = this.tasks();
    const at = ranked.findIndex((item) => item.id === id);
    const next = ranked[at + 1] ?? ranked[at - 1];
    if (!this.board.edit((dashboard) => removeChecklistItem(dashboard, this.widget(), id))) return;
    const place = next === undefined ? '.add' : `[data-item="${next.id}"] input`;
    this.element.querySelector<HTMLElement>(place)?.focus();
  }

  protected move(id: string, index: number): void {
    this.board.edit((dashboard) => replaceAt(dashboard, ['widgets', this.widget(), 'settings', 'items', id, 'order'], orderAt(this.items(), id, index)));
  }
}
