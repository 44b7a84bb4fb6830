import { Injectable, inject } from '@angular/core';
import { combineLatest, filter, map, take } from 'rxjs';
import { injectCoboard } from '@coboard/angular';
import { HardDrive } from 'lucide';
import { Toasts } from '../toasts/toasts';

/** What was done once on this device, and need not be done again. */
const toldKey = 'coboard.keeps-nothing';
const askedKey = 'coboard.asked-to-keep';

/** Says once that this browser keeps nothing, and asks one that keeps something, when there is something of a person's own to keep, not to throw it away. */
@Injectable({ providedIn: 'root' })
export class KeepingNotice {
  private readonly coboard = injectCoboard();
  private readonly toasts = inject(Toasts);

  start(): void {
    const { saving, connection, user } = this.coboard;
    const now = combineLatest([saving, connection.state, user]).pipe(
      map(([{ isKept, pendingCount }, { status }, who]) => ({ isKept, pendingCount, isOnline: status === 'online' && who !== null })),
    );
    now.pipe(filter(({ isKept, isOnline }) => isOnline && !isKept), take(1)).subscribe(() => {
      if (once(toldKey)) this.toasts.show({ icon: HardDrive, isNews: true, words: 'This browser keeps nothing: unsaved edits live as long as this window.' });
    });
    now.pipe(filter(({ isKept, pendingCount }) => isKept && pendingCount > 0), take(1)).subscribe(() => { void askToKeep(); });
  }
}

/** Without this a browser that runs out of room may remove what is kept here, unsent edits too. */
async function askToKeep(): Promise<void> {
  try {
    const { storage } = navigator;
    if (!(await storage.persisted()) && once(askedKey)) await storage.persist();
  } catch {
    // a browser that knows no such question decides by itself
  }
}

/** Whether something is to be done for the first time on this device. */
function once(key: string): boolean {
  try {
    if (localStorage.getItem(key) !== null) return false;
    localStorage.setItem(key, '1');
  } catch {
    // then it is once a window
  }
  return true;
}
