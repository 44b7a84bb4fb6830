import { Injectable, computed, inject, signal } from '@angular/core';
import { Router } from '@angular/router';
import { injectCoboard } from '@coboard/angular';
import type { User } from '@coboard/core';

const nameKey = 'coboard.name';

/** Who is signed in, and signing in and out. */
@Injectable({ providedIn: 'root' })
export class UserSession {
  private readonly coboard = injectCoboard();
  private readonly router = inject(Router);
  private readonly known = signal<User | null>(this.coboard.user.value);
  private started: Promise<User | null> | null = null;

  readonly user = this.known.asReadonly();
  readonly name = computed(() => this.known()?.name ?? '');

  constructor() {
    this.coboard.user.subscribe((user) => {
      const hasLeft = user === null && this.known() !== null;
      this.known.set(user);
      // in another window, it may be
      if (hasLeft) void this.leave();
    });
  }

  /** Finds out, once, who is signed in, and connects if somebody is. @throws NetworkError if the server cannot be reached */
  start(): Promise<User | null> {
    this.started ??= this.coboard.start().catch((error: unknown) => {
      this.started = null;
      throw error;
    });
    return this.started;
  }

  /** @throws CoboardError or NetworkError */
  async signIn(credentials: { readonly name: string } | { readonly token: string }): Promise<void> {
    const { user } = await this.coboard.signIn(credentials);
    this.started = Promise.resolve(user);
    if ('name' in credentials) this.rememberName(credentials.name);
  }

  async signOut(): Promise<void> {
    await this.coboard.signOut();
    await this.leave();
  }

  private async leave(): Promise<void> {
    this.started = null;
    await this.router.navigate(['/sign-in']);
  }

  /** Has the person sign in again, and come back here, after the server said that the session is over. */
  async ended(): Promise<void> {
    const { url } = this.router;
    if (url.startsWith('/sign-in')) return;
    await this.router.navigate(['/sign-in'], { queryParams: { ended: '1', ...(url === '/' ? {} : { then: url }) } });
  }

  /** The name that was used last on this device. */
  lastName(): string {
    try {
      return localStorage.getItem(nameKey) ?? '';
    } catch {
      return '';
    }
  }

  private rememberName(name: string): void {
    try {
      localStorage.setItem(nameKey, name);
    } catch {
      // private windows may refuse storage; the field is then empty next time
    }
  }
}
