import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { Cell, Dataset, WidgetOf } from '@coboard/core';
import { readTable, textOf } from './dataset-reading';
import { dateWords, numberText } from './number-words';
import { WidgetMessage } from './widget-message';
import { WidgetView } from './widget-view';

@Component({
  selector: 'app-table-view',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [WidgetMessage],
  template: `
    @let read = reading();
    @if (read.kind === 'ready') {
      <div class="scroll" tabindex="0" role="group" [attr.aria-label]="read.value.total + ' rows'">
        <table>
          <thead><tr>@for (column of read.value.columns; track column.id) {<th scope="col" [class.number]="column.type === 'number'">{{ column.name }}</th>}</tr></thead>
          <tbody>
            @for (row of read.value.rows; track row.id) {
              <tr>
                @for (column of read.value.columns; track column.id) {
                  <td [class.number]="column.type === 'number'" class="num">
                    @if (column.type === 'number' && settings().bars && column.largest > 0) {
                      <span class="cell-bar"><i [style.width.%]="length(row.cells[column.id], column.largest)"></i></span>
                    }<span class="figure">{{ shown(row.cells[column.id], column.type) }}</span>
                  </td>
                }
              </tr>
            }
          </tbody>
        </table>
      </div>
    } @else {
      <app-widget-message [reading]="read" [editable]="editable()" (act)="act.emit($event)" />
    }
  `,
  styles: `
    :host { display: block; height: 100%; min-height: 0; }
    .scroll { height: 100%; overflow: auto; scrollbar-width: thin; margin: 0 -4px; padding: 0 4px; }
    table { border-collapse: collapse; width: 100%; }
    th { position: sticky; top: 0; background: var(--surface); z-index: 1; text-align: left; font-weight: var(--fw); color: var(--text-3); font-size: var(--fs-s); height: 26px; padding: 0 12px 0 0; box-shadow: inset 0 -1px var(--line); white-space: nowrap; }
    td { height: 29px; padding: 0 12px 0 0; border-bottom: 1px solid var(--line-soft); white-space: nowrap; max-width: 260px; overflow: hidden; text-overflow: ellipsis; }
    tr:last-child td { border-bottom: 0; }
    .number { text-align: right; }
    :is(th, td):last-child { padding-right: 2px; }
    .cell-bar + .figure { display: inline-block; min-width: 6ch; }
    .cell-bar { display: inline-block; width: 64px; height: 5px; margin-right: 10px; border-radius: 3px; background: var(--sunken); vertical-align: 2px; overflow: hidden; }
    .cell-bar i { display: block; height: 100%; border-radius: 3px; background: var(--bar); transition: width var(--t-slow) var(--ease); }
  `,
})
export class TableView extends WidgetView {
  readonly settings = input.required<WidgetOf<'table'>['settings']>();
  readonly datasets = input.required<Readonly<Record<string, Dataset>>>();
  protected readonly reading = computed(() => readTable(this.datasets(), this.settings()));

  protected shown(cell: Cell | undefined, type: 'text' | 'number' | 'date'): string {
    if (typeof cell === 'number' && type === 'number') return numberText(cell, this.settings().format, '');
    return type === 'date' ? dateWords(textOf(cell)) : textOf(cell);
  }

  protected length(cell: Cell | undefined, largest: number): number {
    return typeof cell === 'number' ? (Math.abs(cell) / largest) * 100 : 0;
  }
}
