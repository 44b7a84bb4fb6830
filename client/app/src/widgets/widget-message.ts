import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { Icon } from '@coboard/angular';
import { CircleAlert, Table2 } from 'lucide';
import type { Reading } from './dataset-reading';

/** What a widget says when it has nothing to draw: what it is for, and one way on. */
@Component({
  selector: 'app-widget-message',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  template: `
    <div class="message" [class.broken]="reading().kind === 'broken'">
      <cb-icon [icon]="icon()" [size]="18" />
      <p class="title">{{ reading().title }}</p>
      <p class="words">{{ reading().words }}</p>
      @if (editable()) {
        <button type="button" class="btn small" (click)="act.emit(reading().action)">{{ reading().action === 'open-data' ? 'Open the data' : 'Choose data' }}</button>
      }
    </div>
  `,
  styles: `
    :host { display: grid; place-items: center; height: 100%; min-height: 0; overflow: hidden; container-type: size; }
    .message { display: grid; justify-items: center; gap: 3px; text-align: center; padding: 0 8px; }
    cb-icon { color: var(--text-3); margin-bottom: 3px; }
    .broken cb-icon { color: var(--bad); }
    .title { font-weight: var(--fw-medium); }
    .words { color: var(--text-2); font-size: var(--fs-s); line-height: var(--lh-s); max-width: 26ch; }
    .btn { margin-top: 7px; }
    @container (max-height: 110px) { cb-icon, .words { display: none; } }
    @container (max-height: 60px) { .btn { display: none; } }
  `,
})
export class WidgetMessage {
  readonly reading = input.required<Exclude<Reading<unknown>, { kind: 'ready' }>>();
  readonly editable = input(false);
  readonly act = output<'choose-data' | 'open-data'>();
  protected readonly icon = computed(() => (this.reading().kind === 'broken' ? CircleAlert : Table2));
}
