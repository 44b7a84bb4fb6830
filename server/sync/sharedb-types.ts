import ShareDB from 'sharedb';
import type Agent from 'sharedb/lib/agent.js';
import type Snapshot from 'sharedb/lib/snapshot.js';
import type { OpExtra } from '../../model/protocol.ts';
import Request from 'sharedb/lib/submit-request.js';

/** The op of a submission; its fields are changed in place on the way. */
export interface SubmittedOp {
  v?: number | null | undefined;
  src?: string | null;
  seq?: number | null;
  op?: unknown;
  create?: { type: string; data?: unknown };
  del?: true;
  m?: Record<string, unknown>;
}

type Done = (error?: Error | null) => void;

/** ShareDB's submit request, with what its typings leave out. */
export interface SubmitRequest {
  readonly backend: { trigger(action: string, agent: Agent, request: object, callback: Done): void };
  readonly agent: Agent;
  readonly collection: string;
  readonly id: string;
  readonly op: SubmittedOp;
  /** What came with it in `x`; the gate has looked at it. */
  readonly extra?: OpExtra;
  /** Milliseconds since 1970. */
  start: number;
  snapshot: Snapshot | null;
  submit(callback: Done): void;
  alreadySubmittedError(): Error;
  alreadyCreatedError(): Error;
  newerVersionError(): Error;
  missingOpsError(): Error;
}

export type SubmitRequestArguments = [backend: object, agent: Agent, index: string, id: string, op: SubmittedOp, options: unknown];

export const ShareDbSubmitRequest = Request as unknown as new (...request: SubmitRequestArguments) => SubmitRequest;

/** ShareDB's backend, with the methods that its typings leave out or narrow. */
export interface ShareDbBackend extends Omit<ShareDB, 'submit' | 'listen' | 'emit'> {
  listen(stream: object, request?: unknown): Agent;
  submit(agent: Agent, index: string, id: string, op: object, options: unknown, callback: (error: Error | null, ops: object[], request?: never) => void): void;
  subscribe(agent: Agent, index: string, id: string, version: number | null | undefined, ...rest: unknown[]): void;
  trigger(action: string, agent: Agent, request: object, callback: Done): void;
  emit(event: string, ...values: unknown[]): boolean;
  _fetchSnapshot(collection: string, id: string, version: number | null, callback: (error: Error | null, snapshot?: Snapshot) => void): void;
}

export const ShareDbBackend = ShareDB as unknown as new (options: object) => ShareDbBackend;

/** ShareDB's base for milestones. */
export interface ShareDbMilestones {
  close(callback?: () => void): void;
  emit(event: string, ...values: unknown[]): void;
}

export const ShareDbMilestones = ShareDB.MilestoneDB as unknown as new (options: { readonly interval: number }) => ShareDbMilestones;

/** The documents of a bulk message, with the versions that its sender has of them. */
export type Bulk = readonly string[] | Readonly<Record<string, number | null | undefined>>;

/** What ShareDB's agent has and its typings leave out. */
export interface AgentParts {
  readonly closed: boolean;
  readonly stream: object;
  readonly subscribedDocs: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
  _subscribeToStream(collection: string, id: string, stream: object): void;
  _submit(collection: string, id: string, op: SubmittedOp, callback: (error: Error | null, message?: object) => void): void;
  _reply(request: object, error: Error | null | undefined, message?: object): void;
  _subscribe(collection: string, id: string, version: number | null, callback: (error?: Error | null, message?: object) => void): void;
  _fetch(collection: string, id: string, version: number | null, callback: (error?: Error | null, message?: object) => void): void;
  _subscribeBulk(collection: string, wanted: Bulk, callback: (error?: Error | null) => void): void;
  _fetchBulk(collection: string, wanted: Bulk, callback: (error?: Error | null) => void): void;
  _sendOps(collection: string, id: string, ops: readonly object[]): void;
  _fetchOps(collection: string, id: string, version: number, callback: (error?: Error | null) => void): void;
}

export const partsOf = (agent: Agent): AgentParts => agent as unknown as AgentParts;
