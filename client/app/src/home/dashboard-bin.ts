import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Icon } from '@coboard/angular';
import { limits } from '@coboard/core';
import { ArchiveRestore, CloudOff, Trash2 } from 'lucide';
import type { HomeDashboard } from './home-dashboard';
import { Miniature } from './miniature';
import { exactTime, timeWords } from './time-words';

const dayMs = 24 * 3_600_000;

/** How long a deleted dashboard is still kept, in words. */
export function leftWords(deletedAt: number, now: number): string {
  // one that was deleted since the page last looked at the time is not kept for longer
  const days = Math.ceil((deletedAt + limits.binDurationMs - Math.max(now, deletedAt)) / dayMs);
  if (days <= 1) return 'gone for good today';
  return `kept for ${days} more days`;
}

/** The dashboards that one deleted and can bring back. */
@Component({
  selector: 'app-dashboard-bin',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, Miniature, RouterLink],
  template: `
    @if (dashboards().length > 0) {
      <p class="t2">A dashboard stays here for {{ days }} days after it was deleted. Only its owners see it.</p>
      <ul aria-label="Deleted dashboards">
        @for (one of dashboards(); track one.id) {
          <li>
            <app-miniature class="picture" [widgets]="one.preview" />
            <span class="words"><b class="cut">{{ one.title.trim() || 'Untitled dashboard' }}</b><span class="t3 small" [title]="exactTime(one.deletedAt ?? 0)">Deleted {{ timeWords(one.deletedAt ?? 0, now()) }}, {{ leftWords(one.deletedAt ?? 0, now()) }}{{ one.standing === 'here' ? ' on this device' : '' }}</span>@if (one.standing === 'waiting' && tellsUnsaved()) { <span class="unsaved" title="Kept here, and sent when there is a connection"><cb-icon [icon]="icons.away" [size]="12" />Not saved yet</span> }</span>
            <button type="button" class="btn small" data-card [attr.aria-label]="'Bring back ' + one.title" (click)="bringBack.emit(one)"><cb-icon [icon]="icons.back" [size]="14" />Bring back</button>
          </li>
        }
      </ul>
    } @else {
      <div class="message">
        <cb-icon [icon]="icons.bin" [size]="20" />
        <h2>Nothing was deleted</h2>
        <p>Dashboards that you delete wait here for {{ days }} days, in case you want them back.</p>
        <a class="btn" routerLink="/">Back to home</a>
      </div>
    }
  `,
  styles: `
    ul { margin-top: 16px; background: var(--surface); border-radius: var(--r-l); box-shadow: 0 0 0 1px var(--line), var(--shadow-1); overflow: hidden; }
    li { display: flex; align-items: center; gap: 12px; padding: 8px 12px; }
    li + li { border-top: 1px solid var(--line-soft); }
    .picture { width: 64px; aspect-ratio: 240 / 146; border-radius: 5px; box-shadow: 0 0 0 1px var(--line); opacity: .7; flex: none; }
    .words { flex: 1; min-width: 0; display: grid; line-height: 19px; }
    .unsaved { display: inline-flex; align-items: center; gap: 4px; color: var(--warn); font-size: var(--fs-s); font-weight: var(--fw-medium);; line-height: 18px; }
    @media (pointer: coarse) { .btn { height: var(--target-touch); } }
    .message { display: grid; justify-items: center; gap: 6px; padding: 80px 24px; text-align: center; }
    .message cb-icon { color: var(--text-3); margin-bottom: 4px; }
    .message p { color: var(--text-2); max-width: 46ch; margin-bottom: 8px; }
  `,
})
export class DashboardBin {
  readonly dashboards = input.required<readonly HomeDashboard[]>();
  /** Milliseconds since 1970. */
  readonly now = input.required<number>();
  /** Whether it is shown that something is not saved. */
  readonly tellsUnsaved = input(false);
  readonly bringBack = output<HomeDashboard>();
  protected readonly days = limits.binDurationMs / dayMs;
  protected readonly icons = { back: ArchiveRestore, bin: Trash2, away: CloudOff };
  protected readonly timeWords = timeWords;
  protected readonly exactTime = exactTime;
  protected readonly leftWords = leftWords;
}
