import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { Dataset, WidgetOf } from '@coboard/core';
import { Icon } from '@coboard/angular';
import { ArrowDown, ArrowUp, Minus } from 'lucide';
import { readFigure, type Figure } from './dataset-reading';
import { changeText, numberText, numberWords } from './number-words';
import { CountTo } from './count-to';
import { WidgetMessage } from './widget-message';
import { WidgetView } from './widget-view';

const trendWidth = 120;
const trendHeight = 36;

/** Points of a trend in a box of 120 by 36. */
function trendPoints(trend: readonly number[]): (readonly [x: number, y: number])[] {
  const low = Math.min(...trend);
  const span = Math.max(...trend) - low || 1;
  return trend.map((value, i) => [2 + (i / Math.max(1, trend.length - 1)) * (trendWidth - 6), 3 + (1 - (value - low) / span) * (trendHeight - 8)]);
}

@Component({
  selector: 'app-kpi-view',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, WidgetMessage, CountTo],
  template: `
    @let read = reading();
    @if (read.kind === 'ready') {
      @let change = delta();
      <div class="kpi">
        <p class="value num">
          @if (words(); as said) {<span>{{ said.prefix }}</span><app-count-to [value]="read.value.value" [text]="figure" /><small>{{ said.suffix }}</small>}
        </p>
        @if (settings().sparkline && read.value.trend.length > 1) {
          <svg class="trend" [attr.viewBox]="'0 0 ' + trendWidth + ' ' + trendHeight" preserveAspectRatio="none" aria-hidden="true">
            <path class="area" [attr.d]="trend().area" />
            <path class="line" [attr.d]="trend().line" vector-effect="non-scaling-stroke" />
          </svg>
        }
        <p class="change num">
          @if (change) {
            <span class="delta" [class.good]="change.good === true" [class.bad]="change.good === false"><cb-icon [icon]="change.icon" [size]="13" />{{ change.text }}<span class="sr">{{ change.spoken }}</span></span>
            <span class="from cut">from {{ change.from }}</span>
          }
        </p>
      </div>
    } @else {
      <app-widget-message [reading]="read" [editable]="editable()" (act)="act.emit($event)" />
    }
  `,
  styleUrl: './kpi-view.css',
})
export class KpiView extends WidgetView {
  readonly settings = input.required<WidgetOf<'kpi'>['settings']>();
  readonly datasets = input.required<Readonly<Record<string, Dataset>>>();
  protected readonly trendWidth = trendWidth;
  protected readonly trendHeight = trendHeight;

  protected readonly reading = computed(() => readFigure(this.datasets(), this.settings()));
  private readonly ready = computed<Figure | null>(() => {
    const reading = this.reading();
    return reading.kind === 'ready' ? reading.value : null;
  });
  protected readonly words = computed(() => {
    const figure = this.ready();
    return figure && numberWords(figure.value, this.settings().format, this.settings().unit);
  });
  /** The figure alone, for any number on the way to the new value. */
  protected readonly figure = (value: number): string => numberWords(value, this.settings().format, this.settings().unit).figure;

  protected readonly delta = computed(() => {
    const figure = this.ready();
    if (figure?.before === null || figure === null) return null;
    const { format, unit, goodWhen } = this.settings();
    const difference = figure.value - figure.before;
    const up = difference > 0;
    return {
      icon: difference === 0 ? Minus : up ? ArrowUp : ArrowDown,
      spoken: difference === 0 ? ' no change' : up ? ' more' : ' less',
      text: changeText(figure.value, figure.before, format),
      from: numberText(figure.before, format, unit),
      good: difference === 0 ? null : up === (goodWhen === 'up'),
    };
  });

  protected readonly trend = computed(() => {
    const points = trendPoints(this.ready()?.trend ?? []);
    const line = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
    return { line, area: `${line}L${trendWidth - 4} ${trendHeight}L2 ${trendHeight}Z` };
  });
}
