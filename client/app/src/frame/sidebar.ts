import type { ElementRef} from '@angular/core';
import { ChangeDetectionStrategy, Component, computed, inject, input, output, viewChild } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Icon } from '@coboard/angular';
import type { ListedDashboard } from '@coboard/core';
import { House, LayoutDashboard, Search, ShieldCheck, Trash2, X } from 'lucide';
import { FaceStack } from '../home/face-stack';
import { AdminAccess } from '../session/admin-access';
import { FrameConnection } from './frame-connection';
import { Logo } from './logo';
import { ThemeButton } from './theme-button';
import { UserMenu } from './user-menu';

const shownMax = 8;

/** The wide column at the left of the home page: search, home, the bin, the dashboards one used last, and you. A bar on phones. */
@Component({
  selector: 'app-sidebar',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [FaceStack, FrameConnection, Icon, Logo, RouterLink, ThemeButton, UserMenu],
  templateUrl: './sidebar.html',
  styleUrl: './sidebar.css',
  host: { '(document:keydown)': 'shortcut($event)' },
})
export class Sidebar {
  readonly query = input.required<string>();
  readonly queryChange = output<string>();
  /** Those that one can open, in the order of the page. */
  readonly dashboards = input.required<readonly ListedDashboard[]>();
  readonly binCount = input(0);
  readonly binOpen = input(false);
  /** Arrow down in the search field: on to what was found. */
  readonly down = output();
  /** Enter in the search field: open the first that was found. */
  readonly enter = output();

  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');
  protected readonly icons = { search: Search, home: House, bin: Trash2, board: LayoutDashboard, clear: X, admin: ShieldCheck };
  protected readonly admin = inject(AdminAccess);
  protected readonly recent = computed(() => this.dashboards().slice(0, shownMax));

  protected typed(event: Event): void {
    if (event.target instanceof HTMLInputElement) this.queryChange.emit(event.target.value);
  }

  protected keyInField(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown') this.down.emit();
    else if (event.key === 'Enter') this.enter.emit();
    else if (event.key === 'Escape' && this.query() !== '') this.queryChange.emit('');
    else return;
    event.preventDefault();
  }

  protected shortcut(event: KeyboardEvent): void {
    const withControl = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k';
    const slash = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target);
    if ((!withControl && !slash) || isInOverlay(event.target)) return;
    event.preventDefault();
    const field = this.field().nativeElement;
    field.focus();
    field.select();
  }
}

const isTyping = (target: EventTarget | null): boolean => target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
/** Whether a dialog or a menu has the keys. */
const isInOverlay = (target: EventTarget | null): boolean => target instanceof Element && target.closest('.cdk-overlay-container') !== null;
