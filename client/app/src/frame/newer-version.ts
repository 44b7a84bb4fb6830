import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';
import { Icon } from '@coboard/angular';
import { RefreshCw } from 'lucide';
import { KeptApp } from './kept-app';

/** A quiet button for as long as a newer version of the app waits; nothing changes before it is pressed. */
@Component({
  selector: 'app-newer-version',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  template: `
    @if (app.isNewer()) {
      <button type="button" class="btn ghost" [class.icon]="slim()" [title]="app.words()" aria-label="Reload in the new version" (click)="app.reload()"><cb-icon [icon]="icon" [size]="14" />@if (!slim()) {Reload}</button>
    }
  `,
  styles: ':host { display: contents; }',
})
export class NewerVersion {
  /** The sign alone. */
  readonly slim = input(false);
  protected readonly app = inject(KeptApp);
  protected readonly icon = RefreshCw;
}
