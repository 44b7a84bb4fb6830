import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';
import { Icon } from '@coboard/angular';
import type { TakeBackPlan } from '@coboard/core/history';
import { CircleAlert } from 'lucide';

/** What taking something back would do, and what of it stays, before anything is done. */
@Component({
  selector: 'app-take-back-plan',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  template: `
    @if (plan().words.length > 0) {
      <p>This changes:</p>
      <ul>@for (words of plan().words; track words) { <li>{{ words }}</li> }</ul>
    } @else { <p>Nothing of it can be taken back.</p> }
    @if (plan().lost.length > 0) {
      <p class="lost"><cb-icon [icon]="alert" [size]="14" />Stays, because others changed or deleted it since:</p>
      <ul>@for (words of plan().lost; track words) { <li>{{ words }}</li> }</ul>
    }
    <div class="actions">
      @if (plan().words.length > 0) { <button type="button" class="btn primary small" [disabled]="isBusy()" (click)="taken.emit()">Take back</button> }
      <button type="button" class="btn ghost small" (click)="cancelled.emit()">Cancel</button>
    </div>
  `,
  styles: `
    :host { display: grid; gap: 4px; padding: 8px 10px 10px; border-radius: var(--r-m); background: var(--surface); box-shadow: 0 0 0 1px var(--line); font-size: var(--fs-s); }
    ul { list-style: none; }
    li { overflow-wrap: anywhere; }
    li::before { content: '·'; margin-right: 6px; color: var(--text-3); }
    .lost { display: flex; gap: 6px; align-items: center; color: var(--warn); margin-top: 4px; }
    .actions { display: flex; gap: 6px; padding-top: 4px; }
    @media (max-width: 639px) { .btn { height: 36px; } }
  `,
  host: { role: 'group', 'aria-label': 'Take back' },
})
export class TakeBackPlanView {
  readonly plan = input.required<TakeBackPlan>();
  readonly isBusy = input(false);
  readonly taken = output();
  readonly cancelled = output();
  protected readonly alert = CircleAlert;
}
