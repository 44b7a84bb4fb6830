import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { Icon, type IconNode } from '@coboard/angular';
import { Monitor, Moon, Sun } from 'lucide';
import { ColorScheme, type Scheme } from './color-scheme';

export const schemeIcons: Readonly<Record<Scheme, IconNode>> = { system: Monitor, light: Sun, dark: Moon };
export const schemeNames: Readonly<Record<Scheme, string>> = { system: 'As the system', light: 'Light', dark: 'Dark' };

/** Goes through the themes: as the system says, light, dark. */
@Component({
  selector: 'app-theme-button',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  template: `
    <button type="button" class="btn ghost icon" [attr.aria-label]="label()" [title]="label()" (click)="colors.next()"><cb-icon [icon]="icon()" [size]="size()" /></button>
  `,
  styles: ':host { display: inline-flex; } button { color: var(--text-3); } button:hover { color: var(--text); } @media (pointer: coarse) { button.btn { width: var(--target-touch); height: var(--target-touch); } }',
})
export class ThemeButton {
  protected readonly colors = inject(ColorScheme);
  /** Of the icon, in pixels. */
  readonly size = input(16);
  protected readonly icon = computed(() => schemeIcons[this.colors.scheme()]);
  protected readonly label = computed(() => `Theme: ${schemeNames[this.colors.scheme()].toLowerCase()}`);
}
