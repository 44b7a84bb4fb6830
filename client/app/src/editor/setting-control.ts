import { ChangeDetectionStrategy, Component, computed, inject, input, linkedSignal } from '@angular/core';
import { SharedText } from '@coboard/angular';
import { inOrder, setColumnChoice, setSetting, valueAt, type Json, type SettingField } from '@coboard/core';
import { BoardSession } from '../board/board-session';
import { parseCell } from '../datasets/cell-text';
import { BlameLine } from './blame-line';
import { RadioKeys } from './radio-keys';
import { RemoteChange } from './remote-change';

type ColumnField = Extract<SettingField, { control: 'column' | 'columns' }>;

/** One setting with the control that its kind names. */
@Component({
  selector: 'app-setting-control',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [BlameLine, RadioKeys, RemoteChange, SharedText],
  templateUrl: './setting-control.html',
  styleUrl: './setting-control.css',
})
export class SettingControl {
  readonly widget = input.required<string>();
  readonly field = input.required<SettingField>();
  protected readonly board = inject(BoardSession);
  protected readonly swatches = ['s1', 's2', 's3', 's4', 's5', 's6', 's7', 's8'].map((id, i) => ({ id, name: ['Blue', 'Teal', 'Amber', 'Plum', 'Violet', 'Olive', 'Petrol', 'Umber'][i] ?? id }));

  protected readonly inputId = computed(() => `setting-${this.widget()}-${this.field().key}`);
  protected readonly path = computed(() => ['widgets', this.widget(), 'settings', this.field().key]);
  protected readonly value = computed(() => valueAt(this.board.dashboard(), this.path()) as Json | undefined);
  protected readonly datasets = computed(() => Object.entries(this.board.dashboard()?.datasets ?? {}).map(([id, { title }]) => ({ id, title })));
  /** Forgotten when the value or the widget becomes another one. */
  protected readonly numberError = linkedSignal<unknown, string | null>({ source: () => ({ value: this.value(), path: this.path() }), computation: () => null });
  protected readonly choices = computed(() => {
    const field = this.field();
    return field.control === 'choice' || field.control === 'segments' ? field.choices : [];
  });
  protected readonly placeholder = computed(() => {
    const field = this.field();
    return 'placeholder' in field ? (field.placeholder ?? '') : '';
  });

  protected readonly columns = computed(() => {
    const field = this.field();
    if (field.control !== 'column' && field.control !== 'columns') return [];
    const dataset = valueAt(this.board.dashboard(), ['widgets', this.widget(), 'settings', 'dataset']);
    const columns = typeof dataset === 'string' ? this.board.dashboard()?.datasets[dataset]?.columns : undefined;
    const types: readonly string[] = (field satisfies ColumnField).types;
    const chosen = this.value();
    return inOrder(columns ?? {}).filter(([id, { type }]) => types.includes(type) || id === chosen).map(([id, { name }]) => ({ id, name: name || 'Untitled column' }));
  });
  /** A column or dataset that was chosen and has been deleted since. */
  protected readonly missing = computed(() => {
    const value = this.value();
    if (typeof value !== 'string') return false;
    const field = this.field();
    if (field.control === 'dataset') return !this.datasets().some(({ id }) => id === value);
    return field.control === 'column' && !this.columns().some(({ id }) => id === value);
  });

  protected set(value: Json): void {
    this.board.edit((dashboard) => setSetting(dashboard, this.widget(), this.field().key, value));
  }

  protected setColumn(column: string, chosen: boolean): void {
    this.board.edit((dashboard) => setColumnChoice(dashboard, this.widget(), this.field().key, column, chosen));
  }

  protected isChosen(column: string): boolean {
    const value = this.value();
    return typeof value === 'object' && value !== null && Object.hasOwn(value, column);
  }

  /** A number is set when it is one; until then the field says what it wants, and nothing is sent. */
  protected setNumber(text: string): void {
    const field = this.field();
    if (field.control !== 'number') return;
    const value = parseCell(text, 'number');
    if (value === null && field.optional) {
      this.numberError.set(null);
      this.set(null);
      return;
    }
    const whole = field.min !== undefined;
    const fits = typeof value === 'number' && (!whole || (Number.isInteger(value) && value >= (field.min ?? -Infinity) && value <= (field.max ?? Infinity)));
    this.numberError.set(fits ? null : whole ? `A whole number from ${String(field.min)} to ${String(field.max)}` : 'One number, like 12,000');
    if (fits) this.set(value);
  }

  protected editing(on: boolean): void {
    this.board.presence.update({ editing: on ? { widget: this.widget(), field: `settings.${this.field().key}` } : null });
  }
}
