import { Injectable, computed, effect, inject, signal, untracked } from '@angular/core';
import { injectCoboard } from '@coboard/angular';
import { UserSession } from './user-session';

/** Whether whoever is signed in sees the admin area. The server checks each request again; this only shows the way. */
@Injectable({ providedIn: 'root' })
export class AdminAccess {
  private readonly coboard = injectCoboard();
  private readonly session = inject(UserSession);
  /** Whose answer is known. */
  private readonly known = signal<{ readonly user: string; readonly isAdmin: boolean } | null>(null);
  private asking: { readonly user: string; readonly answer: Promise<boolean> } | null = null;

  readonly isAdmin = computed(() => this.known()?.user === this.session.user()?.id && this.known()?.isAdmin === true);

  constructor() {
    effect(() => {
      if (this.session.user() !== null) untracked(() => { this.ask().catch(() => undefined); });
    });
  }

  /** @throws CoboardError or NetworkError */
  ask(): Promise<boolean> {
    const user = this.session.user()?.id;
    if (user === undefined) return Promise.resolve(false);
    if (this.asking?.user !== user) this.asking = { user, answer: this.find(user) };
    return this.asking.answer;
  }

  private async find(user: string): Promise<boolean> {
    try {
      const session = await this.coboard.api.session();
      const isAdmin = session?.user.id === user && session.admin;
      this.known.set({ user, isAdmin });
      return isAdmin;
    } catch (error) {
      this.asking = null;
      throw error;
    }
  }
}
