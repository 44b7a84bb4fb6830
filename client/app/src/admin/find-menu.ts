import { ChangeDetectionStrategy, Component, type ElementRef, afterNextRender, computed, inject, Injector, input, linkedSignal, output, signal, viewChild } from '@angular/core';
import { CdkConnectedOverlay, CdkOverlayOrigin, type ConnectedPosition } from '@angular/cdk/overlay';
import { A11yModule } from '@angular/cdk/a11y';
import { Icon } from '@coboard/angular';
import { Check, ChevronDown, Search } from 'lucide';

/** One of what a {@link FindMenu} finds. */
export interface Found {
  readonly id: string;
  readonly label: string;
}

const below: ConnectedPosition[] = [
  { originX: 'start', originY: 'bottom', overlayX: 'start', overlayY: 'top', offsetY: 4 },
  { originX: 'end', originY: 'bottom', overlayX: 'end', overlayY: 'top', offsetY: 4 },
];
const waitMs = 120;
let count = 0;

/** A button that says what is chosen, and opens a field to find another one of many, as one types. */
@Component({
  selector: 'app-find-menu',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [A11yModule, CdkConnectedOverlay, CdkOverlayOrigin, Icon],
  template: `
    <button #button type="button" class="btn small" cdkOverlayOrigin #origin="cdkOverlayOrigin" aria-haspopup="dialog" [attr.aria-expanded]="isOpen()" [class.set]="value() !== null" (click)="open()">
      <span class="t3 name">{{ name() }}</span><b class="cut">{{ value()?.label ?? anything() }}</b><cb-icon [icon]="icons.open" [size]="13" />
    </button>
    <ng-template cdkConnectedOverlay [cdkConnectedOverlayOrigin]="origin" [cdkConnectedOverlayOpen]="isOpen()" [cdkConnectedOverlayPositions]="below" [cdkConnectedOverlayPush]="true" [cdkConnectedOverlayViewportMargin]="8" (overlayOutsideClick)="close(false)" (overlayKeydown)="key($event)">
      <div class="menu find" role="dialog" [attr.aria-label]="name()" cdkTrapFocus>
        <label class="field-line"><cb-icon [icon]="icons.find" [size]="14" /><input #field type="text" role="combobox" autocomplete="off" spellcheck="false" aria-expanded="true" aria-autocomplete="list" [attr.aria-label]="'Find: ' + name()" [attr.aria-controls]="id + '-list'" [attr.aria-activedescendant]="choices().length > 0 ? id + '-' + at() : null" [placeholder]="hint()" (input)="look(field.value)" /></label>
        <ul role="listbox" [id]="id + '-list'" [attr.aria-label]="name()">
          @for (one of choices(); track one?.id ?? ''; let i = $index) {
            <li role="option" [id]="id + '-' + i" tabindex="-1" [attr.aria-selected]="(one?.id ?? null) === (value()?.id ?? null)" [class.at]="at() === i" (pointerenter)="at.set(i)" (pointerdown)="$event.preventDefault()" (click)="choose(one)" (keydown.enter)="choose(one)">
              <span class="grow cut">{{ one?.label ?? anything() }}</span>@if ((one?.id ?? null) === (value()?.id ?? null)) { <cb-icon [icon]="icons.chosen" [size]="14" /> }
            </li>
          }
        </ul>
        @if (choices().length === 0 && !isLooking()) { <p class="t3 none">{{ failed() ? 'This cannot be found right now.' : 'Nothing of this name' }}</p> }
      </div>
    </ng-template>
  `,
  styles: `
    :host { display: inline-flex; min-width: 0; max-width: 260px; }
    .btn { min-width: 0; max-width: 100%; gap: 5px; font-weight: var(--fw); flex: 0 1 auto; }
    .btn.set { background: var(--accent-soft); box-shadow: 0 0 0 1px var(--accent-line); }
    .btn b { font-weight: var(--fw-medium); }
    .find { width: 280px; max-width: calc(100vw - 16px); }
    .field-line { display: flex; align-items: center; gap: 8px; height: 32px; padding: 0 9px; margin-bottom: 4px; border-radius: 7px; background: var(--field); box-shadow: inset 0 0 0 1px var(--line-field); color: var(--text-3); }
    .field-line:focus-within { box-shadow: inset 0 0 0 1.5px var(--accent), 0 0 0 3px var(--accent-soft); }
    input { flex: 1; min-width: 0; height: 100%; outline: none; color: var(--text); }
    ul { max-height: 300px; overflow-y: auto; scrollbar-width: thin; }
    li { display: flex; align-items: center; gap: 8px; min-height: 30px; padding: 0 9px; border-radius: 7px; }
    li.at { background: var(--hover); }
    .none { padding: 8px 9px; }
    @media (pointer: coarse) { .btn, li, .field-line { min-height: var(--target-touch); } input { font-size: 16px; } }
  `,
})
export class FindMenu {
  readonly name = input.required<string>();
  /** What stands there while nothing is chosen. */
  readonly anything = input.required<string>();
  readonly hint = input('');
  readonly value = input.required<Found | null>();
  readonly find = input.required<(query: string) => Promise<readonly Found[]>>();
  readonly chosen = output<Found | null>();
  protected readonly id = `find-${String(count++)}`;
  protected readonly icons = { open: ChevronDown, chosen: Check, find: Search };
  protected readonly below = below;
  protected readonly isOpen = signal(false);
  protected readonly isLooking = signal(false);
  protected readonly failed = signal(false);
  private readonly query = signal('');
  private readonly found = signal<readonly Found[]>([]);
  /** Without a query, nothing in particular comes first. */
  protected readonly choices = computed<readonly (Found | null)[]>(() => (this.query().trim() === '' ? [null, ...this.found()] : this.found()));
  protected readonly at = linkedSignal({ source: this.choices, computation: () => 0 });
  private readonly injector = inject(Injector);
  private readonly field = viewChild<ElementRef<HTMLInputElement>>('field');
  private readonly button = viewChild.required<ElementRef<HTMLButtonElement>>('button');
  private timer: ReturnType<typeof setTimeout> | undefined;

  protected open(): void {
    this.isOpen.set(true);
    void this.ask('');
    afterNextRender(() => { this.field()?.nativeElement.focus(); }, { injector: this.injector });
  }

  protected close(takesFocus = true): void {
    clearTimeout(this.timer);
    this.isOpen.set(false);
    if (takesFocus) this.button().nativeElement.focus();
  }

  protected look(query: string): void {
    clearTimeout(this.timer);
    this.isLooking.set(true);
    this.timer = setTimeout(() => { void this.ask(query); }, waitMs);
  }

  protected choose(one: Found | null): void {
    this.close();
    this.chosen.emit(one);
  }

  protected key(event: KeyboardEvent): void {
    const all = this.choices();
    if (event.isComposing) return;
    if (event.key === 'Escape') this.close();
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') this.walk(all.length === 0 ? 0 : (this.at() + (event.key === 'ArrowDown' ? 1 : -1) + all.length) % all.length);
    else if (event.key === 'Enter' && !this.isLooking() && all.length > 0) this.choose(all[this.at()] ?? null);
    else return;
    event.preventDefault();
  }

  private walk(to: number): void {
    this.at.set(to);
    document.getElementById(`${this.id}-${String(to)}`)?.scrollIntoView({ block: 'nearest' });
  }

  private async ask(query: string): Promise<void> {
    this.query.set(query);
    this.isLooking.set(true);
    try {
      const found = await this.find()(query);
      if (this.query() !== query) return;
      this.found.set(found);
      this.failed.set(false);
    } catch {
      if (this.query() !== query) return;
      this.found.set([]);
      this.failed.set(true);
    }
    this.isLooking.set(false);
  }
}
