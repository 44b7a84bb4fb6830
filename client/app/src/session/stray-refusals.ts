import { Injectable, inject } from '@angular/core';
import { Router } from '@angular/router';
import { injectCoboard } from '@coboard/angular';
import { CircleAlert } from 'lucide';
import { editsAsText } from '../board/refusal-words';
import { RefusedEdits } from '../eye/refused-edits';
import { CopyText } from '../frame/copy-text';
import { Toasts } from '../toasts/toasts';

/** Tells of edits of a closed window, or of a dashboard that one has left, where the server did not take them. */
@Injectable({ providedIn: 'root' })
export class StrayRefusals {
  private readonly coboard = injectCoboard();
  private readonly toasts = inject(Toasts);
  private readonly router = inject(Router);
  private readonly refused = inject(RefusedEdits);
  private readonly clipboard = inject(CopyText);

  start(): void {
    this.coboard.strayRefusals.subscribe((refusal) => {
      const { op, dashboard } = refusal;
      this.refused.add(dashboard, refusal, null);
      this.toasts.show({
        icon: CircleAlert, urgent: true, words: 'An edit that you made before was not accepted.',
        actions: [
          { label: 'Open it', run: () => { void this.router.navigateByUrl(`/d/${dashboard}?panel=eye`); } },
          { label: 'Copy it', run: () => { void this.clipboard.copy(editsAsText([op], null)); } },
        ],
      });
    });
  }
}
