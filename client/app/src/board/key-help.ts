import { DialogRef } from '@angular/cdk/dialog';
import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { Icon } from '@coboard/angular';
import { X } from 'lucide';

/** All keys of the board. */
@Component({
  selector: 'app-key-help',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  template: `
    <section class="dialog" aria-labelledby="keys-title">
      <header><h2 id="keys-title">Keys</h2><button type="button" class="btn ghost icon small" aria-label="Close" (click)="dialog.close()"><cb-icon [icon]="close" /></button></header>
      <dl>
        @for (one of keys; track one.what) {
          <div><dt>@for (key of one.keys; track key) {<span class="kbd">{{ key }}</span>}</dt><dd>{{ one.what }}</dd></div>
        }
      </dl>
    </section>
  `,
  styles: `
    .dialog { width: min(520px, calc(100vw - 24px)); }
    dl { padding: 0 20px 20px; display: grid; gap: 7px; overflow: auto; }
    dl > div { display: grid; grid-template-columns: 170px 1fr; align-items: center; }
    dt { display: flex; gap: 4px; }
    dd { color: var(--text-2); margin: 0; }
  `,
})
export class KeyHelp {
  protected readonly dialog = inject<DialogRef>(DialogRef);
  protected readonly close = X;
  protected readonly keys = [
    { keys: ['E'], what: 'Edit' }, { keys: ['V'], what: 'View' }, { keys: ['N'], what: 'Add a widget' }, { keys: ['S'], what: 'Share' }, { keys: ['H'], what: 'History' }, { keys: ['[', ']'], what: 'Earlier, later change' }, { keys: ['1', '…', '9'], what: 'Go to a tab' },
    { keys: ['Ctrl', 'Z'], what: 'Undo your last edit' }, { keys: ['Ctrl', 'Shift', 'Z'], what: 'Redo' },
    { keys: ['↑', '↓', '←', '→'], what: 'Move the widget' }, { keys: ['Shift', '↑ ↓ ← →'], what: 'Make it larger or smaller' }, { keys: ['Alt', '↑ ↓ ← →'], what: 'Walk from widget to widget' },
    { keys: ['Enter'], what: 'Open its editor' }, { keys: ['Delete'], what: 'Delete it' }, { keys: ['Ctrl', 'D'], what: 'Duplicate' }, { keys: ['Ctrl', 'A'], what: 'Select all' },
    { keys: ['F2'], what: 'Rename a tab, edit a cell' }, { keys: ['Esc'], what: 'Close, step back' },
  ];
}
