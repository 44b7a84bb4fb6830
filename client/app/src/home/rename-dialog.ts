import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { DIALOG_DATA, DialogRef, type Dialog } from '@angular/cdk/dialog';
import { limits } from '@coboard/core';
import { firstValueFrom } from 'rxjs';
import { dialogConfig } from '../frame/dialog-config';

/** Asks for another name of a dashboard; null if it stays as it is. */
export async function askForName(dialog: Dialog, name: string): Promise<string | null> {
  const asked = dialog.open(RenameDialog, dialogConfig<string, string>({ data: name, width: 'min(400px, calc(100vw - 24px))', ariaLabelledBy: 'rename-title' }));
  const wanted = (await firstValueFrom(asked.closed))?.trim() ?? '';
  return wanted === '' || wanted === name ? null : wanted;
}

/** A field for the name of a dashboard. Its data is the name, its result the new one. */
@Component({
  selector: 'app-rename-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <form class="dialog" (submit)="$event.preventDefault(); dialog.close(field.value)">
      <header><h2 id="rename-title">Rename dashboard</h2></header>
      <input #field class="input" cdkFocusInitial aria-labelledby="rename-title" autocomplete="off" enterkeyhint="done" [maxLength]="charsMax" [value]="name" (focus)="field.select()" />
      <footer>
        <button type="button" class="btn" (click)="dialog.close()">Cancel</button>
        <button type="submit" class="btn primary">Rename</button>
      </footer>
    </form>
  `,
  styles: `
    .input { width: auto; margin: 2px 20px 0; height: var(--control-l); }
    footer { display: flex; justify-content: flex-end; gap: 8px; padding: 16px 20px 20px; }
    @media (pointer: coarse) { .btn, .input { height: var(--target-touch); } }
  `,
})
export class RenameDialog {
  protected readonly dialog = inject<DialogRef<string>>(DialogRef);
  protected readonly name = inject<string>(DIALOG_DATA);
  protected readonly charsMax = limits.titleCharsMax;
}
