import { DestroyRef, Directive, ElementRef, Renderer2, effect, inject, input } from '@angular/core';
import { pathsTouch, type DashboardChange, type Path } from '@coboard/core';
import type { DashboardRef } from '../dashboard/inject-dashboard';
import type { PresenceRef } from '../presence/inject-presence';

const inMs = 80;
const outMs = 900;
/** More changes than this in a second are one flash that goes on. */
const gatherAbove = 3;

/**
 * Tints an element in a person's color for a moment when they change what stands at a path, and says who it was. The tint lies
 * over the element and takes no room, so nothing moves. The element needs a position.
 */
@Directive({ selector: '[cbRemoteFlash]' })
export class RemoteFlash {
  readonly path = input.required<Path>({ alias: 'cbRemoteFlash' });
  readonly of = input.required<DashboardRef>({ alias: 'cbRemoteFlashOf' });
  readonly presence = input.required<PresenceRef>({ alias: 'cbRemoteFlashPresence' });

  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly renderer = inject(Renderer2);
  private tint: HTMLElement | null = null;
  private animation: Animation | null = null;
  private recent: number[] = [];

  constructor() {
    effect((onCleanup) => {
      const subscription = this.of().changes.subscribe((change) => {
        this.changed(change);
      });
      onCleanup(() => {
        subscription.unsubscribe();
      });
    });
    inject(DestroyRef).onDestroy(() => {
      this.clear();
    });
  }

  private changed({ source, author, paths }: DashboardChange): void {
    const path = this.path();
    if (source !== 'remote' || author === null || !paths.some((changed) => pathsTouch(changed, path))) return;
    const now = performance.now();
    this.recent = [...this.recent.filter((at) => now - at < 1_000), now];
    const gathered = this.recent.length > gatherAbove && this.tint !== null;
    this.flash(author.name, this.presence().colorOf(author.id), gathered);
  }

  private flash(name: string, color: string, gathered: boolean): void {
    const tint = this.tint ?? this.build();
    tint.style.setProperty('--who', `var(--${color})`);
    const words = tint.firstElementChild as HTMLElement;
    words.textContent = `${name}, just now`;
    this.animation?.cancel();
    const whole = inMs + outMs;
    this.animation = tint.animate([{ opacity: gathered ? 1 : 0 }, { opacity: 1, offset: inMs / whole }, { opacity: 0 }], { duration: whole, easing: 'ease-out' });
    this.animation.onfinish = () => {
      this.clear();
    };
  }

  private build(): HTMLElement {
    const tint = this.renderer.createElement('div') as HTMLElement;
    tint.className = 'cb-flash';
    tint.setAttribute('aria-hidden', 'true');
    // a directive has no stylesheet
    Object.assign(tint.style, {
      position: 'absolute', inset: '0', borderRadius: 'inherit', pointerEvents: 'none', zIndex: 'var(--z-ring)', opacity: '0',
      background: 'color-mix(in oklab, var(--who) var(--p-tint), transparent)', boxShadow: '0 0 0 1px color-mix(in oklab, var(--who) 45%, transparent)',
    });
    const words = this.renderer.createElement('span') as HTMLElement;
    Object.assign(words.style, {
      position: 'absolute', insetBlockStart: '10px', insetInlineEnd: '14px', padding: '1px 6px', borderRadius: 'var(--r-s)', background: 'color-mix(in oklab, var(--who) var(--p-tint), var(--surface))',
      color: 'color-mix(in oklab, var(--who), var(--p-ink-base) var(--p-ink-mix))', fontSize: 'var(--fs-xs)', fontWeight: 'var(--fw-medium)', whiteSpace: 'nowrap',
    });
    this.renderer.appendChild(tint, words);
    this.renderer.appendChild(this.element, tint);
    this.tint = tint;
    return tint;
  }

  private clear(): void {
    this.animation?.cancel();
    this.animation = null;
    this.tint?.remove();
    this.tint = null;
  }
}
