import { Injectable, inject, signal } from '@angular/core';
import { Dialog } from '@angular/cdk/dialog';
import { Router } from '@angular/router';
import type { ListedDashboard, TemplateName } from '@coboard/core';
import { ArchiveRestore, CircleAlert, Trash2 } from 'lucide';
import { CopyText } from '../frame/copy-text';
import { errorWords } from '../session/error-words';
import { injectWishes } from '../session/inject-wishes';
import { copyDashboard } from '../session/wish-refusals';
import { openShareDialog } from '../share/share-dialog';
import { Toasts } from '../toasts/toasts';
import { DashboardList } from './dashboard-list';
import { DashboardNaming, type RenameProblem } from './dashboard-naming';
import { askForName } from './rename-dialog';

type Named = Pick<ListedDashboard, 'id' | 'title'>;
const nameOf = ({ title }: Named): string => title.trim() || 'Untitled dashboard';

/** What is done with dashboards on the home page, and what is said about it. */
@Injectable({ providedIn: 'root' })
export class DashboardActions {
  private readonly list = inject(DashboardList);
  private readonly toasts = inject(Toasts);
  private readonly router = inject(Router);
  private readonly dialog = inject(Dialog);
  private readonly naming = inject(DashboardNaming);
  private readonly wishes = injectWishes();
  private readonly clipboard = inject(CopyText);
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
      this.say('The dashboard could not be made.', error, () => this.create(template));
    } finally {
      this.creating.set(null);
    }
  }

  /** Into the bin, with a way back. Comes back when the list is without it. */
  async delete(dashboard: Named): Promise<void> {
    const name = nameOf(dashboard);
    try {
      await this.list.delete(dashboard);
      this.toasts.show({ icon: Trash2, words: `Deleted ${name}`, subject: name, actions: [{ label: 'Undo', run: () => void this.bringBack(dashboard, false) }] });
    } catch (error) {
      this.say(`${name} could not be deleted.`, error, () => this.delete(dashboard));
    }
  }

  /** Out of the bin. With `tell` a toast says so and leads there. */
  async bringBack(dashboard: Named, tell = true): Promise<void> {
    const name = nameOf(dashboard);
    try {
      await this.list.bringBack(dashboard);
      if (!tell) return;
      this.toasts.show({
        icon: ArchiveRestore, words: `${name} is back`, subject: name,
        actions: [{ label: 'Open', run: () => void this.router.navigate(['/d', dashboard.id]) }],
      });
    } catch (error) {
      this.say(`${name} could not be brought back.`, error, () => this.bringBack(dashboard, tell));
    }
  }

  share(dashboard: Named): void {
    openShareDialog(this.dialog, { id: dashboard.id, title: nameOf(dashboard) });
  }

  /** Asks for another name. */
  async rename(dashboard: Named): Promise<void> {
    const name = nameOf(dashboard);
    const wanted = await askForName(this.dialog, name);
    if (wanted === null) return;
    const tell = (problem: RenameProblem): void => { this.toasts.show({ icon: CircleAlert, urgent: true, subject: name, words: `${name} ${renameWords(problem)}` }); };
    const problem = await this.naming.rename(dashboard.id, wanted, tell);
    if (problem !== null) tell(problem);
  }

  /** Tries again to save a dashboard that the server did not take. */
  async tryAgain({ id }: Named): Promise<void> {
    await this.wishes.tryAgain(id);
  }

  /** Puts what the server does not have onto the clipboard. */
  async copy({ id }: Named): Promise<void> {
    await copyDashboard(this.wishes, this.clipboard, id);
  }

  private say(what: string, error: unknown, again: () => Promise<void>): void {
    this.toasts.show({ icon: CircleAlert, words: `${what} ${errorWords(error)}`, urgent: true, actions: [{ label: 'Try again', run: () => void again() }] });
  }
}

function renameWords(problem: RenameProblem): string {
  switch (problem) {
    case 'absent':
      return 'is not on this device yet. You can rename it when there is a connection.';
    case 'gone':
      return 'does not exist any more, or you have no access.';
    default:
      return `could not be renamed. ${problem.words}`;
  }
}
