import { newWidget, specOf, widgetKindNames, type Dashboard, type Dataset, type Widget, type WidgetKind } from '@coboard/core';

/** A kind of widget as the gallery offers it. */
export interface GalleryItem {
  readonly kind: WidgetKind;
  readonly name: string;
  readonly summary: string;
  readonly group: 'Figures and charts' | 'Text and tasks';
  /** What the widget would look like, on the data it would be added with. */
  readonly preview: Widget;
  readonly previewData: Readonly<Record<string, Dataset>>;
}

const previewText: Partial<Record<WidgetKind, Record<string, unknown>>> = {
  note: { text: '**Launch notes**\n\nCheckout goes live on Thursday.\n\n- Prices freeze on Wednesday\n- Stand-up at 08:45' },
  checklist: {
    items: {
      a: { text: 'Translate checkout', done: true, order: 'A', doneBy: 'Ana' }, b: { text: 'Load test', done: true, order: 'B', doneBy: 'Ben' },
      c: { text: 'Refund policy', done: false, order: 'C', doneBy: null }, d: { text: 'Store banners', done: false, order: 'D', doneBy: null },
    },
  },
};

/** Every kind, drawn with the chosen dataset; `sample` stands in where the dashboard has none. */
export function galleryItems(dashboard: Dashboard, tab: string, datasetId: string | null, sample: Dataset): GalleryItem[] {
  const dataset = datasetId === null ? undefined : dashboard.datasets[datasetId];
  const data = dataset === undefined || Object.keys(dataset.rows).length === 0 ? { id: 'sample', dataset: sample } : { id: datasetId ?? '', dataset };
  const drawnOn: Dashboard = { ...dashboard, datasets: { [data.id]: data.dataset } };
  return widgetKindNames.map((kind) => {
    const { name, summary, group } = specOf(kind);
    const widget = newWidget(kind, drawnOn, tab, data.id);
    const settings = { ...(widget.settings as object), ...previewText[kind] };
    return { kind, name, summary, group, preview: { ...widget, settings } as Widget, previewData: drawnOn.datasets };
  });
}

/** Whether an item answers to what was typed: every word somewhere in its name, summary or group. */
export function matches(item: GalleryItem, query: string): boolean {
  const text = `${item.name} ${item.summary} ${item.group}`.toLowerCase();
  return query.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}
