import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

/** The shape of an icon of the `lucide` package: `import House from 'lucide/dist/esm/icons/house.mjs'` or `import { House } from 'lucide'`. */
export type IconNode = readonly (readonly [tag: string, attributes: Readonly<Record<string, string | number | undefined>>])[];

/** Draws one Lucide icon in the text's color; it is decoration, so the control around it has the name. */
@Component({
  selector: 'cb-icon',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { 'aria-hidden': 'true', '[style.width.px]': 'size()', '[style.height.px]': 'size()' },
  template: `
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" [attr.width]="size()" [attr.height]="size()" [attr.stroke-width]="stroke()">
      @for (shape of shapes(); track $index) {
        @switch (shape.tag) {
          @case ('circle') { <svg:circle [attr.cx]="shape.at['cx']" [attr.cy]="shape.at['cy']" [attr.r]="shape.at['r']" [attr.fill]="shape.at['fill']" /> }
          @case ('rect') { <svg:rect [attr.x]="shape.at['x']" [attr.y]="shape.at['y']" [attr.width]="shape.at['width']" [attr.height]="shape.at['height']" [attr.rx]="shape.at['rx']" [attr.ry]="shape.at['ry']" /> }
          @case ('line') { <svg:line [attr.x1]="shape.at['x1']" [attr.y1]="shape.at['y1']" [attr.x2]="shape.at['x2']" [attr.y2]="shape.at['y2']" /> }
          @case ('ellipse') { <svg:ellipse [attr.cx]="shape.at['cx']" [attr.cy]="shape.at['cy']" [attr.rx]="shape.at['rx']" [attr.ry]="shape.at['ry']" /> }
          @case ('polyline') { <svg:polyline [attr.points]="shape.at['points']" /> }
          @case ('polygon') { <svg:polygon [attr.points]="shape.at['points']" /> }
          @default { <svg:path [attr.d]="shape.at['d']" /> }
        }
      }
    </svg>
  `,
  styles: ':host { display: inline-block; flex: none; } svg { display: block; }',
})
export class Icon {
  readonly icon = input.required<IconNode>();
  /** Pixels, both ways. */
  readonly size = input(16);
  protected readonly stroke = computed(() => (this.size() >= 18 ? 1.75 : 1.85));
  protected readonly shapes = computed(() => this.icon().map(([tag, at]) => ({ tag, at })));
}
