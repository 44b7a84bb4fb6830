import * as v from 'valibot';
import { limits } from '../limits.ts';
import { typedText } from '../text-fields.ts';
import { widgetKind } from './widget-kind.ts';

/** Text that people write together, shown as Markdown. */
export const note = widgetKind({
  kind: 'note',
  name: 'Note',
  summary: 'Text that you write together',
  group: 'Text and tasks',
  settings: v.strictObject({ text: typedText(limits.noteCharsMax) }),
  defaults: { text: '' },
  fields: [{ key: 'text', label: 'Text', section: 'Text', control: 'longtext', placeholder: 'Write together. Markdown works.' }],
  size: { initial: { w: 4, h: 7 }, min: { w: 2, h: 2 }, max: { w: 12, h: 60 } },
  needsDataset: false,
});
