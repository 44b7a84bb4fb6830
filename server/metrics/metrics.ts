import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock } from '../../model/clock.ts';
import type { ServerLimits } from '../../model/limits.ts';
import { LoopDelay } from './loop-delay.ts';

/** The stages of an op's way through the server, in their order; each is counted from the end of the one before. */
export const stages = ['gate', 'turn', 'seal', 'sequence', 'log', 'publish', 'write'] as const;
export type Stage = (typeof stages)[number];

/** What the server is asked for when its metrics are read. */
export interface Gauges {
  readonly sockets: () => number;
  readonly presences: () => number;
  readonly dashboards: () => number;
  /** Ops on their way into the log. */
  readonly pendingOps: () => number;
  /** Documents in memory. */
  readonly documents: () => number;
  /** About what they hold. */
  readonly documentsBytes: () => number;
  /** How many readers each open document has. */
  readonly roomSizes: () => readonly number[];
  /** Whether the other servers can be heard; left out for a server alone. */
  readonly redis?: () => boolean;
}

const opBuckets = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5];
const stageBuckets = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5];

/** How the server does, in numbers (Prometheus). Nothing in them tells who or what. */
export class Metrics {
  private readonly registry = new Registry();
  /** To be started and stopped with the server. */
  readonly loopDelay: LoopDelay;
  private readonly ops: Histogram;
  private readonly stages: Readonly<Record<Stage, { observe(seconds: number): void }>>;
  private readonly appends: Histogram<'outcome'>;
  private readonly batches: Histogram;
  private readonly frames: Counter;
  private readonly bytes: Counter;
  private readonly lags: Counter;
  private readonly refusals: Counter<'code'>;
  private readonly hits: Counter<'limit'>;
  private readonly requests: Histogram<'method' | 'status'>;

  constructor(gauges: Gauges, clock: Clock) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.loopDelay = new LoopDelay(this.registry, clock);
    this.ops = new Histogram({ name: 'coboard_op_seconds', help: 'From accepting an op to its being durable', registers, buckets: opBuckets });
    const way = new Histogram({
      name: 'coboard_stage_seconds', help: 'Time in each stage of the way of an edit: checks at the gate, waiting for the turn of one that is faster than its rate, waiting for who it is sealed with, ordering, the log, giving to rooms, writing to sockets',
      labelNames: ['stage'], registers, buckets: stageBuckets,
    });
    this.stages = Object.fromEntries(stages.map((stage) => [stage, way.labels(stage)])) as unknown as Metrics['stages'];
    this.appends = new Histogram({
      name: 'coboard_append_seconds', help: 'Appends to the op log, by whether the store answered', labelNames: ['outcome'], registers,
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
    });
    this.batches = new Histogram({ name: 'coboard_append_ops', help: 'Ops in one append', registers, buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] });
    this.frames = new Counter({ name: 'coboard_frames_out_total', help: 'Frames written to sockets', registers });
    this.bytes = new Counter({ name: 'coboard_bytes_out_total', help: 'Bytes written to sockets', registers });
    this.lags = new Counter({ name: 'coboard_readers_lagged_total', help: 'Readers that did not keep up and were filled from the log', registers });
    this.refusals = new Counter({ name: 'coboard_refusals_total', help: 'Messages, requests and upgrades refused by error code, and sockets closed by close code', labelNames: ['code'], registers });
    this.hits = new Counter({ name: 'coboard_limit_hits_total', help: 'How often each limit was hit', labelNames: ['limit'], registers });
    this.requests = new Histogram({
      name: 'coboard_request_seconds', help: 'HTTP requests', labelNames: ['method', 'status'], registers, buckets: [0.005, 0.02, 0.1, 0.5, 2],
    });
    const largest = (): number => gauges.roomSizes().reduce((most, size) => Math.max(most, size), 0);
    for (const [name, { help, read }] of Object.entries({
      coboard_sockets: { help: 'Open sockets', read: gauges.sockets },
      coboard_presences: { help: 'Presence values held', read: gauges.presences },
      coboard_dashboards: { help: 'Dashboards, without deleted ones', read: gauges.dashboards },
      coboard_pending_ops: { help: 'Ops on their way into the log', read: gauges.pendingOps },
      coboard_documents_in_memory: { help: 'Documents in memory', read: gauges.documents },
      coboard_documents_bytes: { help: 'About what documents in memory and their recent ops hold', read: gauges.documentsBytes },
      ...(gauges.redis ? { coboard_redis_up: { help: 'Whether the other servers can be heard', read: () => Number(gauges.redis?.()) } } : {}),
      coboard_rooms: { help: 'Documents that somebody has open', read: () => gauges.roomSizes().length },
      coboard_room_readers: { help: 'Readers of all open documents', read: () => gauges.roomSizes().reduce((sum, size) => sum + size, 0) },
      coboard_room_readers_max: { help: 'Readers of the document that most have open', read: largest },
    })) {
      new Gauge({ name, help, registers, collect() { this.set(read()); } });
    }
  }

  /** An op is through a stage. */
  through(stage: Stage, tookMs: number): void {
    this.stages[stage].observe(tookMs / 1000);
  }

  passed({ sequencedMs, durableMs }: { readonly sequencedMs: number; readonly durableMs: number }): void {
    this.ops.observe(durableMs / 1000);
    this.through('sequence', sequencedMs);
    this.through('log', durableMs - sequencedMs);
  }

  appended({ size, tookMs, outcome }: { readonly size: number; readonly tookMs: number; readonly outcome: string }): void {
    this.appends.observe({ outcome }, tookMs / 1000);
    this.batches.observe(size);
  }

  wrote(frames: number, bytes: number): void {
    this.frames.inc(frames);
    this.bytes.inc(bytes);
  }

  lagged(): void {
    this.lags.inc();
  }

  refused(code: string): void {
    this.refusals.inc({ code });
  }

  hit(limit: keyof ServerLimits): void {
    this.hits.inc({ limit });
  }

  requested(method: string, status: number, tookMs: number): void {
    this.requests.observe({ method, status: String(status) }, tookMs / 1000);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }
}
