import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { DIALOG_DATA, DialogRef } from '@angular/cdk/dialog';

/** Says that edits would be lost by signing out now, and asks. Its data is how many; its result whether to go on. */
@Component({
  selector: 'app-sign-out-question',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section class="dialog">
      <header><h2 id="sign-out-title">Sign out and lose {{ edits }}?</h2></header>
      <p id="sign-out-words" class="t2">{{ count === 1 ? 'It has' : 'They have' }} not reached the server yet. Stay signed in until everything is saved, and nothing is lost.</p>
      <footer>
        <button type="button" class="btn danger" (click)="dialog.close(true)">Sign out</button>
        <button type="button" class="btn primary" cdkFocusInitial (click)="dialog.close(false)">Stay</button>
      </footer>
    </section>
  `,
  styles: `
    p { padding: 0 20px; }
    footer { display: flex; justify-content: flex-end; gap: 8px; padding: 18px 20px 20px; }
  `,
})
export class SignOutQuestion {
  protected readonly dialog = inject<DialogRef<boolean>>(DialogRef);
  protected readonly count = inject<number>(DIALOG_DATA);
  protected readonly edits = this.count === 1 ? '1 edit' : `${this.count} edits`;
}
