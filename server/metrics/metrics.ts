import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** How the server does, in numbers (Prometheus). Nothing in them tells who or what. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly commits: Histogram;
  private readonly refusals: Counter<'code'>;
  private readonly requests: Histogram<'method' | 'status'>;

  constructor(gauges: { readonly sockets: () => number; readonly presences: () => number; readonly dashboards: () => number }) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.commits = new Histogram({
      name: 'coboard_op_seconds', help: 'From accepting an op to its being durable', registers,
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
    });
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

  committed(tookMs: number): void {
    this.commits.observe(tookMs / 1000);
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
