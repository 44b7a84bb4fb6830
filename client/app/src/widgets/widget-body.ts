import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';
import type { Dataset, Widget } from '@coboard/core';
import { BarView } from './bar-view';
import { ChecklistView } from './checklist-view';
import { KpiView } from './kpi-view';
import { NoteView } from './note-view';
import { PieView } from './pie-view';
import { TableView } from './table-view';
import { TimeseriesView } from './timeseries-view';

/** Draws a widget of any kind. */
@Component({
  selector: 'app-widget-body',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [BarView, ChecklistView, KpiView, NoteView, PieView, TableView, TimeseriesView],
  template: `
    @let one = widget();
    @switch (one.kind) {
      @case ('kpi') { <app-kpi-view [settings]="one.settings" [datasets]="datasets()" [editable]="editable()" (act)="act.emit($event)" /> }
      @case ('timeseries') { <app-timeseries-view [settings]="one.settings" [datasets]="datasets()" [editable]="editable()" (act)="act.emit($event)" /> }
      @case ('bar') { <app-bar-view [settings]="one.settings" [datasets]="datasets()" [editable]="editable()" (act)="act.emit($event)" /> }
      @case ('pie') { <app-pie-view [settings]="one.settings" [datasets]="datasets()" [editable]="editable()" (act)="act.emit($event)" /> }
      @case ('table') { <app-table-view [settings]="one.settings" [datasets]="datasets()" [editable]="editable()" (act)="act.emit($event)" /> }
      @case ('note') { <app-note-view [id]="id()" [settings]="one.settings" [editable]="editable()" /> }
      @case ('checklist') { <app-checklist-view [id]="id()" [settings]="one.settings" [editable]="editable()" /> }
    }
  `,
  styles: ':host { display: block; flex: 1; min-height: 0; min-width: 0; position: relative; }',
})
export class WidgetBody {
  readonly id = input.required<string>();
  readonly widget = input.required<Widget>();
  readonly datasets = input.required<Readonly<Record<string, Dataset>>>();
  readonly editable = input(false);
  readonly act = output<'choose-data' | 'open-data'>();
}
