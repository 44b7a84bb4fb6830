import type { ElementRef} from '@angular/core';
import { ChangeDetectionStrategy, Component, DestroyRef, afterNextRender, effect, inject, input, viewChild } from '@angular/core';
import { BarChart, LineChart, PieChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { init, use, type ECharts, type EChartsCoreOption } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([BarChart, LineChart, PieChart, GridComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

/**
 * An ECharts canvas that follows its options and its size. The first drawing is not animated; changes are, in 320 ms.
 * `summary` is the one sentence that stands for the picture.
 */
@Component({
  selector: 'app-chart',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: '<div #canvas class="canvas" role="img" [attr.aria-label]="summary()"></div>',
  styles: ':host, .canvas { display: block; width: 100%; height: 100%; min-width: 0; min-height: 0; overflow: hidden; }',
})
export class Chart {
  readonly option = input.required<EChartsCoreOption>();
  readonly summary = input.required<string>();
  private readonly canvas = viewChild.required<ElementRef<HTMLElement>>('canvas');
  private chart?: ECharts;

  constructor() {
    const destroyRef = inject(DestroyRef);
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    afterNextRender(() => {
      const element = this.canvas().nativeElement;
      const chart = init(element);
      this.chart = chart;
      chart.setOption({ ...this.option(), animation: false });
      let frame = 0;
      // in the next frame: what changes a size while sizes are being told makes the browser complain
      const resized = new ResizeObserver(() => {
        cancelAnimationFrame(frame);
        frame = requestAnimationFrame(() => {
          chart.resize();
        });
      });
      resized.observe(element);
      destroyRef.onDestroy(() => {
        resized.disconnect();
        cancelAnimationFrame(frame);
        chart.dispose();
      });
    });
    effect(() => {
      const option = this.option();
      this.chart?.setOption(
        { animation: !still, animationDurationUpdate: 320, animationDuration: 0, animationEasingUpdate: 'cubicOut', ...option },
        { notMerge: false, replaceMerge: ['series'], lazyUpdate: true },
      );
    });
  }
}
