import { ChangeDetectionStrategy, Component, ElementRef, computed, inject, input, linkedSignal, output, viewChild, viewChildren } from '@angular/core';
import { LiveCursors, gridPoint, type GridMetrics, type Mover } from '@coboard/angular';
import { readingOrder, resolveLayout, setBox, specOf, type Box, type Dashboard, type Widget } from '@coboard/core';
import { BoardSession } from './board-session';
import { Grid, GridItem, gapPx, rowStepPx, type MovedBoxes } from './grid';
import { WidgetFrame, type WidgetAction } from './widget-frame';
import { elementWidth } from './element-size';

/** A widget as the board draws it. */
export interface PlacedWidget {
  readonly id: string;
  readonly widget: Widget;
  readonly name: string;
}

interface Layout {
  readonly list: readonly PlacedWidget[];
  readonly boxes: Readonly<Record<string, Box>>;
}

/** A widget that somebody else drags now, and where it hovers. */
interface Glide {
  readonly mover: Mover;
  readonly box: Box;
}

/** The widgets of one tab on the grid, or in one column where the screen is narrow, and the cursors of the others over them. */
@Component({
  selector: 'app-board-grid',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Grid, GridItem, LiveCursors, WidgetFrame],
  host: { '[class.editing]': 'board.editing()', '[class.stacked]': 'stacked()' },
  templateUrl: './board-grid.html',
  styleUrl: './board-grid.css',
})
export class BoardGrid {
  readonly tab = input.required<string>();
  /** One column, KPIs two abreast; nothing is dragged. */
  readonly stacked = input(false);
  readonly act = output<{ readonly id: string; readonly action: WidgetAction }>();
  protected readonly board = inject(BoardSession);
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly grid = viewChild(Grid);
  private readonly gridElement = viewChild<Grid, ElementRef<HTMLElement>>(Grid, { read: ElementRef });
  private readonly sections = viewChildren<ElementRef<HTMLElement>>('section');
  private readonly held = computed(() => this.grid()?.held() ?? null);
  private readonly width = elementWidth(this.element);
  protected readonly gap = gapPx;

  protected readonly metrics = computed<GridMetrics>(() => ({ columnStepPx: Math.max(1, (this.width() + gapPx) / 12), rowStepPx }));
  protected readonly datasets = computed(() => this.board.dashboard()?.datasets ?? {});
  private readonly layout = computed(() => layoutOf(this.board.dashboard(), this.tab()));
  /** What is drawn: while one holds a widget, what others move, add and delete waits. */
  protected readonly shown = linkedSignal<{ now: Layout; held: string | null }, Layout>({
    source: () => ({ now: this.layout(), held: this.held() }),
    computation: ({ now, held }, previous) => {
      if (previous === undefined) return now;
      if (held !== null) return { boxes: previous.value.boxes, list: withNewContents(previous.value.list, now.list) };
      // moving an element takes the focus out of it
      return this.element.contains(document.activeElement) ? { boxes: now.boxes, list: inOldOrder(previous.value.list, now.list) } : now;
    },
  });
  /** By widget: who drags it, and where it hovers. */
  protected readonly glides = computed(() => {
    const glides = new Map<string, Glide>();
    if (this.board.travel.isPast()) return glides;
    for (const { user, self, stale, windows } of this.board.presence.people()) {
      if (self || stale) continue;
      for (const { value: { dragging } } of windows) {
        if (dragging && dragging.widget !== this.held()) glides.set(dragging.widget, { mover: user, box: dragging });
      }
    }
    return glides;
  });

  /** Whose cursors are drawn: nobody's in the past. */
  protected readonly pointers = computed(() => (this.board.travel.isPast() ? [] : this.board.presence.people()));

  protected isSelected(id: string): boolean {
    return this.board.selection().includes(id);
  }

  protected sizeOf(widget: Widget): { min: { w: number; h: number }; max: { w: number; h: number } } {
    return specOf(widget.kind).size;
  }

  /** How far a widget that somebody else drags is from its place. */
  protected glide(id: string): { translate: string; width: string; height: string } | null {
    const glide = this.glides().get(id);
    const at = this.shown().boxes[id];
    if (!glide || !at) return null;
    const { columnStepPx: column, rowStepPx: row } = this.metrics();
    const px = (value: number): string => `${value.toFixed(1)}px`;
    return { translate: `${px((glide.box.x - at.x) * column)} ${px((glide.box.y - at.y) * row)}`, width: px(glide.box.w * column - gapPx), height: px(glide.box.h * row - gapPx) };
  }

  protected pointed(event: PointerEvent): void {
    const grid = this.gridElement()?.nativeElement;
    if (event.pointerType === 'touch' || grid === undefined) return;
    this.board.presence.update({ cursor: { tab: this.tab(), ...gridPoint(event, grid, this.metrics()) } });
  }

  protected pointedAway(): void {
    this.board.presence.update({ cursor: null });
  }

  protected moved(boxes: MovedBoxes): void {
    this.board.edit((dashboard) => Object.entries(boxes).flatMap(([id, box]) => setBox(dashboard, id, box)));
  }

  protected dragged(held: { readonly id: string; readonly box: Box } | null): void {
    if (held !== null && !this.isSelected(held.id)) this.board.select(held.id);
    this.board.presence.update({ dragging: held === null ? null : { widget: held.id, ...held.box } });
  }

  protected pressed(event: Event, id: string): void {
    if (!this.board.editing() || isOnControl(event)) return;
    const { shiftKey } = event as MouseEvent;
    if (!this.isSelected(id) || shiftKey) this.board.select(id, shiftKey);
  }

  /** Dragging takes the focus away; a click puts it on the widget. */
  protected clicked(event: Event): void {
    const section = event.currentTarget as HTMLElement;
    if (this.board.editing() && !isOnControl(event) && !section.contains(document.activeElement)) section.focus({ preventScroll: true });
  }

  /** Puts the focus on a widget. */
  focus(id: string): void {
    this.sections().find(({ nativeElement }) => nativeElement.dataset['widget'] === id)?.nativeElement.focus();
  }

  /** Brings a widget into view and puts the focus on it. */
  show(id: string): void {
    this.focus(id);
    this.sections().find(({ nativeElement }) => nativeElement.dataset['widget'] === id)?.nativeElement.scrollIntoView({ block: 'nearest' });
  }

  /** The ids of the widgets in reading order. */
  order(): readonly string[] {
    return readingOrder(this.shown().boxes);
  }
}

/** Whether a press was on something that acts by itself. */
function isOnControl({ target }: Event): boolean {
  return (target as Element).closest('button, a, input, textarea') !== null;
}

function layoutOf(dashboard: Dashboard | null, tab: string): Layout {
  const widgets = Object.entries(dashboard?.widgets ?? {}).filter(([, widget]) => widget.tab === tab);
  const boxes = resolveLayout(Object.fromEntries(widgets.map(([id, { box }]) => [id, box])));
  const byId = new Map(widgets);
  const list = readingOrder(boxes).flatMap((id) => {
    const widget = byId.get(id);
    return widget === undefined ? [] : [{ id, widget, name: widget.title || specOf(widget.kind).name }];
  });
  return { list, boxes };
}

function withNewContents(shown: readonly PlacedWidget[], now: readonly PlacedWidget[]): readonly PlacedWidget[] {
  const byId = new Map(now.map((one) => [one.id, one]));
  return shown.map((one) => byId.get(one.id) ?? one);
}

function inOldOrder(shown: readonly PlacedWidget[], now: readonly PlacedWidget[]): readonly PlacedWidget[] {
  const old = new Map(shown.map(({ id }, index) => [id, index]));
  const place = ({ id }: PlacedWidget): number => old.get(id) ?? Number.MAX_SAFE_INTEGER;
  return now.toSorted((a, b) => place(a) - place(b));
}
