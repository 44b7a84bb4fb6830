/**
 * The writers of a measurement, in a process of their own: as a stock ShareDB client on the wire, or as ours of `coboard.1`, which takes many
 * messages in one frame. Gets a `WritersJob` as its argument and sends a `WritersResult`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Socket } from 'node:net';
import { benchOp } from './bench-document.ts';
import { FrameReader } from './frame-reader.ts';

export interface WritersJob {
  readonly url: string;
  /** One for each person; writers take turns at being them. */
  readonly headers: readonly Readonly<Record<string, string>>[];
  readonly documents: readonly string[];
  readonly writers: number;
  readonly protocol: 'stock' | 'coboard.1';
  readonly warmUpMs: number;
  readonly durationMs: number;
  /** All writers together; left out: each sends its next op when the last was acknowledged. */
  readonly offeredPerSecond?: number;
}

export interface WritersResult {
  /** From sending to the acknowledgement, in ms. */
  readonly latencies: readonly number[];
  readonly opsPerSecond: number;
  readonly refused: number;
  /** What the sockets received, in the measured time. */
  readonly bytes: number;
  readonly deliveries: number;
  /** Whether everybody was at the same version at the end. */
  readonly equal: boolean;
}

/** Whether a message is an op or an acknowledgement: `{"a":"op"` or `{"src"`. */
const isOp = (data: Buffer, start: number): boolean => data[start + 2] === 0x73 || data[start + 6] === 0x6f;

/** Speaks the protocol and does no transforming, so that the load stays out of the way of what is measured. */
class Writer {
  readonly latencies: number[] = [];
  bytes = 0;
  deliveries = 0;
  refused = 0;
  private known = 0;
  /** Where the last op is that came: its version is read when it is needed, which it is not with each of many. */
  private last: { readonly data: Buffer; readonly end: number } | null = null;
  private readonly socket: WebSocket;
  private readonly document: string;
  private readonly number: number;
  private value = 0;
  private own: Buffer | null = null;
  /** Where one's own id and a refusal are next in the chunk that is being read; -1: nowhere. */
  private readonly next = { own: -1, error: -1 };
  private readonly takesMany: boolean;
  private answered: (() => void) | null = null;
  private ready: () => void = () => undefined;
  private readonly sentAt: number[] = [];

  constructor({ url, headers, documents, protocol }: WritersJob, number: number) {
    this.number = number;
    this.document = documents[number % documents.length] ?? '';
    this.takesMany = protocol === 'coboard.1';
    const protocols = this.takesMany ? [protocol] : [];
    this.socket = new WebSocket(url.replace('http', 'ws'), protocols, { headers: headers[number % headers.length] ?? {}, perMessageDeflate: false, skipUTF8Validation: true });
    const reader = new FrameReader(
      (data, start, end) => { this.frame(data, start, end); },
      (data) => { this.look(data, 0); },
      () => { this.socket.pong(); },
    );
    this.socket.once('open', () => {
      const { _socket: tcp } = this.socket as unknown as { readonly _socket: Socket };
      tcp.removeAllListeners('data').on('data', (chunk: Buffer) => { reader.read(chunk); });
    });
  }

  /** The version that follows the last op that came. */
  get version(): number {
    const { last } = this;
    this.last = null;
    if (last === null) return this.known;
    const from = last.data.lastIndexOf('"v":', last.end) + 4;
    this.known = Math.max(this.known, Number.parseInt(last.data.toString('latin1', from, from + 12), 10) + 1);
    return this.known;
  }

  subscribed(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.ready = resolve;
      this.socket.once('close', (code) => { reject(new Error(`a writer was closed with ${String(code)}`)); });
      this.socket.once('error', reject);
    });
  }

  /** Sends an op; comes back when it is acknowledged. */
  write(): Promise<void> {
    this.value += 1;
    this.sentAt.push(performance.now());
    const op = { a: 'op', c: 'dashboards', d: this.document, v: this.version, seq: this.value, x: {}, op: benchOp(this.number, this.value) };
    return new Promise((resolve) => {
      this.answered = resolve;
      this.socket.send(JSON.stringify(op));
    });
  }

  close(): void {
    this.socket.terminate();
  }

  private look(data: Buffer, from: number): void {
    this.next.own = this.own === null ? -1 : data.indexOf(this.own, from);
    this.next.error = data.indexOf('"error"', from);
  }

  private frame(data: Buffer, start: number, end: number): void {
    this.bytes += end - start;
    if (isOp(data, start)) {
      this.ops(data, start, end);
      return;
    }
    for (let at = start; at < end;) {
      const newline = data.indexOf(10, at);
      const lineEnd = newline < 0 || newline > end ? end : newline;
      if (isOp(data, at)) this.ops(data, at, lineEnd);
      else this.message(data.toString('latin1', at, lineEnd), data, lineEnd);
      at = lineEnd + 1;
    }
  }

  private message(line: string, data: Buffer, end: number): void {
    const message = JSON.parse(line) as { a: string; id?: string; data?: { v: number } };
    if (message.a === 'init') this.socket.send('{"a":"hs","id":null,"protocol":1,"protocolMinor":2}');
    if (message.a === 'hs') {
      this.own = Buffer.from(`"src":"${message.id ?? ''}"`);
      this.look(data, end);
      this.socket.send(JSON.stringify({ a: 's', c: 'dashboards', d: this.document }));
    }
    if (message.a === 's') {
      this.known = message.data?.v ?? 0;
      this.ready();
    }
  }

  /** Op messages, one a line: counts them, and finds one's own. */
  private ops(data: Buffer, start: number, end: number): void {
    this.last = { data, end };
    this.deliveries += 1;
    if (this.takesMany) for (let at = data.indexOf(10, start); at >= 0 && at < end; at = data.indexOf(10, at + 1)) this.deliveries += 1;
    const isOwn = this.next.own >= start && this.next.own < end;
    const isRefusal = this.next.error >= start && this.next.error < end;
    if (isOwn || isRefusal) this.look(data, end);
    if (isRefusal) this.refused += 1;
    else if (!isOwn) return;
    const sentAt = this.sentAt.shift();
    if (sentAt !== undefined) this.latencies.push(performance.now() - sentAt);
    this.answered?.();
  }
}

const job = JSON.parse(process.argv[2] ?? '{}') as WritersJob;
const writers = Array.from({ length: job.writers }, (_, i) => new Writer(job, i));
await Promise.all(writers.map((writer) => writer.subscribed()));

let isOver = false;
const closed = async (writer: Writer): Promise<void> => {
  while (!isOver) await writer.write();
};
const open = async (writer: Writer, perSecond: number, phase: number): Promise<void> => {
  const begin = performance.now() + (1_000 / perSecond) * phase;
  for (let i = 0; !isOver; i++) {
    await sleep(Math.max(0, begin + (i * 1_000) / perSecond - performance.now()));
    void writer.write();
  }
};
const { offeredPerSecond } = job;
const running = writers.map((writer, i) => (offeredPerSecond === undefined ? closed(writer) : open(writer, offeredPerSecond / job.writers, i / job.writers)));
await sleep(job.warmUpMs);
for (const writer of writers) Object.assign(writer, { bytes: 0, deliveries: 0 }).latencies.length = 0;
const startedAt = performance.now();
await sleep(job.durationMs);
const sum = (of: (writer: Writer) => number): number => writers.reduce((total, writer) => total + of(writer), 0);
const elapsed = (performance.now() - startedAt) / 1_000;
const [count, bytes, deliveries] = [sum(({ latencies }) => latencies.length), sum((writer) => writer.bytes), sum((writer) => writer.deliveries)];
isOver = true;
await Promise.race([Promise.all(running), sleep(12_000)]);
await sleep(1_000);
const groups = job.documents.map((_, at) => writers.filter((__, i) => i % job.documents.length === at));
const equal = groups.every((group) => new Set(group.map(({ version }) => version)).size <= 1);
const result: WritersResult = { latencies: writers.flatMap(({ latencies }) => latencies), opsPerSecond: count / elapsed, refused: sum(({ refused }) => refused), bytes, deliveries, equal };
process.send?.(result, () => process.exit(0));
