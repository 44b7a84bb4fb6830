import { ChangeDetectionStrategy, Component, type Type } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { COBOARD } from '@coboard/angular';
import type { Coboard } from '@coboard/core';
import { App } from '../../app';

/** Stands where a page is that a test only goes to. */
@Component({ selector: 'app-elsewhere', changeDetection: ChangeDetectionStrategy.OnPush, template: '' })
class Elsewhere {}

const waitMaxMs = 4_000;

/** Waits until something holds; Angular draws by itself meanwhile. @throws Error after 4 s, with what it waited for */
export async function until<T>(what: string, look: () => T | null | undefined | false): Promise<T> {
  const end = Date.now() + waitMaxMs;
  for (;;) {
    const seen = look();
    if (seen !== null && seen !== undefined && seen !== false) return seen;
    if (Date.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}

/** A page in the app as it stands at an address, with a client of a fake server behind it. */
export class AppStage {
  readonly coboard: Coboard;
  readonly router: Router;

  private constructor(coboard: Coboard) {
    this.coboard = coboard;
    this.router = TestBed.inject(Router);
  }

  /** Goes to an address; `pages` says what stands where. What is kept on the device is forgotten first. */
  static async open(coboard: Coboard, address: string, pages: Readonly<Record<string, Type<unknown>>>): Promise<AppStage> {
    const routes = ['', 'sign-in', 'd/:id', 'other'].map((path) => ({ path, pathMatch: 'full' as const, component: pages[path] ?? Elsewhere }));
    TestBed.configureTestingModule({ providers: [provideRouter([{ path: '', component: App, children: routes }], withComponentInputBinding()), { provide: COBOARD, useValue: coboard }] });
    // a browser that keeps nothing says so once, in the way of every other word
    localStorage.setItem('coboard.keeps-nothing', '1');
    const stage = new AppStage(coboard);
    await RouterTestingHarness.create(address);
    return stage;
  }

  /** Elements of the whole page, overlays too. */
  all(selector: string): HTMLElement[] {
    return [...document.querySelectorAll<HTMLElement>(selector)].filter((element) => element.closest('[hidden]') === null);
  }

  /** The element with a text or a label, once it is there. */
  async find(selector: string, text = ''): Promise<HTMLElement> {
    return until(`${selector} “${text}”`, () => this.see(selector, text));
  }

  see(selector: string, text = ''): HTMLElement | undefined {
    return this.all(selector).find((element) => (element.getAttribute('aria-label') ?? element.textContent).includes(text));
  }

  async click(selector: string, text = ''): Promise<void> {
    (await this.find(selector, text)).click();
    TestBed.tick();
  }

  async type(selector: string, text: string): Promise<HTMLInputElement> {
    const field = (await this.find(selector)) as HTMLInputElement;
    field.focus();
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    TestBed.tick();
    return field;
  }

  press(target: EventTarget, key: string, more: KeyboardEventInit = {}): void {
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
    TestBed.tick();
  }

  /** The words of elements, in order. */
  texts(selector: string): string[] {
    return this.all(selector).map((element) => element.textContent.trim());
  }
}
