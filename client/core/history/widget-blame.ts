import * as v from 'valibot';
import type { SentenceBlame } from '../../../model/history/blame.ts';
import type { CoboardApi } from '../api/coboard-api.ts';

const MarkSchema = v.object({ v: v.number(), at: v.number(), by: v.nullable(v.object({ id: v.string(), name: v.string() })) });
/** Who set something, when (milliseconds since 1970), and with the op of which version. */
export type SetBy = v.InferOutput<typeof MarkSchema>;

const BlameSchema = v.object({
  v: v.number(), marks: v.array(MarkSchema), fields: v.record(v.string(), v.number()),
  text: v.nullable(v.object({ length: v.number(), sentences: v.array(v.tuple([v.number(), v.number(), v.number()])) })),
});

/** Who set what of a widget last. */
export interface WidgetSetBy {
  /** By the path of the field within the dashboard, its steps joined by dots. */
  readonly fields: ReadonlyMap<string, SetBy>;
  /** Of a note: how long it was (UTF-16 units), and its sentences; null for what has no long text. */
  readonly text: { readonly length: number; readonly sentences: readonly SentenceBlame<SetBy>[] } | null;
}

/** Asks who set what of a widget last. @throws CoboardError FORBIDDEN for who may not edit, NOT_FOUND */
export async function askWidgetBlame(api: CoboardApi, dashboard: string, widget: string): Promise<WidgetSetBy> {
  const { marks, fields, text } = await api.ask('GET', `/api/dashboards/${encodeURIComponent(dashboard)}/blame?widget=${encodeURIComponent(widget)}`, BlameSchema);
  const marked = (number: number): SetBy[] => { const mark = marks[number]; return mark === undefined ? [] : [mark]; };
  return {
    fields: new Map(Object.entries(fields).flatMap(([path, number]) => marked(number).map((mark) => [path, mark] as const))),
    text: text && { length: text.length, sentences: text.sentences.flatMap(([start, end, number]) => marked(number).map((mark) => ({ start, end, mark }))) },
  };
}
