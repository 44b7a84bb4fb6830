import { ChangeDetectionStrategy, Component, booleanAttribute, computed, input, output } from '@angular/core';
import { CdkMenu, CdkMenuItem, CdkMenuItemRadio, CdkMenuTrigger } from '@angular/cdk/menu';
import type { ConnectedPosition } from '@angular/cdk/overlay';
import { Icon } from '@coboard/angular';
import { Check, ChevronDown } from 'lucide';

/** One of what a {@link ChoiceMenu} offers. */
export interface Choice<T> {
  readonly value: T;
  readonly label: string;
}

const below: ConnectedPosition[] = [
  { originX: 'end', originY: 'bottom', overlayX: 'end', overlayY: 'top', offsetY: 4 },
  { originX: 'end', originY: 'top', overlayX: 'end', overlayY: 'bottom', offsetY: -4 },
];

/** What somebody may do, as a word that opens the other possibilities. Nothing is chosen before Enter or a click, because a choice works at once. */
@Component({
  selector: 'app-choice-menu',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [CdkMenu, CdkMenuItem, CdkMenuItemRadio, CdkMenuTrigger, Icon],
  template: `
    <button type="button" class="btn ghost small" [cdkMenuTriggerFor]="menu" [cdkMenuPosition]="below" [attr.aria-label]="name() + ': ' + label()" [attr.aria-busy]="busy()">{{ label() }}<cb-icon [icon]="icons.open" [size]="13" /></button>
    <ng-template #menu>
      <div class="menu" cdkMenu [attr.aria-label]="name()">
        @for (choice of choices(); track choice.value) {
          <button type="button" cdkMenuItemRadio [cdkMenuItemChecked]="choice.value === value()" (cdkMenuItemTriggered)="choose(choice.value)">
            <span class="grow">{{ choice.label }}</span>@if (choice.value === value()) { <cb-icon [icon]="icons.chosen" [size]="14" /> }
          </button>
        }
        @if (removable()) { <hr /><button type="button" class="danger" cdkMenuItem (cdkMenuItemTriggered)="removed.emit()">Remove access</button> }
      </div>
    </ng-template>
  `,
  styles: ':host { display: inline-flex; flex: none; } .btn { gap: 4px; } @media (pointer: coarse) { .btn { height: var(--target-touch); } }',
})
export class ChoiceMenu<T> {
  /** What is chosen here, for screen readers: "Role of Ben". */
  readonly name = input.required<string>();
  readonly choices = input.required<readonly Choice<T>[]>();
  readonly value = input.required<T>();
  readonly removable = input(false, { transform: booleanAttribute });
  readonly busy = input(false);
  readonly chosen = output<T>();
  readonly removed = output();
  protected readonly icons = { open: ChevronDown, chosen: Check };
  protected readonly below = below;
  protected readonly label = computed(() => this.choices().find(({ value }) => value === this.value())?.label ?? '');

  protected choose(value: T): void {
    if (value !== this.value()) this.chosen.emit(value);
  }
}
