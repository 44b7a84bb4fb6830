// What our client uses of ShareDB 7's, with the parts that are private there and that Coboard must reach: see client/core.

declare module 'sharedb/lib/client/connection.js' {
  type Op = import('../model/json0.ts').Op;

  interface SocketLike {
    readonly readyState: number;
    onopen: (() => void) | null;
    onmessage: ((event: { readonly data: unknown }) => void) | null;
    onclose: ((reason: unknown) => void) | null;
    onerror: ((error: unknown) => void) | null;
    send(data: string): void;
    close(): void;
  }

  export interface CodedError extends Error {
    readonly code?: string;
  }

  type Callback = (error?: CodedError | null) => void;

  /** An op that waits or is on its way; composed with others until it is `sentAt`. */
  export interface PendingOp {
    readonly op?: Op;
    readonly callbacks: Callback[];
    sentAt?: number;
    src?: string;
    seq?: number;
    /** Lines in it that somebody else wrote too, as they were written here. */
    lines?: readonly import('../model/protocol.ts').WrittenLine[];
  }

  export interface Doc {
    readonly id: string;
    /** Null before it is loaded, when it does not exist and while it rolls back. */
    type: object | null;
    readonly data: unknown;
    version: number | null;
    readonly pendingOps: PendingOp[];
    inflightOp: PendingOp | null;
    readonly paused: boolean;
    /** The server has said that it sends what happens. */
    readonly subscribed: boolean;
    preventCompose: boolean;
    _wantsDestroy: boolean;
    subscribe(callback?: Callback): void;
    unsubscribe(callback?: Callback): void;
    submitOp(op: Op, options: { source?: unknown }, callback: Callback): void;
    hasWritePending(): boolean;
    ingestSnapshot(snapshot: { readonly v: number; readonly data: unknown; readonly type: string }, callback?: Callback): void;
    flush(): void;
    _setType(type: unknown): void;
    _handleOp(error: CodedError | null | undefined, message: { readonly v: number; readonly del?: true; readonly create?: { readonly data?: unknown } }): void;
    _handleSubscribe(error: CodedError | null | undefined, snapshot: unknown): void;
    on(event: 'load' | 'create' | 'del', listener: () => void): this;
    on(event: 'op batch', listener: (op: Op, source: unknown) => void): this;
    on(event: 'error', listener: (error: CodedError) => void): this;
    removeAllListeners(): this;
    _rollback(error: CodedError): void;
    _hardRollback(error: CodedError): void;
    _clearInflightOp(error?: CodedError): void;
    _otApply(op: { readonly op: Op } | { readonly del: true }, source: boolean): void;
  }

  class Connection {
    constructor(socket: SocketLike);
    /** The client id that the server gave; sent again when it reconnects. */
    id: string | null;
    /** The next number of an op. */
    seq: number;
    readonly canSend: boolean;
    get(collection: string, id: string): Doc;
    getExisting(collection: string, id: string): Doc | undefined;
    send(message: object): void;
    ping(): void;
    fetchSnapshot(collection: string, id: string, version: null, callback: (error: CodedError | null, snapshot?: { readonly v: number; readonly data: unknown }) => void): void;
    on(event: 'connected' | 'disconnected' | 'pong', listener: () => void): this;
    on(event: 'error', listener: (error: CodedError) => void): this;
    _destroyDoc(doc: Doc): void;
  }
  export default Connection;
}
