import { ChangeDetectionStrategy, Component, booleanAttribute, inject, input, linkedSignal } from '@angular/core';
import { LiveAnnouncer } from '@angular/cdk/a11y';
import { Icon, injectCoboard } from '@coboard/angular';
import type { AskedRole } from '@coboard/core';
import { Check, CircleAlert, KeyRound } from 'lucide';
import { errorWords } from '../session/error-words';
import { Toasts } from '../toasts/toasts';

/** Asks the owners of a dashboard for access. */
@Component({
  selector: 'app-ask-for-access',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  template: `
    <button type="button" class="btn" [class.small]="small()" [disabled]="asked() !== 'no'" (click)="ask()">
      <cb-icon [icon]="asked() === 'yes' ? icons.asked : icons.ask" [size]="13" />{{ asked() === 'yes' ? 'Asked' : 'Ask for access' }}
    </button>
    @if (asked() === 'yes' && !small()) { <p class="t2">If it exists, its owners see that you ask. It opens here when one of them agrees.</p> }
  `,
  styles: ':host { display: contents; } @media (max-width: 639px) { .btn { height: 44px; } }',
})
export class AskForAccess {
  readonly dashboard = input.required<string>();
  readonly role = input<AskedRole>('editor');
  readonly small = input(false, { transform: booleanAttribute });
  protected readonly icons = { ask: KeyRound, asked: Check };
  protected readonly asked = linkedSignal<string, 'no' | 'asking' | 'yes'>({ source: this.dashboard, computation: () => 'no' });
  private readonly coboard = injectCoboard();
  private readonly announcer = inject(LiveAnnouncer);
  private readonly toasts = inject(Toasts);

  protected async ask(): Promise<void> {
    this.asked.set('asking');
    try {
      await this.coboard.api.askForAccess(this.dashboard(), { role: this.role(), note: '' });
      this.asked.set('yes');
      void this.announcer.announce('Asked for access');
    } catch (error) {
      this.asked.set('no');
      this.toasts.show({ icon: CircleAlert, urgent: true, words: errorWords(error) });
    }
  }
}
