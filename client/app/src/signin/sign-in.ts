import type { ElementRef} from '@angular/core';
import { ChangeDetectionStrategy, Component, DestroyRef, Injector, afterNextRender, computed, inject, input, signal, viewChild } from '@angular/core';
import { Router } from '@angular/router';
import { Icon, injectCoboard } from '@coboard/angular';
import { CoboardError, NetworkError, limits, type ServerConfig } from '@coboard/core';
import { CircleAlert, CloudOff, KeyRound } from 'lucide';
import { Subject, defer, from, fromEvent, merge, retry, timer } from 'rxjs';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { Logo } from '../frame/logo';
import { ThemeButton } from '../frame/theme-button';
import { errorWords } from '../session/error-words';
import { UserSession } from '../session/user-session';
import { Showcase } from './showcase';
import { wayOn } from './way-on';

const retryDelayMinMs = 2_000;
const retryDelayMaxMs = 15_000;

type Stage = { readonly is: 'asking' } | { readonly is: 'unreachable' } | { readonly is: 'ready'; readonly config: ServerConfig };

/** Signing in: by a name where that is enough, else by the site that this server belongs to. */
@Component({
  selector: 'app-sign-in',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, Logo, Showcase, ThemeButton],
  templateUrl: './sign-in.html',
  styleUrl: './sign-in.css',
})
export class SignIn {
  /** Where the person wanted to go; from the address. */
  readonly then = input<string>();
  /** Set where a session ended by itself. */
  readonly ended = input<string>();

  private readonly coboard = injectCoboard();
  private readonly session = inject(UserSession);
  private readonly router = inject(Router);
  private readonly injector = inject(Injector);
  private readonly again = new Subject<void>();
  private readonly field = viewChild<ElementRef<HTMLInputElement | HTMLTextAreaElement>>('field');

  protected readonly icons = { wrong: CircleAlert, unreachable: CloudOff, key: KeyRound };
  protected readonly nameCharsMax = limits.nameCharsMax;
  protected readonly stage = signal<Stage>({ is: 'asking' });
  protected readonly asking = signal(false);
  protected readonly name = signal(this.session.lastName());
  protected readonly token = signal('');
  /** What is wrong with what was typed; null for nothing. */
  protected readonly wrong = signal<string | null>(null);
  protected readonly busy = signal(false);
  protected readonly label = computed(() => {
    const name = this.name().trim().replaceAll(/\s+/g, ' ');
    return name === '' ? 'Continue' : `Continue as ${name}`;
  });

  constructor() {
    // asks until there is an answer: by itself after a while, when the network is back, or at a click
    defer(() => {
      this.asking.set(true);
      return from(this.ask());
    })
      .pipe(
        retry({
          delay: (_error, count) => {
            this.asking.set(false);
            this.stage.set({ is: 'unreachable' });
            return merge(timer(Math.min(retryDelayMaxMs, retryDelayMinMs * 2 ** (count - 1))), fromEvent(window, 'online'), this.again);
          },
        }),
        takeUntilDestroyed(inject(DestroyRef)),
      )
      .subscribe((config) => {
        if (config === null) return;
        this.stage.set({ is: 'ready', config });
        this.focusField();
      });
  }

  protected retry(): void {
    this.again.next();
  }

  protected signInByName(event: Event): void {
    event.preventDefault();
    if (this.name().trim() === '') this.refuse('Type a name first.');
    else void this.signIn({ name: this.name().trim() });
  }

  protected signInByToken(event: Event): void {
    event.preventDefault();
    const token = this.token().trim().replace(/^Bearer\s+/i, '');
    if (token === '') this.refuse('Paste a token first.');
    else void this.signIn({ token });
  }

  private async signIn(credentials: { readonly name: string } | { readonly token: string }): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.wrong.set(null);
    try {
      await this.session.signIn(credentials);
      await this.goOn();
    } catch (error) {
      this.refuse(refusalWords(error, 'token' in credentials));
    } finally {
      this.busy.set(false);
    }
  }

  /** How one signs in here; null if somebody is signed in already, who then goes on. @throws NetworkError or CoboardError */
  private async ask(): Promise<ServerConfig | null> {
    // whoever left without a network is still signed in there
    await this.coboard.endLeft();
    const [config, session] = await Promise.all([this.coboard.api.config(), this.coboard.api.session()]);
    if (session === null) return config;
    await this.goOn();
    // led back here: the server went away in between
    if (this.router.url.startsWith('/sign-in')) throw new NetworkError({ cause: new Error('not let in') });
    return null;
  }

  private goOn(): Promise<boolean> {
    return this.router.navigateByUrl(wayOn(this.then()), { replaceUrl: true });
  }

  private refuse(words: string): void {
    this.wrong.set(words);
    this.focusField();
  }

  private focusField(): void {
    afterNextRender(
      () => {
        const field = this.field()?.nativeElement;
        field?.focus();
        field?.select();
      },
      { injector: this.injector },
    );
  }
}

/** Why signing in did not work, in words for the one who tried. */
function refusalWords(error: unknown, byToken: boolean): string {
  if (error instanceof NetworkError) return `${errorWords(error)} Try again in a moment.`;
  if (byToken && error instanceof CoboardError) {
    if (error.code === 'SESSION_EXPIRED') return 'This token has expired. Ask for a new one.';
    if (error.code === 'SESSION_INVALID') return 'This token is not accepted. Check that it is complete and made for this Coboard.';
  }
  return errorWords(error);
}
