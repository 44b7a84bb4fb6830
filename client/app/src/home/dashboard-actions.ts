import { Injectable, inject, signal } from '@angular/core';
import { Dialog } from '@angular/cdk/dialog';
import { Router } from '@angular/router';
import type { ListedDashboard, TemplateName } from '@coboard/core';
import { ArchiveRestore, CircleAlert, Trash2 } from 'lucide';
import { errorWords, needsSignIn } from '../session/error-words';
import { UserSession } from '../session/user-session';
import { openShareDialog } from '../share/share-dialog';
import { Toasts } from '../toasts/toasts';
import { DashboardList } from './dashboard-list';

type Named = Pick<ListedDashboard, 'id' | 'title'>;
const nameOf = ({ title }: Named): string => title.trim() || 'Untitled dashboard';

/** What is done with dashboards on the home page, and what is said about it. */
@Injectable({ providedIn: 'root' })
export class DashboardActions {
  private readonly list = inject(DashboardList);
  private readonly toasts = inject(Toasts);
  private readonly router = inject(Router);
  private readonly dialog = inject(Dialog);
  private readonly session = inject(UserSession);
  /** The template of which a dashboard is being made now. */
  readonly creating = signal<TemplateName | null>(null);

  /** Makes a dashboard and opens it for editing. */
  async create(template: TemplateName): Promise<void> {
    if (this.creating() !== null) return;
    this.creating.set(template);
    try {
      const id = await this.list.create(template);
      await this.router.navigate(['/d', id], { queryParams: { edit: 1 } });
    } catch (error) {
      await this.say('The dashboard could not be made.', error, () => this.create(template));
    } finally {
      this.creating.set(null);
    }
  }

  /** Into the bin, with a way back. */
  async delete(dashboard: Named): Promise<void> {
    const name = nameOf(dashboard);
    const deleting = this.list.delete(dashboard.id);
    this.toasts.show({ icon: Trash2, words: `Deleted ${name}`, subject: name, actions: [{ label: 'Undo', run: () => void this.bringBack(dashboard, false) }] });
    try {
      await deleting;
    } catch (error) {
      await this.say(`${name} could not be deleted and is back.`, error, () => this.delete(dashboard));
    }
  }

  /** Out of the bin. With `tell` a toast says so and leads there. */
  async bringBack(dashboard: Named, tell = true): Promise<void> {
    const name = nameOf(dashboard);
    try {
      await this.list.bringBack(dashboard.id);
      if (!tell) return;
      this.toasts.show({
        icon: ArchiveRestore, words: `${name} is back`, subject: name,
        actions: [{ label: 'Open', run: () => void this.router.navigate(['/d', dashboard.id]) }],
      });
    } catch (error) {
      await this.say(`${name} could not be brought back.`, error, () => this.bringBack(dashboard, tell));
    }
  }

  share(dashboard: Named): void {
    openShareDialog(this.dialog, { id: dashboard.id, title: nameOf(dashboard) });
  }

  private async say(what: string, error: unknown, again: () => Promise<void>): Promise<void> {
    if (needsSignIn(error)) await this.session.ended();
    else this.toasts.show({ icon: CircleAlert, words: `${what} ${errorWords(error)}`, urgent: true, actions: [{ label: 'Try again', run: () => void again() }] });
  }
}
