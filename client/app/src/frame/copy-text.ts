import { Injectable, inject } from '@angular/core';
import { Clipboard } from '@angular/cdk/clipboard';
import { CircleAlert, Copy } from 'lucide';
import { Toasts } from '../toasts/toasts';
import { saveText } from './save-text';

/** Gives text to the clipboard, also where a browser has the new way to it for secure addresses only. */
@Injectable({ providedIn: 'root' })
export class CopyText {
  private readonly clipboard = inject(Clipboard);
  private readonly toasts = inject(Toasts);

  /** Copies without a word; says whether it did. */
  async write(text: string): Promise<boolean> {
    try {
      // without a secure connection there is no clipboard at all
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return this.clipboard.copy(text);
    }
  }

  /** Copies and says so; where the browser refuses, the text can be saved instead. */
  async copy(text: string, words = 'Copied'): Promise<void> {
    if (await this.write(text)) this.toasts.show({ icon: Copy, words });
    else this.toasts.show({ icon: CircleAlert, urgent: true, words: 'Your browser does not let this page copy.', actions: [{ label: 'Save it', run: () => { saveText('Copied.txt', text); } }] });
  }
}
