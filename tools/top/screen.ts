import { closeCodes } from '../../model/errors.ts';
import { stages } from '../../server/metrics/metrics.ts';
import { growing, perSecond, quantile, value, type Metrics } from './parse-metrics.ts';

const ms = (seconds: number | null): string => (seconds === null ? '-' : `${(seconds * 1_000).toFixed(seconds < 0.01 ? 2 : 0)} ms`);
const whole = (number: number): string => Math.round(number).toLocaleString('en');
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0)} MB`;
const row = (...cells: readonly string[]): string => cells.map((cell, i) => (i === 0 ? cell.padEnd(22) : cell.padStart(12))).join('');
const list = (items: readonly (readonly [string, number])[]): string => items.slice(0, 6).map(([name, rate]) => `${name} ${rate.toFixed(1)}/s`).join('   ') || 'none';

/** Readers that had not caught up in time and were cut off: they are counted by the code with which their sockets were closed. */
const droppedReaders = `coboard_refusals_total{code="${String(closeCodes.readerTooSlow)}"}`;

/** What stands on the screen: what happened between two readings. */
export function screen(url: string, before: Metrics, now: Metrics): string {
  const rate = (name: string): number => perSecond(before, now, name);
  const at = (name: string): number => value(now, name);
  const q = (name: string, of: number, labels = ''): number | null => quantile(before, now, name, of, labels);
  const redis = now.samples.has('coboard_redis_up') ? (at('coboard_redis_up') === 1 ? 'up' : 'AWAY') : 'off';
  return [
    `Coboard ${url}`,
    '',
    `ops ${whole(rate('coboard_op_seconds_count'))}/s   durable p50 ${ms(q('coboard_op_seconds', 0.5))}  p99 ${ms(q('coboard_op_seconds', 0.99))}   waiting ${whole(at('coboard_pending_ops'))}   redis ${redis}`,
    `sockets ${whole(at('coboard_sockets'))}   dashboards open ${whole(at('coboard_rooms'))} of ${whole(at('coboard_dashboards'))}   readers ${whole(at('coboard_room_readers'))}, most in one ${whole(at('coboard_room_readers_max'))}   presences ${whole(at('coboard_presences'))}`,
    `out ${whole(rate('coboard_frames_out_total'))} frames/s, ${megabytes(rate('coboard_bytes_out_total'))}/s   lagging readers ${rate('coboard_readers_lagged_total').toFixed(1)}/s, dropped ${rate(droppedReaders).toFixed(1)}/s`,
    `memory ${megabytes(at('process_resident_memory_bytes'))}, heap ${megabytes(at('nodejs_heap_size_used_bytes'))}   cpu ${(100 * rate('process_cpu_seconds_total')).toFixed(0)}%   event loop p99 ${ms(at('nodejs_eventloop_lag_p99_seconds'))}, longest stop ${ms(at('nodejs_eventloop_lag_max_seconds'))}`,
    '',
    row('the way of an edit', 'p50', 'p99', 'a second'),
    ...stages.map((stage) => {
      const labels = `stage="${stage}"`;
      return row(`  ${stage}`, ms(q('coboard_stage_seconds', 0.5, labels)), ms(q('coboard_stage_seconds', 0.99, labels)), whole(rate(`coboard_stage_seconds_count{${labels}}`)));
    }),
    row('  append', ms(q('coboard_append_seconds', 0.5)), ms(q('coboard_append_seconds', 0.99)), whole(rate('coboard_append_ops_count'))),
    row('  ops in an append', (q('coboard_append_ops', 0.5) ?? 0).toFixed(0), (q('coboard_append_ops', 0.99) ?? 0).toFixed(0), ''),
    '',
    `refused       ${list(growing(before, now, 'coboard_refusals_total'))}`,
    `limits hit    ${list(growing(before, now, 'coboard_limit_hits_total'))}`,
    '',
  ].join('\n');
}
