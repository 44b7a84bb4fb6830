import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';
import { Icon } from '@coboard/angular';
import { House, ShieldCheck } from 'lucide';
import { AdminAccess } from '../session/admin-access';
import { Logo } from './logo';
import { ThemeButton } from './theme-button';
import { UserMenu } from './user-menu';

/** The narrow column at the left of a board: the way home, the theme, and you. */
@Component({
  selector: 'app-rail',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, Logo, RouterLink, RouterLinkActive, ThemeButton, UserMenu],
  template: `
    <nav aria-label="Main">
      <a class="logo" routerLink="/" aria-label="Coboard, home"><app-logo [size]="26" /></a>
      <a class="link" routerLink="/" routerLinkActive="on" [routerLinkActiveOptions]="{ exact: true }" ariaCurrentWhenActive="page" aria-label="Home" title="Home"><cb-icon [icon]="house" [size]="18" /></a>
      @if (admin.isAdmin()) { <a class="link" routerLink="/admin" aria-label="Admin" title="Admin"><cb-icon [icon]="shield" [size]="18" /></a> }
    </nav>
    <app-theme-button [size]="18" />
    <app-user-menu />
  `,
  styles: `
    :host { width: var(--rail); display: flex; flex-direction: column; align-items: center; gap: 2px; padding: 9px 0 10px; }
    nav { flex: 1; display: flex; flex-direction: column; align-items: center; gap: 2px; }
    .logo { margin-bottom: 11px; border-radius: 7px; }
    .link { width: 34px; height: 34px; display: grid; place-items: center; border-radius: var(--r-m); color: var(--text-3); }
    .link:hover { background: var(--hover); color: var(--text); }
    .link.on { background: var(--selected); color: var(--text); }
    @media (pointer: coarse) { .logo, .link { width: var(--target-touch); height: var(--target-touch); display: grid; place-items: center; } }
    @media (max-width: 639px) { :host { display: none; } }
  `,
})
export class Rail {
  protected readonly house = House;
  protected readonly shield = ShieldCheck;
  protected readonly admin = inject(AdminAccess);
}
