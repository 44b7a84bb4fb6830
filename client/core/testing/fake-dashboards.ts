import json0 from 'ot-json0';
import type { AccessRequest } from '../../../model/access-request.ts';
import { emptyBook, mergedBooks, type ConflictBook } from '../../../model/conflict-book.ts';
import type { Dashboard } from '../../../model/dashboard.ts';
import { CoboardError } from '../../../model/errors.ts';
import type { Op } from '../../../model/json0.ts';
import { checkOp, exactOp } from '../../../model/op-check.ts';
import { parseOp } from '../../../model/op-parse.ts';
import { roles, type OpAuthor, type OpOrigin, type Role } from '../../../model/protocol.ts';

export interface FakeOp {
  readonly v: number;
  readonly src: string;
  readonly seq: number;
  readonly op: Op;
  readonly author: OpAuthor;
  /** Where its author had not seen everything before it. */
  readonly origin?: OpOrigin;
}

/** One dashboard of the fake server: its state and its operation log. */
export class FakeDashboard {
  readonly id: string;
  readonly ops: FakeOp[] = [];
  readonly people: Record<string, Role>;
  /** Who asks for access. */
  requests: AccessRequest[] = [];
  private readonly books = new Map<string, ConflictBook>();
  everyone: 'viewer' | 'editor' | null;
  data: Dashboard;
  /** Milliseconds since 1970; null while it is there. */
  deletedAt: number | null = null;
  updatedAt = 0;
  updatedBy: OpAuthor | null = null;

  constructor(id: string, data: Dashboard, people: Record<string, Role>, everyone: 'viewer' | 'editor' | null) {
    this.id = id;
    this.data = data;
    this.people = people;
    this.everyone = everyone;
  }

  /** See `ConflictBooks` of the server. */
  exchange(userId: string, given: ConflictBook, now: number, changed: () => void): ConflictBook {
    const known = this.books.get(userId) ?? emptyBook;
    const book = mergedBooks(known, given, now);
    this.books.set(userId, book);
    if (JSON.stringify(book) !== JSON.stringify(known)) changed();
    return book;
  }

  get version(): number {
    // creating it was version 0
    return this.ops.length + 1;
  }

  roleOf(userId: string): Role | null {
    return this.deletedAt === null ? this.roleBefore(userId) : null;
  }

  /** A role that counts whether it is deleted or not. */
  roleBefore(userId: string): Role | null {
    const own = this.people[userId] ?? null;
    const rank = (role: Role | null): number => (role === null ? -1 : roles.indexOf(role));
    return rank(own) >= rank(this.everyone) ? own : this.everyone;
  }

  since(version: number): readonly FakeOp[] {
    return this.ops.slice(Math.max(0, version - 1));
  }

  /**
   * Commits an op made at a version, transformed to the current one; one that was committed before is given again.
   * @throws CoboardError if it does not apply or its result is not valid
   */
  commit(sent: { readonly v: number; readonly src: string; readonly seq: number; readonly op: unknown; readonly x?: OpOrigin | undefined }, author: OpAuthor, now: number): { readonly op: FakeOp; readonly isNew: boolean } {
    const known = this.ops.find(({ src, seq }) => src === sent.src && seq === sent.seq);
    if (known) return { op: known, isNew: false };
    if (sent.v > this.version) throw new CoboardError('OP_INVALID', 'from the future');
    let edit = parseOp(sent.op);
    for (const { op } of this.since(sent.v)) edit = json0.type.transform(edit, op, 'left');
    const exact = exactOp(this.data, edit);
    this.data = checkOp(this.data, exact);
    const b = Math.min(sent.x?.b ?? sent.v, sent.v);
    const op: FakeOp = { v: this.version, src: sent.src, seq: sent.seq, op: exact, author, ...(b < this.version ? { origin: { ...sent.x, b } } : {}) };
    this.ops.push(op);
    this.updatedAt = now;
    this.updatedBy = author;
    return { op, isNew: true };
  }
}
