import { ChangeDetectionStrategy, Component } from '@angular/core';
import { RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { Icon } from '@coboard/angular';
import { ChevronLeft, Fingerprint, ScrollText, UsersRound } from 'lucide';
import { FrameConnection } from '../frame/frame-connection';
import { Logo } from '../frame/logo';
import { ThemeButton } from '../frame/theme-button';
import { UserMenu } from '../frame/user-menu';

/** The admin area: the ways between its parts, and the one that is open. */
@Component({
  selector: 'app-admin-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [FrameConnection, Icon, Logo, RouterLink, RouterLinkActive, RouterOutlet, ThemeButton, UserMenu],
  template: `
    <a class="skip" href="#admin" (click)="$event.preventDefault(); main.focus()">Skip to the content</a>
    <div class="side">
      <p class="brand"><app-logo [size]="22" /><span>Admin</span></p>
      <nav aria-label="Admin">
        <a class="back" routerLink="/" title="Back to the dashboards"><cb-icon [icon]="icons.back" /><span>Back to the dashboards</span></a>
        @for (part of parts; track part.path) {
          <a [routerLink]="part.path" routerLinkActive="on" ariaCurrentWhenActive="page"><cb-icon [icon]="part.icon" /><span>{{ part.name }}</span></a>
        }
      </nav>
      <app-frame-connection />
      <section class="foot" aria-label="You"><app-user-menu class="wide" wide /><app-user-menu class="slim" /><app-theme-button /></section>
    </div>
    <main #main id="admin" class="sheet" tabindex="-1" data-region="admin"><router-outlet /></main>
  `,
  styleUrl: './admin-page.css',
})
export class AdminPage {
  protected readonly icons = { back: ChevronLeft };
  protected readonly parts = [
    { path: 'log', name: 'Audit log', icon: ScrollText },
    { path: 'people', name: 'People connected', icon: UsersRound },
    { path: 'verify', name: 'Verify', icon: Fingerprint },
  ];
}
