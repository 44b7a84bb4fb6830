import { monitorEventLoopDelay, type ELDHistogram } from 'node:perf_hooks';
import { Gauge, type Registry } from 'prom-client';
import { Alarm, type Clock } from '../../model/clock.ts';
import { innerLimits } from '../../model/limits.ts';

type Delays = Pick<ELDHistogram, 'min' | 'max' | 'mean' | 'stddev' | 'percentile'>;

/** prom-client's own names, so that every dashboard for Node finds them. */
const readings = {
  min: { of: 'least', read: ({ min }: Delays) => min },
  max: { of: 'longest', read: ({ max }: Delays) => max },
  mean: { of: 'mean', read: ({ mean }: Delays) => mean },
  stddev: { of: 'standard deviation of the', read: ({ stddev }: Delays) => stddev },
  p50: { of: 'median', read: (delays: Delays) => delays.percentile(50) },
  p90: { of: '90th percentile of the', read: (delays: Delays) => delays.percentile(90) },
  p99: { of: '99th percentile of the', read: (delays: Delays) => delays.percentile(99) },
} as const;
type Reading = keyof typeof readings;
const names = Object.keys(readings) as Reading[];

/**
 * How late the event loop is, in windows of a minute that the server keeps: the one that is under way and the last full one. Those of prom-client
 * begin anew at each reading, so whoever reads, and anybody may, hides the longest stop from the next.
 */
export class LoopDelay {
  private readonly alarm: Alarm;
  private readonly current: ELDHistogram;
  private last: Readonly<Record<Reading, number>> | null = null;

  /** `current`: what is measured; a test has its own. */
  constructor(registry: Registry, clock: Clock, current: ELDHistogram = monitorEventLoopDelay()) {
    this.alarm = new Alarm(clock);
    this.current = current;
    for (const name of names) {
      const full = `nodejs_eventloop_lag_${name}_seconds`;
      registry.removeSingleMetric(full);
      const seconds = (): number => this.seconds(name);
      new Gauge({ name: full, help: `The ${readings[name].of} event loop delay, in the worse of the last minute and the one under way`, registers: [registry], collect() { this.set(seconds()); } });
    }
  }

  start(): void {
    this.current.enable();
    this.wait();
  }

  stop(): void {
    this.alarm.clear();
    this.current.disable();
  }

  private wait(): void {
    this.alarm.set(innerLimits.loopDelayWindowMs, () => {
      this.last = this.read();
      this.current.reset();
      this.wait();
    });
  }

  private read(): Readonly<Record<Reading, number>> | null {
    const { current } = this;
    return current.count === 0 ? null : Object.fromEntries(names.map((name) => [name, readings[name].read(current)])) as Record<Reading, number>;
  }

  private seconds(name: Reading): number {
    return Math.max(0, ...[this.last, this.read()].flatMap((window) => window?.[name] ?? [])) / 1e9;
  }
}
