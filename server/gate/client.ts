import type Agent from 'sharedb/lib/agent.js';
import { closeCodes } from '../../model/errors.ts';
import type { ServerNotice, User } from '../../model/protocol.ts';
import type { Member } from '../presence/roster.ts';
import type { TokenBucket } from './token-bucket.ts';

/** One connected socket as the gate sees it. */
export interface Client extends Member {
  readonly user: User;
  /** The sign-in it came with. */
  readonly sessionId: string;
  /** When it connected (milliseconds since 1970), what its device calls itself, and which way it came. */
  readonly since: number;
  readonly device: string;
  readonly route: 'live' | 'polling';
  /** Whether it asked for our own messages beside ShareDB's. */
  readonly takesNotices: boolean;
  /** When the message came that is being looked at, in ms of `performance`. */
  readonly receivedAt: number;
  /** What it has asked to follow, and when (ms of `performance`): until it does, it counts. */
  readonly following: Map<string, number>;
  readonly messages: TokenBucket;
  readonly ops: TokenBucket;
  send(message: object): void;
  close(code: number, reason: string): void;
}

/** Sends one of our own messages, if the client takes them. */
export function notify(client: Client, notice: ServerNotice): void {
  if (client.takesNotices) client.send(notice);
}

/** What ShareDB's agent has and its typings leave out. */
export interface OpenAgent {
  clientId: string;
  readonly src: string | null;
  readonly custom: { client?: Client };
  readonly subscribedDocs: Readonly<Record<string, Readonly<Record<string, { destroy(): void }>> | undefined>>;
  readonly closed: boolean;
  send(message: object): void;
  _src(): string;
  _reply(request: Record<string, unknown>, error: unknown, message?: object): void;
  _sendOp(collection: string, id: string, op: object): void;
}

export const opened = (agent: Agent): OpenAgent => agent as unknown as OpenAgent;

/** The client behind an agent; undefined for the server's own. */
export const clientOf = (agent: Agent): Client | undefined => opened(agent).custom.client;

/** The open sockets. */
export class Clients {
  private readonly agents = new Map<Client, Agent>();

  add(client: Client, agent: Agent): void {
    this.agents.set(client, agent);
  }

  remove(client: Client): void {
    this.agents.delete(client);
  }

  all(): IterableIterator<Client> {
    return this.agents.keys();
  }

  get size(): number {
    return this.agents.size;
  }

  countOf(userId: string): number {
    let count = 0;
    for (const { user } of this.agents.keys()) if (user.id === userId) count += 1;
    return count;
  }

  /** The documents of a collection that a client has open. */
  openOf(client: Client, collection: string): string[] {
    const agent = this.agents.get(client);
    return agent === undefined ? [] : Object.keys(opened(agent).subscribedDocs[collection] ?? {});
  }

  /** Closes the sockets of a sign-in that has ended. */
  endSession(sessionId: string): void {
    for (const client of this.agents.keys()) if (client.sessionId === sessionId) client.close(closeCodes.signInRequired, 'signed out');
  }

  /** Ends a client's subscription of a document, from the server's side. */
  unsubscribe(client: Client, collection: string, id: string): boolean {
    const agent = this.agents.get(client);
    const stream = agent && opened(agent).subscribedDocs[collection]?.[id];
    stream?.destroy();
    return stream !== undefined;
  }
}
