import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { Icon, RemoteFlash, WidgetRing, type Mover } from '@coboard/angular';
import { specOf, type Dataset, type Widget } from '@coboard/core';
import { ArrowDown, ArrowUp, CloudOff, Copy, GripVertical, SlidersHorizontal, Trash2 } from 'lucide';
import { WidgetBody } from '../widgets/widget-body';
import { BoardSession } from './board-session';

/** What a widget's own controls ask for. */
export type WidgetAction = 'edit' | 'duplicate' | 'delete' | 'open-data' | 'up' | 'down';

/** A widget on the board: its title, its tools, what it draws, and who edits it. */
@Component({
  selector: 'app-widget-frame',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, RemoteFlash, WidgetBody, WidgetRing],
  host: { '[class.selected]': 'selected()', '[class.editable]': 'editable()', '[class.pointed-at]': 'board.pointed().widgets.has(id())', '[class.was-changed]': "mark()?.kind === 'changed'", '[class.was-removed]': "mark()?.kind === 'removed'" },
  template: `
    <div class="card" [cbRemoteFlash]="path()" [cbRemoteFlashOf]="board.live" [cbRemoteFlashPresence]="board.presence">
      <header class="widget-handle">
        <h2 class="cut" [title]="widget().title">{{ widget().title || kindName() }}</h2>
        @if (board.unsentWidgets().has(id())) { <span class="unsent" title="Kept here, and sent when there is a connection"><cb-icon [icon]="icons.away" [size]="12" />Not sent yet</span> }
        @if (editable()) {
          <div class="tools" role="toolbar" [attr.aria-label]="'Tools of ' + name()">
            @if (stacked()) {
              <button type="button" class="btn ghost icon small" [attr.aria-label]="'Move ' + name() + ' up'" (click)="act.emit('up')"><cb-icon [icon]="icons.up" [size]="15" /></button>
              <button type="button" class="btn ghost icon small" [attr.aria-label]="'Move ' + name() + ' down'" (click)="act.emit('down')"><cb-icon [icon]="icons.down" [size]="15" /></button>
            } @else {
              <span class="grip" aria-hidden="true"><cb-icon [icon]="icons.grip" [size]="14" /></span>
            }
            <button type="button" class="btn ghost icon small" title="Edit (Enter)" [attr.aria-label]="'Edit ' + name()" (click)="act.emit('edit')"><cb-icon [icon]="icons.edit" [size]="14" /></button>
            <button type="button" class="btn ghost icon small" title="Duplicate (Ctrl D)" [attr.aria-label]="'Duplicate ' + name()" (click)="act.emit('duplicate')"><cb-icon [icon]="icons.copy" [size]="14" /></button>
            <button type="button" class="btn ghost icon small" title="Delete (Delete)" [attr.aria-label]="'Delete ' + name()" (click)="act.emit('delete')"><cb-icon [icon]="icons.remove" [size]="14" /></button>
          </div>
        }
      </header>
      <app-widget-body [id]="id()" [widget]="widget()" [datasets]="datasets()" [editable]="editable()" (act)="act.emit($event === 'open-data' ? 'open-data' : 'edit')" />
    </div>
    @if (mark(); as mark) { <span class="mark">{{ mark.words }}</span> }
    @if (!board.travel.isPast()) { <cb-widget-ring [editors]="board.editorsOf(id())" [mover]="mover()" /> }
  `,
  styleUrl: './widget-frame.css',
})
export class WidgetFrame {
  readonly id = input.required<string>();
  readonly widget = input.required<Widget>();
  readonly datasets = input.required<Readonly<Record<string, Dataset>>>();
  readonly editable = input(false);
  readonly selected = input(false);
  /** In one column, where widgets are moved by buttons instead of being dragged. */
  readonly stacked = input(false);
  readonly mover = input<Mover | null>(null);
  readonly act = output<WidgetAction>();
  protected readonly board = inject(BoardSession);
  protected readonly icons = { grip: GripVertical, edit: SlidersHorizontal, copy: Copy, remove: Trash2, up: ArrowUp, down: ArrowDown, away: CloudOff };
  protected readonly mark = computed(() => this.board.travel.markOf(this.id()));
  protected readonly path = computed(() => ['widgets', this.id()]);
  protected readonly kindName = computed(() => specOf(this.widget().kind).name);
  protected readonly name = computed(() => this.widget().title || this.kindName());
}
