import * as v from 'valibot';
import { limits } from '../limits.ts';
import { mapById } from '../maps.ts';
import { Order } from '../order-schema.ts';
import { typedText } from '../text-fields.ts';
import { widgetKind } from './widget-kind.ts';

export const ChecklistItem = v.strictObject({
  text: typedText(limits.titleCharsMax),
  done: v.boolean(),
  order: Order,
  /** The name of who checked it; null while open. */
  doneBy: v.nullable(v.pipe(v.string(), v.maxLength(limits.nameCharsMax))),
});
export type ChecklistItem = v.InferOutput<typeof ChecklistItem>;

/** Tasks that people check off together. */
export const checklist = widgetKind({
  kind: 'checklist',
  name: 'Checklist',
  summary: 'Tasks to check off together',
  group: 'Text and tasks',
  settings: v.strictObject({
    items: v.pipe(
      mapById(ChecklistItem),
      v.check((items) => Object.keys(items).length <= limits.checklistItemsMax, 'too many items'),
    ),
  }),
  defaults: { items: {} },
  fields: [{ key: 'items', label: 'Tasks', section: 'Text', control: 'longtext' }],
  size: { initial: { w: 3, h: 7 }, min: { w: 2, h: 3 }, max: { w: 12, h: 40 } },
  needsDataset: false,
});
