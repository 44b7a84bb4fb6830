import type Agent from 'sharedb/lib/agent.js';
import type { Op } from '../../model/json0.ts';
import type { OpAuthor } from '../../model/protocol.ts';
import type { StoredOp } from '../store/store.ts';
import type { DocumentState } from './document-state.ts';
import type { Backend } from './backend.ts';
import type { Engine } from './engine.ts';
import type { ServerOrigin } from './op-author.ts';

/** What the server itself does with documents: the same operation log, the same order, the same subscribers as a client's edits. */
export class Documents {
  private readonly backend: Backend;
  private readonly engine: Engine;
  private readonly agent: Agent;
  private seq = 0;

  constructor(backend: Backend, engine: Engine) {
    this.backend = backend;
    this.engine = engine;
    this.agent = (backend.connect() as unknown as { agent: Agent }).agent;
  }

  read(collection: string, id: string): Promise<DocumentState> {
    return this.engine.read(collection, id);
  }

  /** A document as it was at a version. @throws CoboardError VERSION_UNKNOWN */
  readVersion(collection: string, id: string, version: number): Promise<DocumentState> {
    return this.engine.readVersion(collection, id, version);
  }

  /** The ops with `from` <= version < `to`, with who made them. */
  readOps(collection: string, id: string, from: number, to: number | null, bytesMax?: number): Promise<StoredOp[]> {
    return this.engine.readOps(collection, id, from, to, bytesMax);
  }

  create(collection: string, id: string, data: unknown, by: OpAuthor, from: ServerOrigin = {}): Promise<void> {
    return this.submit(collection, id, { create: { type: 'http://sharejs.org/types/JSONv0', data } }, by, from);
  }

  edit(collection: string, id: string, op: Op, by: OpAuthor, from: ServerOrigin = {}): Promise<void> {
    return this.submit(collection, id, { op }, by, from);
  }

  delete(collection: string, id: string, by: OpAuthor, from: ServerOrigin = {}): Promise<void> {
    return this.submit(collection, id, { del: true }, by, from);
  }

  private submit(collection: string, id: string, op: object, by: OpAuthor, from: ServerOrigin): Promise<void> {
    this.seq += 1;
    const submitted = { ...op, src: this.agent.clientId, seq: this.seq, by, from };
    return new Promise((resolve, reject) => {
      this.backend.submit(this.agent, collection, id, submitted, null, (error) => {
        // ShareDB calls back with an error or with what was missing
        if (error) reject(error);
        else resolve();
      });
    });
  }
}
