import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { ConnectionStatus, injectConnection } from '@coboard/angular';
import type { ConnectionAction } from '@coboard/core/view';
import { UserSession } from '../session/user-session';
import { KeptApp } from './kept-app';
import { NewerVersion } from './newer-version';

/** The connection beside pages that show no dashboard: in a word, and what can be done about it. In a narrow bar only what is out of the ordinary. */
@Component({
  selector: 'app-frame-connection',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ConnectionStatus, NewerVersion],
  template: '<cb-connection-status form="compact" [without]="elsewhere" (signIn)="session.ended()" /><app-newer-version />',
  host: { '[class.calm]': 'isCalm()' },
  styles: `
    :host { display: flex; align-items: center; gap: 4px; min-width: 0; padding: 4px 0; --connection-opens: auto calc(100% + 6px); }
    @media (max-width: 799px) { :host { flex-basis: 100%; order: 9; padding: 0; --connection-opens: calc(100% + 6px) auto; } :host(.calm) { display: none; } }
  `,
})
export class FrameConnection {
  protected readonly session = inject(UserSession);
  /** What is not sent is copied where it was made. */
  protected readonly elsewhere: readonly ConnectionAction[] = ['copyEdits'];
  private readonly view = injectConnection().view;
  private readonly app = inject(KeptApp);
  protected readonly isCalm = computed(() => !this.app.isNewer() && ['saved', 'slower', 'sending', 'connecting', 'closed'].includes(this.view().look));
}
