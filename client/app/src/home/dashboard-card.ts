import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { CdkContextMenuTrigger, CdkMenu, CdkMenuItem, CdkMenuTrigger } from '@angular/cdk/menu';
import type { ConnectedPosition } from '@angular/cdk/overlay';
import { Router, RouterLink } from '@angular/router';
import { Icon } from '@coboard/angular';
import { ArrowUpRight, CloudOff, Copy, Ellipsis, Eye, PencilLine, RotateCw, Trash2, TriangleAlert, UserPlus } from 'lucide';
import { UserSession } from '../session/user-session';
import { FaceStack } from './face-stack';
import type { HomeDashboard } from './home-dashboard';
import { Miniature } from './miniature';
import { peopleWords } from './people-words';
import { exactTime, timeWords } from './time-words';

const below: ConnectedPosition[] = [
  { originX: 'end', originY: 'bottom', overlayX: 'end', overlayY: 'top', offsetY: 6 },
  { originX: 'end', originY: 'top', overlayX: 'end', overlayY: 'bottom', offsetY: -6 },
];

const roleWords = { owner: 'Owner', editor: 'Can edit', commenter: 'Can comment', viewer: 'Can view' } as const;

/** One dashboard on the home page, as a card with its picture or, with `row`, as a line of a list. */
@Component({
  selector: 'app-dashboard-card',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [CdkContextMenuTrigger, CdkMenu, CdkMenuItem, CdkMenuTrigger, FaceStack, Icon, Miniature, RouterLink],
  templateUrl: './dashboard-card.html',
  styleUrl: './dashboard-card.css',
  host: { '[class.row]': 'row()' },
})
export class DashboardCard {
  readonly dashboard = input.required<HomeDashboard>();
  /** The time that words like "12 min ago" count from; milliseconds since 1970. */
  readonly now = input.required<number>();
  readonly row = input(false);
  /** The title of a widget that a search found it by. */
  readonly widget = input<string | null>(null);
  /** How many things on it need the person's eye. */
  readonly eye = input(0);
  /** Whether it is shown that something is not saved: a save that is quick is not. */
  readonly tellsUnsaved = input(false);
  readonly share = output();
  readonly rename = output();
  readonly delete = output();
  readonly tryAgain = output();
  readonly copyContent = output();
  /** Whether its menu is open. */
  readonly menuOpen = output<boolean>();

  private readonly router = inject(Router);
  private readonly session = inject(UserSession);
  protected readonly icons = { more: Ellipsis, open: ArrowUpRight, share: UserPlus, rename: PencilLine, delete: Trash2, away: CloudOff, refused: TriangleAlert, again: RotateCw, copy: Copy, eye: Eye };
  protected readonly below = below;
  protected readonly title = computed(() => this.dashboard().title.trim() || 'Untitled dashboard');
  protected readonly role = computed(() => roleWords[this.dashboard().role]);
  protected readonly mayRename = computed(() => this.dashboard().role === 'owner' || this.dashboard().role === 'editor');
  protected readonly unsaved = computed(() => {
    const { standing } = this.dashboard();
    if (standing === 'refused') return { icon: this.icons.refused, words: 'Could not be saved', why: 'The server did not take it. It is kept on this device.' };
    return standing === 'waiting' && this.tellsUnsaved() ? { icon: this.icons.away, words: 'Not saved yet', why: 'Kept here, and sent when there is a connection' } : null;
  });
  protected readonly here = computed(() => peopleWords(this.dashboard().people.map(({ name }) => name)));
  protected readonly changed = computed(() => {
    const { updatedAt, updatedBy } = this.dashboard();
    const when = timeWords(updatedAt, this.now());
    if (updatedBy === null || updatedBy.name === '') return when;
    return `${updatedBy.id === this.session.user()?.id ? 'You' : updatedBy.name}, ${when}`;
  });
  protected readonly exact = computed(() => `Last changed ${exactTime(this.dashboard().updatedAt)}`);

  protected open(): void {
    void this.router.navigate(['/d', this.dashboard().id]);
  }
}
