import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import type { Dataset, WidgetOf } from '@coboard/core';
import type { EChartsCoreOption } from 'echarts/core';
import { Chart } from './chart';
import { tooltipElement, tooltipStyle } from './chart-parts';
import { ThemeReader } from './chart-theme';
import { readCategories } from './dataset-reading';
import { dateWords, numberText } from './number-words';
import { WidgetMessage } from './widget-message';
import { WidgetView } from './widget-view';

interface Slice {
  readonly name: string;
  readonly value: number;
  readonly text: string;
  readonly share: string;
  readonly color: string;
}

@Component({
  selector: 'app-pie-view',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Chart, WidgetMessage],
  template: `
    @let read = reading();
    @if (read.kind === 'ready') {
      <div class="pie">
        <app-chart [option]="option()" [summary]="summary()" />
        <ul class="key" [style.--count]="slices().length" [style.--lines]="lines()">
          @for (slice of slices(); track slice.name; let rank = $index) {
            <li [style.--rank]="rank" [style.--line]="line(rank)" [style.--column]="rank % 2"><i [style.background]="slice.color"></i><span class="cut" [title]="slice.name">{{ slice.name }}</span><b class="num">{{ slice.share }}</b></li>
          }
        </ul>
      </div>
    } @else {
      <app-widget-message [reading]="read" [editable]="editable()" (act)="act.emit($event)" />
    }
  `,
  styles: `
    :host { display: block; height: 100%; min-height: 0; container-type: size; }
    .pie { display: grid; grid-template-columns: minmax(0, 1fr) minmax(96px, 42%); height: 100%; gap: 10px; align-items: center; }
    app-chart { height: 100%; }
    /* entries stand where their rank puts them: a new share moves nothing but itself */
    .key { position: relative; height: 100%; font-size: var(--fs-s); overflow: hidden; }
    li {
      position: absolute; inset: 0 0 auto; height: 24px; display: grid; grid-template-columns: 9px minmax(0, 1fr) 34px; gap: 5px; align-items: center; color: var(--text-2);
      translate: 0 calc(50cqh + (var(--rank) - var(--count) / 2) * 24px); transition: translate var(--t-slow) var(--ease);
    }
    i { width: 9px; height: 9px; border-radius: 3px; }
    b { color: var(--text); font-weight: var(--fw-medium); text-align: right; }
    @container (aspect-ratio < 1.35) { .pie { grid-template: minmax(0, 1fr) auto / 1fr; } .key { height: calc(var(--lines) * 21px); } li { width: calc(50% - 4px); grid-template-columns: 9px minmax(0, 1fr) auto; gap: 4px; height: 21px; translate: calc(var(--column) * (100% + 8px)) calc(var(--line) * 21px); } }
    @media (prefers-reduced-motion: reduce) { li { transition: none; } }
    @container (max-height: 150px) and (max-width: 260px) { .key { display: none; } .pie { grid-template: 1fr / 1fr; } }
  `,
})
export class PieView extends WidgetView {
  readonly settings = input.required<WidgetOf<'pie'>['settings']>();
  readonly datasets = input.required<Readonly<Record<string, Dataset>>>();
  private readonly theme = inject(ThemeReader).theme;

  protected readonly lines = computed(() => Math.ceil(this.slices().length / 2));
  /** The line of an entry where there are two abreast. */
  protected readonly line = (rank: number): number => Math.floor(rank / 2);
  protected readonly reading = computed(() => readCategories(this.datasets(), this.settings()));
  protected readonly slices = computed<readonly Slice[]>(() => {
    const reading = this.reading();
    if (reading.kind !== 'ready') return [];
    const theme = this.theme();
    const { format, unit } = this.settings();
    const { categories, rest } = reading.value;
    const parts = categories.map(({ name, value }, i) => ({ name: dateWords(name), value: Math.max(0, value), color: theme.series[i % theme.series.length] ?? theme.text }));
    if (rest > 0) parts.push({ name: 'The rest', value: rest, color: theme.mute });
    const total = parts.reduce((sum, { value }) => sum + value, 0) || 1;
    return parts.map((part) => ({ ...part, text: numberText(part.value, format, unit), share: `${((part.value / total) * 100).toFixed(part.value / total < 0.1 ? 1 : 0)}%` }));
  });
  protected readonly summary = computed(() => this.slices().map(({ name, share }) => `${name} ${share}`).join(', '));
  protected readonly option = computed<EChartsCoreOption>(() => {
    const theme = this.theme();
    const slices = this.slices();
    return {
      textStyle: { fontFamily: theme.font },
      tooltip: {
        ...tooltipStyle(theme), trigger: 'item',
        formatter: ({ dataIndex }: { dataIndex: number }) => {
          const slice = slices[dataIndex];
          return tooltipElement(slice?.name ?? '', slice ? [{ color: slice.color, name: slice.share, value: slice.text }] : []);
        },
      },
      series: [
        {
          id: 'pie', type: 'pie', radius: this.settings().shape === 'donut' ? ['62%', '94%'] : ['0%', '94%'], label: { show: false }, labelLine: { show: false },
          itemStyle: { borderColor: theme.surface, borderWidth: 2, borderRadius: 3 }, emphasis: { scale: false, itemStyle: { opacity: 0.85 } },
          data: slices.map(({ name, value, color }) => ({ name, value, itemStyle: { color } })),
        },
      ],
    };
  });
}
