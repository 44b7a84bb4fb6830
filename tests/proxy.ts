import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** What becomes of WebSockets: they pass, are refused, are cut after a while, or open and nothing comes through. */
export type UpgradeFate = 'pass' | 'refuse' | { readonly cutAfterMs: number } | 'swallow';

/**
 * A proxy as they stand between people and servers, for tests: it passes requests on, each answer in one piece when it is complete, and
 * does to WebSockets what it is told. In the dark everything arrives, and nothing goes any further: as where a network loses every packet.
 */
export class Proxy {
  upgrades: UpgradeFate;
  /** How many upgrades came, and how many requests of other kinds by path. */
  upgradesSeen = 0;
  readonly requestsSeen = new Map<string, number>();
  private readonly target: URL;
  private readonly server: Server;
  private readonly tunnels = new Set<Duplex>();
  private isDark = false;

  private constructor(target: URL, upgrades: UpgradeFate) {
    this.target = target;
    this.upgrades = upgrades;
    this.server = createServer((incoming, answer) => {
      const { pathname } = new URL(incoming.url ?? '/', this.target);
      this.requestsSeen.set(pathname, (this.requestsSeen.get(pathname) ?? 0) + 1);
      if (this.isDark) return;
      const passed = request({ ...this.where, method: incoming.method, path: incoming.url, headers: incoming.headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', () => answer.destroy());
        response.on('end', () => answer.writeHead(response.statusCode ?? 502, response.headers).end(Buffer.concat(parts)));
      });
      passed.on('error', () => answer.destroy());
      answer.on('close', () => {
        if (!answer.writableFinished) passed.destroy();
      });
      incoming.pipe(passed);
    });
    this.server.on('upgrade', (incoming: IncomingMessage, socket: Duplex) => { this.upgrade(incoming, socket); });
  }

  static async start(target: string, upgrades: UpgradeFate = 'pass'): Promise<Proxy> {
    const proxy = new Proxy(new URL(target), upgrades);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  /** What came in the dark is not answered in the light either. */
  goDark(isDark: boolean): void {
    this.isDark = isDark;
    for (const tunnel of this.tunnels) {
      if (isDark) tunnel.pause();
      else tunnel.resume();
    }
  }

  async stop(): Promise<void> {
    for (const tunnel of this.tunnels) tunnel.destroy();
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private get where(): { readonly host: string; readonly port: number } {
    return { host: this.target.hostname, port: Number(this.target.port) };
  }

  private upgrade(incoming: IncomingMessage, socket: Duplex): void {
    this.upgradesSeen += 1;
    const { upgrades } = this;
    socket.on('error', () => socket.destroy());
    if (upgrades === 'refuse') {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    if (this.isDark) {
      this.tunnels.add(socket);
      return;
    }
    const { rawHeaders } = incoming;
    const headers = rawHeaders.filter((_, i) => i % 2 === 0).map((name, i) => `${name}: ${rawHeaders[2 * i + 1] ?? ''}`);
    const passed = connect(this.where, () => passed.write([`GET ${incoming.url ?? '/'} HTTP/1.1`, ...headers, '', ''].join('\r\n')));
    const end = (): void => {
      for (const tunnel of [socket, passed]) {
        tunnel.destroy();
        this.tunnels.delete(tunnel);
      }
    };
    for (const tunnel of [socket, passed]) {
      this.tunnels.add(tunnel);
      tunnel.on('error', end).on('close', end);
    }
    socket.pipe(passed);
    if (upgrades === 'swallow') passed.once('data', (head: Buffer) => socket.write(head.subarray(0, head.indexOf('\r\n\r\n') + 4)));
    else passed.pipe(socket);
    if (typeof upgrades === 'object') setTimeout(end, upgrades.cutAfterMs).unref();
  }
}
