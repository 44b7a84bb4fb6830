import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** How the server does, in numbers (Prometheus). Nothing in them tells who or what. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly commits: Histogram;
  private readonly appends: Histogram<'outcome'>;
  private readonly batches: Histogram;
  private readonly frames: Counter;
  private readonly bytes: Counter;
  private readonly refusals: Counter<'code'>;
  private readonly requests: Histogram<'method' | 'status'>;

  constructor(gauges: { readonly sockets: () => number; readonly presences: () => number; readonly dashboards: () => number }) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.commits = new Histogram({
      name: 'coboard_op_seconds', help: 'From accepting an op to its being durable', registers,
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
    });
    this.appends = new Histogram({
      name: 'coboard_append_seconds', help: 'Appends to the op log, by whether the store answered', labelNames: ['outcome'], registers,
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
    });
    this.batches = new Histogram({ name: 'coboard_append_ops', help: 'Ops in one append', registers, buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] });
    this.frames = new Counter({ name: 'coboard_frames_out_total', help: 'Frames written to sockets', registers });
    this.bytes = new Counter({ name: 'coboard_bytes_out_total', help: 'Bytes written to sockets', registers });
    this.refusals = new Counter({ name: 'coboard_refusals_total', help: 'Messages refused, by error code', labelNames: ['code'], registers });
    this.requests = new Histogram({
      name: 'coboard_request_seconds', help: 'HTTP requests', labelNames: ['method', 'status'], registers, buckets: [0.005, 0.02, 0.1, 0.5, 2],
    });
    for (const [name, { help, read }] of Object.entries({
      coboard_sockets: { help: 'Open sockets', read: gauges.sockets },
      coboard_presences: { help: 'Presence values held', read: gauges.presences },
      coboard_dashboards: { help: 'Dashboards, without deleted ones', read: gauges.dashboards },
    })) {
      new Gauge({ name, help, registers, collect() { this.set(read()); } });
    }
  }

  passed({ durableMs }: { readonly durableMs: number }): void {
    this.commits.observe(durableMs / 1000);
  }

  appended({ size, tookMs, outcome }: { readonly size: number; readonly tookMs: number; readonly outcome: string }): void {
    this.appends.observe({ outcome }, tookMs / 1000);
    this.batches.observe(size);
  }

  wrote(frames: number, bytes: number): void {
    this.frames.inc(frames);
    this.bytes.inc(bytes);
  }

  refused(code: string): void {
    this.refusals.inc({ code });
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
