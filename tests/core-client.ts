import { WebSocket } from 'ws';
import { bearerSockets, Coboard, type CoboardOptions, type Dashboard, type LiveDashboard, type Role, type User } from '../client/core/index.ts';
import type { Person } from './person.ts';
import { until } from './until.ts';

type CoreOptions = Pick<CoboardOptions, 'store' | 'connection' | 'environment' | 'wishes'>;

/** A test that cuts again and again must not look like a network that blocks WebSockets, unless it wants to. */
const webSocketsOnly = { fallback: false } as const;

/** The client's core on real sockets, signed in as a person. */
export class CoreClient {
  readonly coboard: Coboard;
  readonly person: Person;
  private readonly sockets = new Set<WebSocket>();

  private constructor(person: Person, options: CoreOptions) {
    this.person = person;
    const { sockets } = this;
    class Socket extends WebSocket {
      constructor(url: string, protocols: string[], options: { headers: Record<string, string> }) {
        super(url, protocols, options);
        sockets.add(this);
      }
    }
    this.coboard = new Coboard({ url: person.url, token: person.token, openSocket: bearerSockets(Socket, () => person.token), connection: webSocketsOnly, ...options });
  }

  static async connect(person: Person, options: CoreOptions = {}): Promise<CoreClient> {
    const client = new CoreClient(person, options);
    const user: User | null = await client.coboard.start();
    if (user?.id !== person.user.id) throw new Error('not signed in');
    await client.online();
    return client;
  }

  online(): Promise<void> {
    return until(`${this.person.user.name} is online`, () => this.coboard.connection.state.value.status === 'online');
  }

  async open(id: string): Promise<LiveDashboard> {
    const live = this.coboard.openDashboard(id);
    await until(`${this.person.user.name} has the dashboard`, () => live.state.value.status === 'ready');
    return live;
  }

  /** Cuts the connection without a goodbye; it comes back by itself. */
  cut(): void {
    for (const socket of this.sockets) socket.terminate();
    this.sockets.clear();
  }

  /** Ends the waiting of a client that was cut. */
  async comeBack(): Promise<void> {
    this.coboard.connection.tryNow();
    await this.online();
  }

  stop(): void {
    this.coboard.stop();
  }
}

/** The dashboard as it is shown now. @throws Error if it is not there */
export function shown(live: LiveDashboard): Dashboard {
  const state = live.state.value;
  if (state.status !== 'ready') throw new Error(`the dashboard is ${state.status}`);
  return state.dashboard;
}

/** One's role as it is known now. */
export function roleOf(live: LiveDashboard): Role | null {
  const state = live.state.value;
  return state.status === 'ready' ? state.role : null;
}
