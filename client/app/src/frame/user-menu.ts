import { ChangeDetectionStrategy, Component, booleanAttribute, computed, inject, input } from '@angular/core';
import { CdkMenu, CdkMenuGroup, CdkMenuItem, CdkMenuItemRadio, CdkMenuTrigger } from '@angular/cdk/menu';
import type { ConnectedPosition } from '@angular/cdk/overlay';
import { RouterLink } from '@angular/router';
import { Avatar, Icon } from '@coboard/angular';
import { Check, ChevronsUpDown, CloudOff, LogOut, ShieldCheck } from 'lucide';
import { AdminAccess } from '../session/admin-access';
import { errorWords } from '../session/error-words';
import { SignOut } from '../session/sign-out';
import { UserSession } from '../session/user-session';
import { Toasts } from '../toasts/toasts';
import { ColorScheme, type Scheme } from './color-scheme';
import { schemeIcons, schemeNames } from './theme-button';

const beside: ConnectedPosition[] = [
  { originX: 'end', originY: 'bottom', overlayX: 'start', overlayY: 'bottom', offsetX: 8 },
  { originX: 'end', originY: 'bottom', overlayX: 'end', overlayY: 'top', offsetY: 6 },
];
const above: ConnectedPosition[] = [
  { originX: 'start', originY: 'top', overlayX: 'start', overlayY: 'bottom', offsetY: -6 },
  { originX: 'end', originY: 'bottom', overlayX: 'end', overlayY: 'top', offsetY: 6 },
];

/** Who is signed in; opens a menu with the theme and signing out. */
@Component({
  selector: 'app-user-menu',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Avatar, CdkMenu, CdkMenuGroup, CdkMenuItem, CdkMenuItemRadio, CdkMenuTrigger, Icon, RouterLink],
  template: `
    @if (session.user(); as user) {
      <button type="button" class="you" [class.wide]="wide()" [cdkMenuTriggerFor]="menu" [cdkMenuPosition]="position()" [attr.aria-label]="wide() ? null : user.name" [title]="wide() ? '' : user.name">
        <cb-avatar aria-hidden="true" [person]="user" [size]="wide() ? 20 : 24" />
        @if (wide()) { <span class="cut grow">{{ user.name }}</span><cb-icon [icon]="icons.open" [size]="13" /> }
      </button>
      <ng-template #menu>
        <div class="menu" cdkMenu aria-label="You">
          <div class="menu-head"><cb-avatar aria-hidden="true" [person]="user" [size]="32" /><span class="cut"><b>{{ user.name }}</b><br><span class="t3 small">Signed in</span></span></div>
          <hr />
          <div class="menu-group" cdkMenuGroup aria-label="Theme">
            @for (scheme of schemes; track scheme) {
              <button type="button" cdkMenuItemRadio [cdkMenuItemChecked]="colors.scheme() === scheme" (cdkMenuItemTriggered)="colors.scheme.set(scheme)">
                <cb-icon [icon]="schemeIcons[scheme]" /><span class="grow">{{ schemeNames[scheme] }}</span>
                @if (colors.scheme() === scheme) { <cb-icon [icon]="icons.check" [size]="14" /> }
              </button>
            }
          </div>
          <hr />
          @if (admin.isAdmin()) { <a cdkMenuItem routerLink="/admin"><cb-icon [icon]="icons.admin" />Admin</a> }
          <button type="button" cdkMenuItem (cdkMenuItemTriggered)="signOut()"><cb-icon [icon]="icons.signOut" />Sign out</button>
        </div>
      </ng-template>
    }
  `,
  styles: `
    :host { display: inline-flex; min-width: 0; }
    .you { display: flex; align-items: center; justify-content: center; gap: 9px; width: 34px; height: 34px; border-radius: var(--r-m); color: var(--text); min-width: 0; }
    .you.wide { width: 100%; height: 32px; padding: 0 8px; }
    .you:hover, .you[aria-expanded='true'] { background: var(--hover); }
    .you > cb-icon { color: var(--text-3); }
    @media (pointer: coarse) { .you, .you.wide { height: var(--target-touch); min-width: var(--target-touch); } }
  `,
})
export class UserMenu {
  /** With the name, for a sidebar. */
  readonly wide = input(false, { transform: booleanAttribute });
  protected readonly session = inject(UserSession);
  protected readonly admin = inject(AdminAccess);
  protected readonly colors = inject(ColorScheme);
  protected readonly icons = { open: ChevronsUpDown, check: Check, signOut: LogOut, admin: ShieldCheck };
  protected readonly schemes: readonly Scheme[] = ['system', 'light', 'dark'];
  protected readonly schemeIcons = schemeIcons;
  protected readonly schemeNames = schemeNames;
  protected readonly position = computed(() => (this.wide() ? above : beside));
  private readonly leaving = inject(SignOut);
  private readonly toasts = inject(Toasts);

  protected signOut(): void {
    this.leaving.ask().catch((error: unknown) => {
      this.toasts.show({ icon: CloudOff, words: `You are still signed in. ${errorWords(error)}`, urgent: true });
    });
  }
}
