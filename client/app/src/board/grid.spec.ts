import { ChangeDetectionStrategy, Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { limits, resolveLayout, type Box } from '@coboard/core';
import fc from 'fast-check';
import { Grid, GridItem } from './grid';

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
const anyBox = fc.record({ w: fc.integer({ min: 1, max: limits.gridColumns }), h: fc.integer({ min: 1, max: 5 }), at: fc.nat(), y: fc.nat(10) })
  .map(({ w, h, at, y }): Box => ({ x: at % (limits.gridColumns - w + 1), y, w, h }));
/** Some of the ids, where they lie without overlapping. */
const anyBoard = fc.tuple(fc.subarray(ids), fc.array(anyBox, { minLength: ids.length, maxLength: ids.length }))
  .map(([some, boxes]) => resolveLayout(Object.fromEntries(some.map((id, i): [string, Box] => [id, boxes[i] ?? { x: 0, y: 0, w: 1, h: 1 }]))));

@Component({
  selector: 'app-grid-under-test',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Grid, GridItem],
  template: `
    <div appGrid [boxes]="boxes()" [editing]="true" (moved)="moved.push($event)">
      @for (id of ids(); track id) { <div [appGridItem]="id" [size]="size" [attr.data-id]="id"><div class="grid-stack-item-content"></div></div> }
    </div>
  `,
})
class GridUnderTest {
  readonly boxes = signal<Readonly<Record<string, Box>>>({});
  readonly ids = signal<readonly string[]>([]);
  readonly size = { min: { w: 1, h: 1 }, max: { w: 12, h: 40 } };
  readonly moved: object[] = [];
}

describe('PLACE a grid of boxes', () => {
  it('PLACE-12 brings every widget to its box, wherever it was before, and tells of nothing that nobody dragged', () => {
    const fixture = TestBed.createComponent(GridUnderTest);
    const { componentInstance: shown, nativeElement } = fixture as { componentInstance: GridUnderTest; nativeElement: HTMLElement };
    TestBed.tick();
    const side = (element: Element, name: string, otherwise: number): number => Number(element.getAttribute(`gs-${name}`) ?? otherwise);
    fc.assert(fc.property(anyBoard, (boxes) => {
      shown.boxes.set(boxes);
      shown.ids.set(Object.keys(boxes));
      TestBed.tick();
      const drawn = Object.fromEntries([...nativeElement.querySelectorAll('[data-id]')].map((element) => [
        element.getAttribute('data-id') ?? '', { x: side(element, 'x', 0), y: side(element, 'y', 0), w: side(element, 'w', 1), h: side(element, 'h', 1) },
      ]));
      const wrong = Object.entries(boxes).filter(([id, { x, y, w, h }]) => JSON.stringify(drawn[id]) !== JSON.stringify({ x, y, w, h }));
      if (wrong.length > 0 || Object.keys(drawn).length !== Object.keys(boxes).length) throw new Error(`drawn ${JSON.stringify(drawn)}`);
    }), { numRuns: 150 });
    expect(shown.moved).toEqual([]);
    fixture.destroy();
  });
});
