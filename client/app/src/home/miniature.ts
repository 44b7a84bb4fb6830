import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

/** What the list of dashboards tells of a widget: its kind and its place. */
export interface PreviewWidget {
  readonly kind: string;
  readonly title: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A column and a row, in the units of the picture: nearly as they are to each other on a board. */
const unit = 20;
const rowUnit = 8.4;
const rows = 17;
const gap = 3;

/** A line that looks like data, the same for the same seed. */
function waveLine(seed: number, width: number, height: number): string {
  const points = Array.from({ length: 14 }, (_, i) => {
    const rise = 0.75 - i * 0.035;
    const wobble = Math.sin(i * 1.7 + seed) * 0.12 + Math.sin(i * 0.6 + seed * 2) * 0.08;
    return `${((i / 13) * width).toFixed(1)} ${(Math.max(0.06, Math.min(0.95, rise + wobble)) * height).toFixed(1)}`;
  });
  return `M${points.join('L')}`;
}

/** A dashboard in small: its widgets where they lie, each drawn as its kind. */
@Component({
  selector: 'app-miniature',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { 'aria-hidden': 'true' },
  template: `
    <svg [attr.viewBox]="viewBox" preserveAspectRatio="xMidYMin slice">
      @for (item of items(); track $index) {
        <g [attr.transform]="'translate(' + item.x + ' ' + item.y + ')'">
          <rect class="card" [attr.width]="item.w" [attr.height]="item.h" rx="3.5" />
          <text class="title" x="5" y="8">{{ item.title }}</text>
          @switch (item.kind) {
            @case ('kpi') {
              <rect class="figure" x="5" [attr.y]="item.h - 10.5" [attr.width]="item.w * .27" height="5.5" rx="1.4" />
              <path class="line thin" [attr.d]="item.spark" [attr.transform]="'translate(' + item.w * .54 + ' ' + (item.h - 12) + ')'" />
            }
            @case ('timeseries') {
              <path class="area" [attr.d]="item.line + 'L' + (item.w - 10) + ' ' + (item.h - 17) + 'L0 ' + (item.h - 17) + 'Z'" transform="translate(5 13)" />
              <path class="line" [attr.d]="item.line" transform="translate(5 13)" />
              <path class="line second" [attr.d]="item.second" transform="translate(5 13)" />
            }
            @case ('bar') {
              @for (length of [.9, .7, .62, .45, .36, .24]; track $index) {
                @if (14 + $index * 8 < item.h - 5) {
                  <rect class="track" [attr.x]="item.w * .26" [attr.y]="14 + $index * 8" [attr.width]="item.w * .66" height="4" rx="1" />
                  <rect class="bar" [attr.x]="item.w * .26" [attr.y]="14 + $index * 8" [attr.width]="item.w * .66 * length" height="4" rx="1" />
                  <rect class="text" x="5" [attr.y]="14.8 + $index * 8" [attr.width]="item.w * .16" height="2.4" rx="1" />
                }
              }
            }
            @case ('pie') {
              <circle class="ring" [attr.cx]="item.w / 2" [attr.cy]="item.h / 2 + 4" [attr.r]="item.radius" />
              <circle class="ring part" [attr.cx]="item.w / 2" [attr.cy]="item.h / 2 + 4" [attr.r]="item.radius" pathLength="100" stroke-dasharray="38 62" />
              <circle class="ring part third" [attr.cx]="item.w / 2" [attr.cy]="item.h / 2 + 4" [attr.r]="item.radius" pathLength="100" stroke-dasharray="20 80" stroke-dashoffset="-38" />
            }
            @case ('checklist') {
              @for (width of [.6, .5, .66, .42, .55, .48]; track $index) {
                @if (14 + $index * 8 < item.h - 5) {
                  <rect [attr.class]="$index < 3 ? 'done' : 'open'" x="5" [attr.y]="13 + $index * 8" width="4.6" height="4.6" rx="1.4" />
                  <rect class="text" x="13" [attr.y]="14.2 + $index * 8" [attr.width]="(item.w - 18) * width" height="2.4" rx="1" />
                }
              }
            }
            @case ('table') {
              @for (width of [.3, .24, .34, .22, .28, .32, .26, .3]; track $index) {
                @if (13 + $index * 6.4 < item.h - 3) {
                  <rect class="text" x="5" [attr.y]="13 + $index * 6.4" [attr.width]="(item.w - 10) * width" height="2.2" rx="1" />
                  <rect class="text" [attr.x]="item.w * .46" [attr.y]="13 + $index * 6.4" [attr.width]="item.w * .16" height="2.2" rx="1" />
                  <rect class="text strong" [attr.x]="item.w - 5 - item.w * width * .4" [attr.y]="13 + $index * 6.4" [attr.width]="item.w * width * .4" height="2.2" rx="1" />
                }
              }
            }
            @default {
              @for (width of [.92, .8, .86, .6, .9, .72, .4]; track $index) {
                @if (14 + $index * 7 < item.h - 4) {
                  <rect class="text" x="5" [attr.y]="14 + $index * 7" [attr.width]="(item.w - 10) * width" height="2.4" rx="1" />
                }
              }
            }
          }
        </g>
      } @empty {
        <text class="empty" [attr.x]="6 * unit" [attr.y]="rows * rowUnit / 2" text-anchor="middle">Empty board</text>
      }
    </svg>
  `,
  styles: `
    :host { display: block; background: var(--canvas); overflow: hidden; }
    svg { width: 100%; height: 100%; }
    .card { fill: var(--surface); stroke: var(--line); stroke-width: .8; }
    text { text-rendering: geometricPrecision; }
    .title { font: 560 5px var(--font); letter-spacing: 0; fill: var(--text-2); }
    .empty { font: 500 8px var(--font); fill: var(--text-3); }
    .figure { fill: var(--text); opacity: .7; }
    .text { fill: var(--text); opacity: .14; }
    .strong { opacity: .3; }
    .line { fill: none; stroke: var(--s1); stroke-width: 1.2; stroke-linejoin: round; }
    .thin { stroke-width: .9; }
    .second { stroke: var(--s2); opacity: .8; }
    .area { fill: var(--s1); opacity: .1; }
    .bar { fill: var(--bar); }
    .track { fill: var(--sunken); }
    .ring { fill: none; stroke: var(--s1); stroke-width: 9; }
    .part { stroke: var(--s2); }
    .third { stroke: var(--s3); }
    .done { fill: var(--accent-fill); }
    .open { fill: none; stroke: var(--line-field); stroke-width: .9; }
  `,
})
export class Miniature {
  readonly widgets = input.required<readonly PreviewWidget[]>();
  protected readonly unit = unit;
  protected readonly rows = rows;
  protected readonly rowUnit = rowUnit;
  protected readonly viewBox = `${-gap} ${-gap} ${12 * unit + gap} ${rows * rowUnit + gap}`;
  protected readonly items = computed(() =>
    this.widgets().map((widget, i) => {
      const w = widget.w * unit - gap;
      const h = widget.h * rowUnit - gap;
      const room = Math.max(3, Math.floor((w - 8) / 2.9));
      return {
        kind: widget.kind, title: widget.title.length > room ? `${widget.title.slice(0, room - 1)}…` : widget.title, x: widget.x * unit, y: widget.y * rowUnit, w, h, spark: waveLine(i * 1.3, w * .4, 9),
        line: waveLine(i * 1.3, w - 10, Math.max(8, h - 18)), second: waveLine(i * 2.1 + 4, w - 10, Math.max(8, (h - 18) * 1.25)),
        radius: Math.max(5, Math.min(w, h - 14) / 2 - 9),
      };
    }),
  );
}
