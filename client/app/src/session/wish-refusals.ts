import { Injectable, inject } from '@angular/core';
import type { WishRefusal } from '@coboard/core/wishes';
import { CircleAlert } from 'lucide';
import { CopyText } from '../frame/copy-text';
import { Toasts, type ToastAction } from '../toasts/toasts';
import { injectWishes } from './inject-wishes';

/** Tells what the server did not do of what was created, deleted and brought back. */
@Injectable({ providedIn: 'root' })
export class WishRefusals {
  private readonly wishes = injectWishes();
  private readonly toasts = inject(Toasts);
  private readonly clipboard = inject(CopyText);

  start(): void {
    this.wishes.refusals.subscribe((refusal) => {
      this.toasts.show({ icon: CircleAlert, urgent: true, words: words(refusal), subject: nameOf(refusal), actions: this.actions(refusal) });
    });
  }

  private actions({ step, wish: { dashboard } }: WishRefusal): ToastAction[] {
    if (step !== 'create') return [];
    return [
      { label: 'Try again', run: () => { void this.wishes.tryAgain(dashboard); } },
      { label: 'Copy it', run: () => { void copyDashboard(this.wishes, this.clipboard, dashboard); } },
    ];
  }
}

/** Puts a dashboard that the server does not have onto the clipboard, as JSON. */
export async function copyDashboard(wishes: ReturnType<typeof injectWishes>, clipboard: CopyText, dashboard: string): Promise<void> {
  const content = (await wishes.unsaved()).get(dashboard);
  if (content) await clipboard.copy(`${JSON.stringify(content, null, 2)}\n`, 'Copied. Paste it anywhere to keep it.');
}

const nameOf = ({ wish: { name } }: WishRefusal): string => name.trim() || 'Untitled dashboard';

function words(refusal: WishRefusal): string {
  const name = nameOf(refusal);
  const { message } = refusal.refused;
  switch (refusal.step) {
    case 'create':
      return `${name} could not be saved. ${message} It is kept here.`;
    case 'delete':
      return `${name} could not be deleted and is back. ${message}`;
    case 'restore':
      return `${name} could not be brought back. ${message}`;
  }
}
