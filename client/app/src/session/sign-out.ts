import { Injectable, inject } from '@angular/core';
import { Dialog } from '@angular/cdk/dialog';
import { injectCoboard } from '@coboard/angular';
import { firstValueFrom } from 'rxjs';
import { dialogConfig } from '../frame/dialog-config';
import { SignOutQuestion } from './sign-out-question';
import { UserSession } from './user-session';

/** Signs out; asks first where edits would be lost by it. */
@Injectable({ providedIn: 'root' })
export class SignOut {
  private readonly session = inject(UserSession);
  private readonly dialog = inject(Dialog);
  private readonly coboard = injectCoboard();

  /** @throws CoboardError or NetworkError */
  async ask(): Promise<void> {
    const elsewhere = (await this.coboard.wishes?.elsewhere()) ?? 0;
    const unsaved = this.coboard.saving.value.pendingCount + elsewhere;
    if (unsaved > 0) {
      const question = this.dialog.open(
        SignOutQuestion,
        dialogConfig<number, boolean>({ data: unsaved, width: 'min(400px, calc(100vw - 24px))', role: 'alertdialog', ariaLabelledBy: 'sign-out-title', ariaDescribedBy: 'sign-out-words' }),
      );
      if ((await firstValueFrom(question.closed)) !== true) return;
    }
    await this.session.signOut();
  }
}
