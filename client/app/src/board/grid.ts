import { DestroyRef, Directive, ElementRef, afterNextRender, effect, inject, input, output, signal, untracked } from '@angular/core';
import { limits, type Box } from '@coboard/core';
import { GridStack, type GridItemHTMLElement } from 'gridstack';

/** Boxes that the local person moved or resized, by id: the widget itself and those that made room for it. */
export type MovedBoxes = Readonly<Record<string, Box>>;

export const rowHeightPx = 28;
export const gapPx = 12;
export const rowStepPx = rowHeightPx + gapPx;

interface Limits {
  readonly min: { readonly w: number; readonly h: number };
  readonly max: { readonly w: number; readonly h: number };
}

interface Item {
  readonly element: GridItemHTMLElement;
  readonly size: Limits;
}

/**
 * A grid of widgets that the local person drags and resizes. `boxes` say where widgets lie and must not overlap; only what the
 * local person did goes out. While something is held, boxes that come in wait, so that nothing moves under the pointer.
 */
@Directive({ selector: '[appGrid]', host: { class: 'grid-stack' }, exportAs: 'appGrid' })
export class Grid {
  readonly boxes = input.required<Readonly<Record<string, Box>>>();
  /** Whether widgets can be dragged. */
  readonly editing = input(false);
  readonly moved = output<MovedBoxes>();
  /** Where the held widget is, many times a second; null when it was let go. */
  readonly dragging = output<{ readonly id: string; readonly box: Box } | null>();
  /** The id of the widget that the local person holds. */
  readonly held = signal<string | null>(null);

  private readonly element = inject<ElementRef<GridItemHTMLElement>>(ElementRef).nativeElement;
  private readonly items = signal<ReadonlyMap<string, Item>>(new Map());
  private readonly stack = signal<GridStack | null>(null);
  private before: MovedBoxes = {};

  constructor() {
    afterNextRender(() => {
      const stack = GridStack.init(
        {
          auto: false, column: limits.gridColumns, cellHeight: rowStepPx, margin: gapPx / 2, mode: 'float', staticGrid: !this.editing(), animate: true,
          draggable: { handle: '.widget-handle', cancel: 'button,input,textarea,select,a' }, resizable: { handles: 'e,s,se' },
        },
        this.element,
      );
      if (stack === null) return;
      this.listen(stack);
      this.stack.set(stack);
    });
    effect(() => {
      this.stack()?.setStatic(!this.editing());
    });
    effect(() => {
      const stack = this.stack();
      const boxes = this.boxes();
      const items = this.items();
      if (stack === null || this.held() !== null) return;
      untracked(() => {
        place(stack, boxes, items);
      });
    });
    inject(DestroyRef).onDestroy(() => {
      this.stack()?.destroy(false);
    });
  }

  add(id: string, item: Item): void {
    this.items.update((items) => new Map(items).set(id, item));
  }

  remove(id: string): void {
    const item = untracked(this.items).get(id);
    if (item?.element.gridstackNode) untracked(this.stack)?.removeWidget(item.element, false, false);
    this.items.update((items) => new Map([...items].filter(([other]) => other !== id)));
  }

  private listen(stack: GridStack): void {
    const idOf = (element: GridItemHTMLElement) => element.gridstackNode?.id ?? '';
    const take = (_event: Event, element: GridItemHTMLElement) => {
      this.before = boxesOf(stack);
      const id = idOf(element);
      this.held.set(id);
      this.follow(stack, element, id);
    };
    const drop = () => {
      const now = boxesOf(stack);
      const changed = Object.entries(now).filter(([id, box]) => !sameBox(box, this.before[id]));
      // first out, then let go: what came in meanwhile is placed around it
      if (changed.length > 0) this.moved.emit(Object.fromEntries(changed));
      this.dragging.emit(null);
      this.held.set(null);
    };
    stack.on('dragstart', take).on('resizestart', take).on('dragstop', drop).on('resizestop', drop);
  }

  /** Tells where a held widget hovers, once a frame while it moves. Gridstack itself tells only of new columns and rows. */
  private follow(stack: GridStack, element: GridItemHTMLElement, id: string): void {
    let last: Box | null = null;
    const look = (): void => {
      if (untracked(this.held) !== id) return;
      const box = this.livePosition(stack, element);
      if (box !== null && !sameBox(box, last ?? undefined)) this.dragging.emit({ id, box });
      last = box;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }

  /** Where a held widget hovers, in fractions of columns and rows. */
  private livePosition(stack: GridStack, element: GridItemHTMLElement): Box | null {
    const cell = stack.cellWidth();
    if (cell === 0) return null;
    const own = element.getBoundingClientRect();
    const parent = this.element.getBoundingClientRect();
    return { x: (own.left - parent.left) / cell, y: (own.top - parent.top) / rowStepPx, w: own.width / cell, h: own.height / rowStepPx };
  }
}

/**
 * Brings every widget to its box. Those that are elsewhere are taken out first and then all put in: boxes do not overlap, so none
 * pushes another away on its way.
 */
function place(stack: GridStack, boxes: MovedBoxes, items: ReadonlyMap<string, Item>): void {
  const elsewhere = [...items].filter(([id, { element }]) => boxes[id] !== undefined && !sameBox(boxes[id], element.gridstackNode as Box | undefined));
  if (elsewhere.length === 0) return;
  for (const [, { element }] of elsewhere) if (element.gridstackNode) stack.removeWidget(element, false, false);
  for (const [id, { element, size: { min, max } }] of elsewhere) {
    stack.makeWidget(element, { id, ...boxes[id], minW: min.w, minH: min.h, maxW: max.w, maxH: max.h });
  }
}

/** Every widget's box as the grid has it now. */
function boxesOf(stack: GridStack): MovedBoxes {
  return Object.fromEntries(stack.engine.nodes.flatMap(({ id, x = 0, y = 0, w = 1, h = 1 }) => (id === undefined ? [] : [[id, { x, y, w, h }]])));
}

function sameBox(a: Box | undefined, b: Partial<Box> | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return b.x === a.x && b.y === a.y && (b.w ?? 1) === a.w && (b.h ?? 1) === a.h;
}

/** One widget of the grid. */
@Directive({ selector: '[appGridItem]', host: { class: 'grid-stack-item' } })
export class GridItem {
  readonly id = input.required<string>({ alias: 'appGridItem' });
  readonly size = input.required<Limits>();
  private readonly element = inject<ElementRef<GridItemHTMLElement>>(ElementRef).nativeElement;

  constructor() {
    const grid = inject(Grid);
    effect((onCleanup) => {
      const id = this.id();
      const size = this.size();
      grid.add(id, { element: this.element, size });
      onCleanup(() => {
        grid.remove(id);
      });
    });
  }
}
