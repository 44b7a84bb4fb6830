import { ChangeDetectionStrategy, Component, DOCUMENT, ElementRef, InjectionToken, computed, inject, input, output, signal, viewChild } from '@angular/core';
import type { ConnectionAction } from '@coboard/core/view';
import { NgTemplateOutlet } from '@angular/common';
import { Icon } from '../icon/icon';
import type { DashboardRef } from '../dashboard/inject-dashboard';
import { connectionIcons, compactIcons } from './connection-icons';
import { injectConnection } from './inject-connection';

/** `minimal` an icon, `compact` an icon and a word that opens the rest, `full` a card, `banner` a bar across the page where it matters. */
export type ConnectionForm = 'minimal' | 'compact' | 'full' | 'banner';

const labels: Readonly<Record<ConnectionAction, string>> = { tryNow: 'Try now', pause: 'Pause', resume: 'Resume', signIn: 'Sign in', reload: 'Reload', copyEdits: 'Copy edits' };

/** Loads the page anew, in the version that the server has. An application that a service worker keeps provides its own way. */
export const PAGE_RELOAD = new InjectionToken<() => void>('PageReload', {
  providedIn: 'root',
  factory: () => {
    const { defaultView } = inject(DOCUMENT);
    return () => defaultView?.location.reload();
  },
});

/** How the connection stands and whether everything is saved: one truth in four forms. */
@Component({
  selector: 'cb-connection-status',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, NgTemplateOutlet],
  templateUrl: './connection-status.html',
  styleUrl: './connection-status.css',
  host: { '[class]': "form() + ' ' + view().tone", '(keydown.escape)': 'close()', '(document:pointerdown)': 'closeOutside($event)' },
})
export class ConnectionStatus {
  readonly form = input<ConnectionForm>('compact');
  /** The dashboard in view, so that a lost access is told here too. */
  readonly dashboard = input<DashboardRef | null>(null);
  /** What is not offered here, because nothing would come of it. */
  readonly without = input<readonly ConnectionAction[]>([]);
  /** The person wants to sign in again. */
  readonly signIn = output();
  /** The person wants the edits that are not sent on their clipboard. */
  readonly copyEdits = output();

  private readonly connection = injectConnection(() => {
    const dashboard = this.dashboard();
    const state = dashboard?.state();
    return dashboard !== null && state?.status === 'gone' ? { by: state.by, pendingCount: dashboard.pendingCount() } : null;
  });
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly reload = inject(PAGE_RELOAD);
  private readonly button = viewChild<ElementRef<HTMLButtonElement>>('opener');

  protected readonly view = this.connection.view;
  protected readonly icon = computed(() => connectionIcons[this.view().look]);
  protected readonly compactIcon = computed(() => compactIcons[this.view().look]);
  protected readonly turning = computed(() => this.view().look === 'sending');
  protected readonly actions = computed(() => this.view().actions.filter((action) => !this.without().includes(action)).map((action) => ({ action, label: labels[action] })));
  /** In a banner only what leads on; pausing is no answer to a problem. */
  protected readonly bannerActions = computed(() => this.actions().filter(({ action }) => action !== 'pause'));
  protected readonly isOpen = signal(false);

  protected run(action: ConnectionAction): void {
    switch (action) {
      case 'tryNow':
        this.connection.tryNow();
        break;
      case 'pause':
        this.connection.pause();
        break;
      case 'resume':
        this.connection.resume();
        break;
      case 'signIn':
        this.signIn.emit();
        break;
      case 'copyEdits':
        this.copyEdits.emit();
        break;
      case 'reload':
        this.reload();
        break;
    }
  }

  protected close(): void {
    if (!this.isOpen()) return;
    this.isOpen.set(false);
    this.button()?.nativeElement.focus();
  }

  protected closeOutside(event: Event): void {
    if (this.isOpen() && event.target instanceof Node && !this.element.contains(event.target)) this.isOpen.set(false);
  }
}
