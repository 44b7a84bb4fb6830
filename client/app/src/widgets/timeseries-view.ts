import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import type { Dataset, WidgetOf } from '@coboard/core';
import type { EChartsCoreOption } from 'echarts/core';
import { Chart } from './chart';
import { ThemeReader, type ChartTheme } from './chart-theme';
import { axisText, fade, tooltipElement, tooltipStyle } from './chart-parts';
import { readSeries, type Series, type SeriesOverTime } from './dataset-reading';
import { dateWords, numberText } from './number-words';
import { WidgetMessage } from './widget-message';
import { WidgetView } from './widget-view';

type Settings = WidgetOf<'timeseries'>['settings'];

@Component({
  selector: 'app-timeseries-view',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Chart, WidgetMessage],
  template: `
    @let read = reading();
    @if (read.kind === 'ready') {
      <app-chart [option]="option()" [summary]="summary()" />
    } @else {
      <app-widget-message [reading]="read" [editable]="editable()" (act)="act.emit($event)" />
    }
  `,
  styles: ':host { display: block; height: 100%; min-height: 0; }',
})
export class TimeseriesView extends WidgetView {
  readonly settings = input.required<Settings>();
  readonly datasets = input.required<Readonly<Record<string, Dataset>>>();
  private readonly theme = inject(ThemeReader).theme;

  protected readonly reading = computed(() => readSeries(this.datasets(), this.settings()));
  protected readonly option = computed<EChartsCoreOption>(() => {
    const reading = this.reading();
    return reading.kind === 'ready' ? timeseriesOption(reading.value, this.settings(), this.theme()) : {};
  });
  protected readonly summary = computed(() => {
    const reading = this.reading();
    if (reading.kind !== 'ready') return '';
    const { labels, series } = reading.value;
    const { format, unit } = this.settings();
    const ends = series.map(({ name, values }) => {
      const numbers = values.filter((value) => value !== null);
      return `${name} from ${numberText(numbers[0] ?? 0, format, unit)} to ${numberText(numbers.at(-1) ?? 0, format, unit)}`;
    });
    return `${dateWords(labels[0] ?? '')} to ${dateWords(labels.at(-1) ?? '')}: ${ends.join(', ')}.`;
  });
}

function colorsOf(series: readonly Series[], settings: Settings, theme: ChartTheme): string[] {
  const first = Number(settings.color.slice(1)) - 1;
  return series.map((_, i) => theme.series[(first + i) % theme.series.length] ?? theme.text);
}

/** Lines end with their name instead of a legend; a goal is a dashed line with its value. */
function timeseriesOption({ labels, series }: SeriesOverTime, settings: Settings, theme: ChartTheme): EChartsCoreOption {
  const { format, goal } = settings;
  const colors = colorsOf(series, settings, theme);
  const axis = axisText(theme);
  const longest = Math.max(0, ...series.map(({ name }) => Math.min(name.length, 14)));
  return {
    textStyle: { fontFamily: theme.font },
    grid: { left: 2, right: series.length > 1 ? 10 + longest * 6.6 : 10, top: 12, bottom: 2, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      ...tooltipStyle(theme),
      trigger: 'axis',
      axisPointer: { type: 'line', lineStyle: { color: theme.text3, width: 1, type: 'solid' } },
      formatter: (params: readonly { dataIndex: number }[]) => tooltipOf(params[0]?.dataIndex ?? 0, labels, series, colors, settings),
    },
    xAxis: {
      type: 'category', data: labels, boundaryGap: false, axisTick: { show: false }, axisLine: { lineStyle: { color: theme.line } },
      axisLabel: { ...axis, hideOverlap: true, formatter: (value: string) => dateWords(value), margin: 9 },
    },
    yAxis: {
      type: 'value', splitNumber: 4, splitLine: { lineStyle: { color: theme.lineSoft } }, scale: settings.shape === 'line',
      axisLabel: { ...axis, formatter: (value: number) => numberText(value, format, '') },
      ...(goal === null ? {} : { max: (range: { max: number }) => (goal > range.max ? roundedUp(goal) : null) }),
    },
    series: series.map(({ name, values }, i) => ({
      id: series[i]?.id, name, type: 'line', data: values, smooth: false, showSymbol: false, symbol: 'circle', symbolSize: 8, connectNulls: false,
      lineStyle: { width: 1.8, color: colors[i] },
      itemStyle: { color: theme.surface, borderColor: colors[i], borderWidth: 2 },
      emphasis: { disabled: false, lineStyle: { width: 1.8 } },
      ...(settings.shape === 'area' && i === 0 ? { areaStyle: { color: fade(colors[i] ?? theme.text, 0.16, 0.01) } } : {}),
      endLabel: { show: series.length > 1, formatter: name.length > 14 ? `${name.slice(0, 13)}…` : name, color: colors[i], fontSize: 11, fontWeight: 600, distance: 6 },
      ...(goal !== null && i === 0
        ? {
            markLine: {
              silent: true, symbol: 'none', animation: false, lineStyle: { color: theme.text3, type: 'dashed', width: 1 }, data: [{ yAxis: goal }],
              label: { position: 'insideStartTop', formatter: `Goal ${numberText(goal, format, '')}`, color: theme.text2, fontSize: 11, distance: [4, 3] },
            },
          }
        : {}),
    })),
  };
}

/** The next number above that is good for the end of an axis. */
export function roundedUp(value: number): number {
  if (value <= 0) return 0;
  const size = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((factor) => factor * size > value) ?? 10;
  return step * size;
}

function tooltipOf(at: number, labels: readonly string[], series: readonly Series[], colors: readonly string[], { format, unit }: Settings): HTMLElement {
  const rows = series.map(({ name, values }, i) => {
    const value = values[at];
    const shown = value === null || value === undefined ? 'none' : numberText(value, format === 'short' ? 'full' : format, unit);
    return { color: colors[i] ?? '', name, value: shown };
  });
  return tooltipElement(dateWords(labels[at] ?? ''), rows);
}
