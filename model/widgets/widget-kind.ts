import type * as v from 'valibot';

/** What a column must be to serve a setting. */
export type ColumnType = 'text' | 'number' | 'date';

/** How one setting is edited and named: in the editor panel, in the history and in messages. */
export type SettingField = {
  /** The key in `settings`. */
  readonly key: string;
  readonly label: string;
  readonly section: 'Data' | 'Look' | 'Text';
} & (
  | { readonly control: 'dataset' }
  | { readonly control: 'column'; readonly types: readonly ColumnType[]; readonly optional: boolean }
  | { readonly control: 'columns'; readonly types: readonly ColumnType[] }
  | { readonly control: 'choice'; readonly choices: readonly { readonly value: string; readonly label: string }[] }
  | { readonly control: 'segments'; readonly choices: readonly { readonly value: string; readonly label: string }[] }
  | { readonly control: 'text'; readonly placeholder?: string }
  | { readonly control: 'longtext'; readonly placeholder?: string }
  | { readonly control: 'number'; readonly min?: number; readonly max?: number; readonly optional: boolean; readonly placeholder?: string }
  | { readonly control: 'switch' }
  | { readonly control: 'color' }
);

export interface Size {
  readonly w: number;
  readonly h: number;
}

/** Everything that both sides know of a kind of widget. Sizes are in columns and rows. */
export interface WidgetKindSpec<K extends string = string, S extends v.GenericSchema = v.GenericSchema> {
  readonly kind: K;
  readonly name: string;
  readonly summary: string;
  readonly group: 'Figures and charts' | 'Text and tasks';
  readonly settings: S;
  readonly defaults: v.InferOutput<S>;
  readonly fields: readonly SettingField[];
  /** The size it is added with; and the smallest and largest it can have. */
  readonly size: { readonly initial: Size; readonly min: Size; readonly max: Size };
  /** Whether it draws a dataset. */
  readonly needsDataset: boolean;
}

/** Keeps the exact types of a kind's parts. */
export function widgetKind<const K extends string, S extends v.GenericSchema>(spec: WidgetKindSpec<K, S>): WidgetKindSpec<K, S> {
  return spec;
}
