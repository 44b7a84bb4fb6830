import { Injectable, inject } from '@angular/core';
import { injectCoboard } from '@coboard/angular';
import { editText, type LiveDashboard, type LiveState } from '@coboard/core';
import { filter, firstValueFrom, map, merge, timer } from 'rxjs';
import { DashboardList } from './dashboard-list';

/** Why a dashboard could not be renamed: it is not on this device, one may not, or what the server says. */
export type RenameProblem = 'absent' | 'gone' | { readonly words: string };

/** How long a dashboard may take to open: without a connection only what is on this device does. */
const patienceMs = 8_000;
const patienceAwayMs = 1_500;

/** Renames dashboards from outside: an edit of the title like any other, so it is kept, merged and sent as one. */
@Injectable({ providedIn: 'root' })
export class DashboardNaming {
  private readonly coboard = injectCoboard();
  private readonly list = inject(DashboardList);

  /** Gives null when it is renamed here; `refused` is called if the server does not accept that later. */
  async rename(id: string, title: string, refused: (problem: RenameProblem) => void): Promise<RenameProblem | null> {
    const live = this.coboard.openDashboard(id);
    try {
      const state = await this.opened(live);
      if (state?.status !== 'ready') return state === null ? 'absent' : 'gone';
      const problems: RenameProblem[] = [];
      const refusals = live.refusals.subscribe(({ message }) => { problems.push({ words: message }); });
      live.edit((dashboard) => editText(dashboard, ['title'], title));
      refusals.unsubscribe();
      const [problem = null] = problems;
      if (problem !== null) return problem;
      this.list.renamed(id, title);
      live.refusals.subscribe(({ message }) => {
        refused({ words: message });
        void this.list.refresh();
      });
      return null;
    } finally {
      // it stays until the edit is through
      this.coboard.closeDashboard(live);
    }
  }

  private opened(live: LiveDashboard): Promise<LiveState | null> {
    const isOnline = this.coboard.connection.state.value.status === 'online';
    const tooLong = timer(isOnline ? patienceMs : patienceAwayMs).pipe(map(() => null));
    return firstValueFrom(merge(live.state.pipe(filter(({ status }) => status !== 'loading')), tooLong));
  }
}
