import { ChangeDetectionStrategy, Component, DOCUMENT, DestroyRef, computed, inject, signal, viewChild } from '@angular/core';
import { DIALOG_DATA, DialogRef, type Dialog } from '@angular/cdk/dialog';
import { LiveAnnouncer } from '@angular/cdk/a11y';
import { Avatar, Icon, injectCoboard } from '@coboard/angular';
import type { AccessRequest, DashboardAccess, Role, User } from '@coboard/core';
import { Check, CircleAlert, Copy, Link, Lock, Users, X, Zap } from 'lucide';
import { CopyText } from '../frame/copy-text';
import { dialogConfig } from '../frame/dialog-config';
import { AccessAsks, askWords } from './access-asks';
import { ChoiceMenu, type Choice } from './choice-menu';
import { InviteField, type Invitation } from './invite-field';
import { givenRoles, roleWords } from './role-words';
import { SharedAccess } from './shared-access';

/** The dashboard that is shared. */
export interface ShareData {
  readonly id: string;
  readonly title: string;
}

const everyoneChoices: readonly Choice<DashboardAccess['everyone']>[] = [
  { value: null, label: 'No access' },
  { value: 'viewer', label: 'Can view' },
  { value: 'editor', label: 'Can edit' },
];

/** Opens the share dialog of a dashboard. */
export function openShareDialog(dialog: Dialog, data: ShareData): DialogRef {
  return dialog.open(ShareDialog, dialogConfig<ShareData>({ data, width: 'min(520px, calc(100vw - 24px))', ariaLabelledBy: 'share-title', autoFocus: 'dialog' }));
}

/** Who may see and change a dashboard; its owners change it here, and each change works at once. */
@Component({
  selector: 'app-share-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Avatar, ChoiceMenu, Icon, InviteField],
  templateUrl: './share-dialog.html',
  styleUrl: './share-dialog.css',
})
export class ShareDialog {
  protected readonly dialog = inject<DialogRef>(DialogRef);
  protected readonly data = inject<ShareData>(DIALOG_DATA);
  private readonly coboard = injectCoboard();
  private readonly document = inject(DOCUMENT);
  private readonly clipboard = inject(CopyText);
  private readonly announcer = inject(LiveAnnouncer);
  private readonly inviteField = viewChild(InviteField);

  protected readonly icons = { close: X, everyone: Users, link: Link, copy: Copy, copied: Check, now: Zap, wrong: CircleAlert, lock: Lock };
  protected readonly roleWords = roleWords;
  protected readonly roleChoices = givenRoles.map((value) => ({ value, label: roleWords[value] }));
  protected readonly everyoneChoices = everyoneChoices;
  protected readonly shared = new SharedAccess(this.coboard, this.data.id);
  protected readonly asks = new AccessAsks(this.coboard, this.data.id);
  protected readonly askWords = askWords;
  protected readonly anyName = signal(false);
  protected readonly copied = signal(false);
  private readonly hereNow = signal<ReadonlySet<string>>(new Set());

  protected readonly mayShare = computed(() => this.shared.role() === 'owner');
  protected readonly present = computed<readonly User[]>(() => this.shared.people().map(({ user }) => user));
  protected readonly everyoneWords = computed(() => everyoneChoices.find(({ value }) => value === this.shared.access()?.everyone)?.label ?? '');
  protected readonly linkWords = computed(() => (this.shared.access()?.everyone === null ? 'Opens for the people above' : 'Opens for everyone signed in'));
  protected readonly whoMay = computed(() => {
    const owners = this.shared.owners();
    const last = owners.at(-1) ?? '';
    return owners.length < 2 ? last : `${owners.slice(0, -1).join(', ')} or ${last}`;
  });

  constructor() {
    inject(DestroyRef).onDestroy(() => { this.asks.stop(); });
    void this.load();
  }

  protected async load(): Promise<void> {
    await Promise.all([this.shared.load(), this.asks.load(), this.loadConfig(), this.loadPeopleHere()]);
  }

  protected isHere({ id }: User): boolean {
    return this.hereNow().has(id);
  }

  protected async invite({ invited, role }: Invitation): Promise<void> {
    const name = 'user' in invited ? invited.user.name : invited.name;
    if (!(await this.shared.invite(invited, role))) return;
    this.inviteField()?.clear(name);
    void this.announcer.announce(`${name}: ${roleWords[role].toLowerCase()}`);
  }

  protected async allow(request: AccessRequest, role: Role): Promise<void> {
    if (!(await this.shared.invite({ user: request.user }, role))) return;
    await this.asks.settle(request);
    void this.announcer.announce(`${request.user.name}: ${roleWords[role].toLowerCase()}`);
  }

  protected async copyLink(): Promise<void> {
    const link = `${this.document.location.origin}/d/${this.data.id}`;
    await this.clipboard.write(link);
    this.copied.set(true);
    void this.announcer.announce('Link copied');
  }

  /** Where any name is a person, anybody can be invited before they ever came. */
  private async loadConfig(): Promise<void> {
    const config = await this.coboard.api.config().catch(() => null);
    this.anyName.set(config?.auth === 'demo');
  }

  private async loadPeopleHere(): Promise<void> {
    const dashboards = await this.coboard.api.dashboards().catch(() => []);
    const here = dashboards.find(({ id }) => id === this.data.id)?.people ?? [];
    this.hereNow.set(new Set(here.map(({ id }) => id)));
  }
}
