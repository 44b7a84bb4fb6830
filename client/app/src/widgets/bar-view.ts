import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import type { Dataset, WidgetOf } from '@coboard/core';
import type { EChartsCoreOption } from 'echarts/core';
import { Chart } from './chart';
import { axisText, tooltipElement, tooltipStyle } from './chart-parts';
import { ThemeReader, type ChartTheme } from './chart-theme';
import { readCategories, type Category } from './dataset-reading';
import { FreshText } from './fresh-text';
import { dateWords, numberText } from './number-words';
import { WidgetMessage } from './widget-message';
import { WidgetView } from './widget-view';

type Settings = WidgetOf<'bar'>['settings'];

/** Bars are rows of the page, so that they scroll, wrap and are read aloud; columns are an ECharts canvas. */
@Component({
  selector: 'app-bar-view',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Chart, FreshText, WidgetMessage],
  template: `
    @let read = reading();
    @if (read.kind !== 'ready') {
      <app-widget-message [reading]="read" [editable]="editable()" (act)="act.emit($event)" />
    } @else if (settings().shape === 'columns') {
      <app-chart [option]="option()" [summary]="summary()" />
    } @else {
      <div class="scroll" tabindex="0" role="group" [attr.aria-label]="summary()">
        <ul class="bars" [style.--bar]="'var(--' + settings().color + ')'" [style.--count]="bars().length" [class.compared]="settings().compare !== null" [class.full]="settings().format === 'full'">
          @for (row of bars(); track row.name; let rank = $index) {
            <li [style.--rank]="rank">
              <span class="name cut" [title]="row.name">{{ row.name }}</span>
              <span class="track"><i class="fill" [style.width.%]="row.length"></i>@if (row.mark !== null) {<i class="mark" [style.translate]="row.mark + '%'"></i>}</span>
              <span class="value num" [appFreshText]="row.value"></span>
              @if (settings().compare !== null) {<span class="change num" [class.good]="row.sign > 0" [class.bad]="row.sign < 0" [appFreshText]="row.change"></span>}
            </li>
          }
        </ul>
      </div>
    }
  `,
  styleUrl: './bar-view.css',
})
export class BarView extends WidgetView {
  readonly settings = input.required<Settings>();
  readonly datasets = input.required<Readonly<Record<string, Dataset>>>();
  private readonly theme = inject(ThemeReader).theme;

  protected readonly reading = computed(() => readCategories(this.datasets(), this.settings()));
  private readonly categories = computed<readonly Category[]>(() => {
    const reading = this.reading();
    return reading.kind === 'ready' ? reading.value.categories : [];
  });
  protected readonly bars = computed(() => {
    const { format, unit } = this.settings();
    const categories = this.categories();
    const longest = Math.max(0, ...categories.flatMap(({ value, before }) => [Math.abs(value), Math.abs(before ?? 0)])) || 1;
    return categories.map(({ name, value, before }) => {
      const change = before === null || before === 0 ? null : (value - before) / Math.abs(before);
      return {
        name: dateWords(name), value: numberText(value, format, unit), length: (Math.abs(value) / longest) * 100,
        mark: before === null ? null : (Math.abs(before) / longest) * 100,
        sign: Math.sign(change ?? 0),
        change: change === null ? '' : changeWords(change),
      };
    });
  });
  protected readonly summary = computed(() => this.bars().slice(0, 12).map(({ name, value }) => `${name} ${value}`).join(', '));
  protected readonly option = computed(() => columnsOption(this.categories(), this.settings(), this.theme()));
}

/** A relative change in at most five signs. */
function changeWords(change: number): string {
  if (Math.abs(change) >= 10) return change > 0 ? '>1k%' : '<−1k%';
  return `${change > 0 ? '+' : change < 0 ? '−' : ''}${Math.abs(change * 100).toFixed(0)}%`;
}

function columnsOption(categories: readonly Category[], { color, format, unit, compare }: Settings, theme: ChartTheme): EChartsCoreOption {
  const fill = theme.series[Number(color.slice(1)) - 1] ?? theme.text;
  return {
    textStyle: { fontFamily: theme.font },
    grid: { left: 2, right: 4, top: 10, bottom: 2, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      ...tooltipStyle(theme), trigger: 'axis', axisPointer: { type: 'shadow', shadowStyle: { color: theme.lineSoft } },
      formatter: (params: readonly { dataIndex: number }[]) => {
        const one = categories[params[0]?.dataIndex ?? 0];
        const rows = one ? [{ color: fill, name: 'Now', value: numberText(one.value, format, unit) }] : [];
        if (one?.before !== null && one !== undefined) rows.push({ color: theme.mute, name: 'Before', value: numberText(one.before, format, unit) });
        return tooltipElement(dateWords(one?.name ?? ''), rows);
      },
    },
    xAxis: {
      type: 'category', data: categories.map(({ name }) => name), axisTick: { show: false }, axisLine: { lineStyle: { color: theme.line } },
      axisLabel: { ...axisText(theme), hideOverlap: true, formatter: (value: string) => dateWords(value) },
    },
    yAxis: { type: 'value', splitNumber: 4, splitLine: { lineStyle: { color: theme.lineSoft } }, axisLabel: { ...axisText(theme), formatter: (value: number) => numberText(value, format, '') } },
    series: [
      ...(compare === null ? [] : [{ id: 'before', type: 'bar', data: categories.map(({ before }) => before), itemStyle: { color: theme.mute, borderRadius: [4, 4, 0, 0] }, barMaxWidth: 26 }]),
      { id: 'now', type: 'bar', data: categories.map(({ value }) => value), itemStyle: { color: fill, borderRadius: [4, 4, 0, 0] }, barMaxWidth: 34 },
    ],
  };
}
