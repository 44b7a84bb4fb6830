import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { WebSocket } from 'ws';
import type { Dashboard } from '../../model/dashboard.ts';
import { freePort } from '../free-port.ts';
import { Person } from '../person.ts';
import { ServerProcess } from '../server-process.ts';
import { StockClient } from '../stock-client.ts';
import { scratchFolder } from '../test-server.ts';
import { until } from '../until.ts';

/** What an attack was answered with: an error code, a close code of the socket, a status, or `ok`. */
export type Answer = string | number;

/** One attack, and the only answer that it may get. */
export interface HostileCase {
  readonly name: string;
  readonly expected: Answer;
  readonly run: (world: World) => Promise<Answer>;
}

/** How long somebody else may wait for an edit while the server is under attack. */
const patienceMs = 1_000;

/**
 * A server in a process of its own with two people who work, and a third, Ben, who attacks: he edits `mine`, may see `seen`, and has
 * no access to `hidden` and `canary`.
 */
export class World {
  readonly ben: Person;
  readonly ana: Person;
  readonly mine: string;
  readonly seen: string;
  readonly hidden: string;
  /** A widget of `mine` of each kind that attacks need. */
  readonly note: string;
  readonly kpi: string;
  readonly dataset: string;
  anasClientId = '';
  private readonly server: ServerProcess;
  private readonly watchUrl: string;
  private readonly removeFolder: () => void;
  private readonly canary: string;
  private readonly workers: readonly [StockClient, StockClient];
  private edits = 0;

  private constructor(server: ServerProcess, watchPort: number, removeFolder: () => void, people: readonly [Person, Person], ids: Pick<World, 'mine' | 'seen' | 'hidden' | 'note' | 'kpi' | 'dataset'> & { readonly canary: string }, workers: readonly [StockClient, StockClient]) {
    this.server = server;
    this.watchUrl = `http://127.0.0.1:${String(watchPort)}`;
    this.removeFolder = removeFolder;
    [this.ana, this.ben] = people;
    this.mine = ids.mine;
    this.seen = ids.seen;
    this.hidden = ids.hidden;
    this.note = ids.note;
    this.kpi = ids.kpi;
    this.dataset = ids.dataset;
    this.canary = ids.canary;
    this.workers = workers;
  }

  static async start(): Promise<World> {
    const folder = scratchFolder();
    // the attacks are many and come from one address
    const rates = { requestsPerSecondMax: 100_000, requestsBurstMax: 100_000, signInsPerMinuteMax: 100_000, accessRequestsPerMinuteMax: 100_000, socketsPerUserMax: 2_000 };
    const watchPort = await freePort();
    const server = await ServerProcess.start(['--port', '0', '--store', `sqlite:${join(folder.path, 'hostile.db')}`, '--log-level', 'error', '--limits', JSON.stringify(rates)], {
      NODE_OPTIONS: `--import ${String(pathToFileURL(join(import.meta.dirname, 'loop-watch.ts')))}`, LOOP_WATCH_PORT: String(watchPort),
    });
    const [ana, ben] = [await Person.signIn(server.url, 'Ana'), await Person.signIn(server.url, 'Ben')];
    const mine = await ben.create('Mine', 'launch-room');
    const [seen, hidden, canary] = [await ana.create('Seen'), await ana.create('Hidden', 'launch-room'), await ana.create('Canary', 'launch-room')];
    await ana.share(seen, { everyone: 'viewer' });
    const { widgets, datasets } = (await ben.call('GET', `/api/dashboards/${mine}`)).body['data'] as Dashboard;
    const idOf = (wanted: string): string => Object.entries(widgets).find(([, { kind }]) => kind === wanted)?.[0] ?? '';
    const workers = [new StockClient(ana), new StockClient(ana)] as const;
    for (const worker of workers) {
      await worker.connected();
      await worker.subscribe(canary);
    }
    const world = new World(server, watchPort, () => { folder.remove(); }, [ana, ben], { mine, seen, hidden, canary, note: idOf('note'), kpi: idOf('kpi'), dataset: Object.keys(datasets)[0] ?? '' }, workers);
    world.anasClientId = workers[0].connection.id ?? '';
    return world;
  }

  get url(): string {
    return this.server.url;
  }

  async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.close()));
    await this.server.signal('SIGTERM');
    this.removeFolder();
  }

  /** A fresh connection of Ben's, gone afterwards. */
  async withClient<T>(run: (client: StockClient) => Promise<T>, protocols: string[] = []): Promise<T> {
    const client = new StockClient(this.ben, protocols);
    try {
      await client.connected();
      return await run(client);
    } finally {
      client.cut();
    }
  }

  /** The code that an upgrade request is refused with; `ok` if it is let in. */
  async upgrade(path: string, headers: Record<string, string>, protocols: string[] = []): Promise<Answer> {
    const socket = new WebSocket(this.url.replace('http', 'ws') + path, protocols, { headers });
    const refused = await Promise.race([
      once(socket, 'open').then(() => null),
      once(socket, 'unexpected-response').then(([, response]) => response as IncomingMessage),
    ]);
    if (refused === null) {
      socket.terminate();
      return 'ok';
    }
    let body = '';
    for await (const chunk of refused) body += String(chunk);
    return (JSON.parse(body) as { error: { code: string } }).error.code;
  }

  /** Raw bytes on a connection, until the server ends it; gives the status line's number, or `closed` without one. */
  async bytes(parts: Iterable<string | Buffer>, waitMs = 0): Promise<Answer> {
    const { hostname, port } = new URL(this.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => { answer += text; });
    const closed = new Promise<void>((resolve) => socket.once('close', () => { resolve(); }));
    for (const part of parts) {
      if (socket.destroyed) break;
      socket.write(part);
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
    await Promise.race([closed, once(socket, 'data').catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 500))]);
    socket.end();
    await closed;
    return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]) || 'closed';
  }

  /** What Ben's dashboard is now. */
  async mineNow(): Promise<{ readonly v: number; readonly data: Dashboard }> {
    const { body } = await this.ben.call('GET', `/api/dashboards/${this.mine}`);
    return { v: body['v'] as number, data: body['data'] as Dashboard };
  }

  /** Nobody else must feel an attack: an edit of another document is there within a second, and it has no other edits. */
  async checkOthers(): Promise<void> {
    const [writer, reader] = this.workers;
    const text = `${String(++this.edits)};`;
    const begun = performance.now();
    // a server that is dead never answers
    writer.submit(this.canary, [{ p: ['description'], od: writer.doc(this.canary).data.description, oi: text }]).catch(() => undefined);
    await until('the other one sees the edit', () => reader.doc(this.canary).data.description === text).catch((cause: unknown) => {
      throw new Error(`the server does not answer any more: ${this.server.stderr.slice(-3_000)}`, { cause });
    });
    const tookMs = performance.now() - begun;
    if (tookMs > patienceMs) throw new Error(`an edit of somebody else took ${String(Math.round(tookMs))} ms`);
    const { body } = await this.ana.call('GET', `/api/dashboards/${this.canary}`);
    if (body['v'] !== this.edits + 1 || !isDeepStrictEqual(body['data'], reader.doc(this.canary).data)) throw new Error('the canary document has changed');
  }

  /** What the server logged of its failures. */
  get failures(): string {
    return this.server.stderr;
  }

  /** The longest stop of the server's event loop since this was asked last, in ms; see `loop-watch.ts`. */
  async stoppedMs(): Promise<number> {
    return Number(await (await fetch(this.watchUrl)).text());
  }
}
