import type { Route } from './route-choice.ts';
import type { ShareDbSocket } from './sharedb-socket.ts';
import type { ClientSocket } from './socket.ts';

export interface LineParts {
  /** ShareDB's side of it. */
  readonly adapter: ShareDbSocket;
  /** Opens a socket on a route. May throw. */
  readonly openSocket: (route: Route) => ClientSocket;
  /** Something came. */
  readonly received: (data: unknown) => void;
  /** The socket ended by itself; `wasHeard`: the server had said something on it. */
  readonly ended: (code: number, route: Route, wasHeard: boolean) => void;
}

interface Link {
  readonly socket: ClientSocket;
  readonly route: Route;
  /** The server has said something. */
  isHeard: boolean;
}

/** What the connection goes through, or is to: one socket at a time. What comes of one that was left counts for nothing. */
export class Line {
  private readonly parts: LineParts;
  private link: Link | null = null;
  /** A WebSocket that was opened beside the slower route, and the first it was told. */
  private ready: { readonly socket: ClientSocket; readonly firstFrame: unknown } | null = null;

  constructor(parts: LineParts) {
    this.parts = parts;
  }

  /** Null while there is none. */
  get current(): { readonly route: Route; readonly isHeard: boolean } | null {
    return this.link;
  }

  /** Keeps a WebSocket that the next {@link open} is to go on with. */
  keep(socket: ClientSocket, firstFrame: unknown): void {
    this.ready = { socket, firstFrame };
  }

  /** Lets go of the one that was kept, if nobody went on with it. */
  dropKept(): void {
    this.ready?.socket.close();
    this.ready = null;
  }

  /** Goes through a socket from here on: the one that was kept, or a new one on a route. @throws what opening one throws */
  open(route: () => Route): void {
    const { ready } = this;
    this.ready = null;
    if (ready === null) {
      const wanted = route();
      this.take(this.parts.openSocket(wanted), wanted);
      return;
    }
    const link = this.take(ready.socket, 'live');
    this.connected(link);
    this.receive(link, ready.firstFrame);
  }

  /** Leaves it. */
  drop(): void {
    const { link } = this;
    this.link = null;
    this.parts.adapter.lose();
    // the handlers stay and do nothing: `ws` reports errors of a socket that is closing
    link?.socket.close();
  }

  private take(socket: ClientSocket, route: Route): Link {
    const link: Link = { socket, route, isHeard: false };
    this.link = link;
    const current = (run: () => void): void => {
      if (this.link === link) run();
    };
    socket.onopen = () => { current(() => { this.connected(link); }); };
    socket.onmessage = ({ data }) => { current(() => { this.receive(link, data); }); };
    socket.onclose = ({ code }) => { current(() => { this.parts.ended(code, route, link.isHeard); }); };
    socket.onerror = () => {
      // a close follows; `ws` ends the process if nobody listens
    };
    return link;
  }

  private connected({ socket }: Link): void {
    this.parts.adapter.open((data) => { socket.send(data); });
  }

  private receive(link: Link, data: unknown): void {
    link.isHeard = true;
    this.parts.received(data);
  }
}
