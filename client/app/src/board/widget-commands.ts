import { Injectable, inject } from '@angular/core';
import { LiveAnnouncer } from '@angular/cdk/a11y';
import {
  addDataset, addWidget, freePlace, limits, newId, newWidget, readingOrder, removeWidgets, resolveLayout, setBox, specOf,
  type Box, type Dashboard, type Widget,
} from '@coboard/core';
import { emptyDataset, sampleDataset } from '@coboard/core/templates';
import { Trash2 } from 'lucide';
import type { GalleryChoice } from '../gallery/gallery';
import { Toasts } from '../toasts/toasts';
import { BoardSession } from './board-session';
import { makeRoom } from './make-room';

/** What a person does with widgets by buttons and keys. Provided by the board page. */
@Injectable()
export class WidgetCommands {
  private readonly board = inject(BoardSession);
  private readonly toasts = inject(Toasts);
  private readonly announcer = inject(LiveAnnouncer);

  /** Adds a widget at the first free place from a row on, with a sample dataset if it was asked for; its id, or null if it was refused. */
  add(choice: GalleryChoice, fromRow: number): string | null {
    const id = newId();
    const added = this.board.edit((dashboard) => {
      const withSample = choice.sample && specOf(choice.kind).needsDataset ? { id: newId(), dataset: sampleDataset(context()) } : null;
      const datasets = withSample === null ? dashboard.datasets : { ...dashboard.datasets, [withSample.id]: withSample.dataset };
      const widget = newWidget(choice.kind, { ...dashboard, datasets }, this.board.tab(), withSample?.id ?? choice.dataset, fromRow);
      return [...(withSample === null ? [] : addDataset(dashboard, withSample.dataset, withSample.id)), ...addWidget(dashboard, widget, id)];
    });
    return added ? id : null;
  }

  /** Adds an empty dataset and opens it. */
  addDataset(): void {
    const id = newId();
    const count = Object.keys(this.board.dashboard()?.datasets ?? {}).length;
    const title = count === 0 ? 'Data' : `Data ${String(count + 1)}`;
    if (this.board.edit((dashboard) => addDataset(dashboard, emptyDataset(context(), title), id))) this.board.openDataset(id);
  }

  /** Copies widgets to the first free places; the ids of the copies. */
  duplicate(ids: readonly string[]): readonly string[] {
    const copies: string[] = [];
    const done = this.board.edit((dashboard) => {
      const taken = this.boxesOf(dashboard);
      return ids.flatMap((id) => {
        const widget = dashboard.widgets[id];
        if (widget === undefined) return [];
        const copy = newId();
        const box = freePlace(Object.values(taken), widget.box, widget.box.y);
        taken[copy] = box;
        copies.push(copy);
        return addWidget(dashboard, { ...structuredClone(widget), box }, copy);
      });
    });
    return done ? copies : [];
  }

  /** Deletes widgets, and says how to have them back. */
  remove(ids: readonly string[]): void {
    const widgets = this.board.dashboard()?.widgets ?? {};
    const gone = ids.flatMap((id): (readonly [string, Widget])[] => {
      const widget = widgets[id];
      return widget === undefined ? [] : [[id, widget]];
    });
    const [first] = gone;
    if (first === undefined || !this.board.edit((dashboard) => removeWidgets(dashboard, ids))) return;
    const open = this.board.openWidget();
    if (open !== null && ids.includes(open)) this.board.closeEditor();
    this.board.select(null);
    const subject = gone.length === 1 ? first[1].title || specOf(first[1].kind).name : `${String(gone.length)} widgets`;
    this.toasts.show({
      icon: Trash2, words: `Deleted ${subject}`, subject,
      actions: [{
        label: 'Undo',
        run: () => {
          this.board.edit((dashboard) => gone.flatMap(([id, widget]) => (dashboard.widgets[id] === undefined ? addWidget(dashboard, widget, id) : [])));
        },
      }],
    });
  }

  /** Moves widgets by columns and rows; several keep their places to each other, also at an edge. */
  move(ids: readonly string[], columns: number, rows: number): void {
    this.change(ids, (box, _widget, all) => {
      const right = Math.min(...all.map(({ x, w }) => limits.gridColumns - x - w));
      const left = Math.min(...all.map(({ x }) => x));
      const down = Math.min(...all.map(({ y }) => limits.gridRowsMax - y));
      const up = Math.min(...all.map(({ y }) => y));
      return { ...box, x: box.x + Math.max(-left, Math.min(right, columns)), y: box.y + Math.max(-up, Math.min(down, rows)) };
    });
  }

  /** Makes widgets larger or smaller by columns and rows, within what their kind allows. */
  resize(ids: readonly string[], columns: number, rows: number): void {
    this.change(ids, (box, widget) => {
      const { min, max } = specOf(widget.kind).size;
      return { ...box, w: Math.max(min.w, Math.min(max.w, limits.gridColumns - box.x, box.w + columns)), h: Math.max(min.h, Math.min(max.h, box.h + rows)) };
    });
  }

  /** Lets a widget change places with the one before or behind it in reading order. */
  swap(id: string, step: -1 | 1): void {
    const dashboard = this.board.dashboard();
    if (dashboard === null) return;
    const boxes = this.boxesOf(dashboard);
    const order = readingOrder(boxes);
    const other = order[order.indexOf(id) + step];
    const own = boxes[id];
    const theirs = other === undefined ? undefined : boxes[other];
    if (other === undefined || own === undefined || theirs === undefined) return;
    const [first, second] = step === -1 ? [{ id, box: own, at: theirs }, { id: other, box: theirs }] : [{ id: other, box: theirs, at: own }, { id, box: own }];
    const top: Box = { ...first.box, x: Math.min(first.at.x, limits.gridColumns - first.box.w), y: first.at.y };
    const sameRow = own.y === theirs.y;
    const below: Box = sameRow ? { ...second.box, x: Math.min(top.x + top.w, limits.gridColumns - second.box.w), y: top.y } : { ...second.box, y: top.y + top.h };
    const changed = makeRoom(boxes, { [first.id]: top });
    const both = makeRoom({ ...boxes, ...changed, [second.id]: below }, { [first.id]: top });
    this.board.edit((now) => Object.entries({ ...changed, [second.id]: below, ...both }).flatMap(([key, box]) => setBox(now, key, box)));
  }

  private change(ids: readonly string[], make: (box: Box, widget: Widget, all: readonly Box[]) => Box): void {
    const spoken: string[] = [];
    this.board.edit((dashboard) => {
      const boxes = this.boxesOf(dashboard);
      const all = ids.flatMap((id) => boxes[id] ?? []);
      const moved: Record<string, Box> = {};
      for (const id of ids) {
        const widget = dashboard.widgets[id];
        const box = boxes[id];
        if (widget === undefined || box === undefined) continue;
        const to = make(box, widget, all);
        moved[id] = to;
        spoken.push(`${widget.title || specOf(widget.kind).name}: column ${String(to.x + 1)}, row ${String(to.y + 1)}, ${String(to.w)} by ${String(to.h)}`);
      }
      return Object.entries(makeRoom(boxes, moved)).flatMap(([id, box]) => setBox(dashboard, id, box));
    });
    if (spoken.length > 0) void this.announcer.announce(spoken.join('; '), 'polite');
  }

  /** The boxes of the tab in view, as they are drawn. */
  private boxesOf(dashboard: Dashboard): Record<string, Box> {
    const tab = this.board.tab();
    return resolveLayout(Object.fromEntries(Object.entries(dashboard.widgets).filter(([, widget]) => widget.tab === tab).map(([id, { box }]) => [id, box])));
  }
}

const context = (): { today: string; random: () => number } => ({ today: new Date().toISOString().slice(0, 10), random: Math.random });
