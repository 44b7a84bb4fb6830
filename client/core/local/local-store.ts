import type { Observable } from 'rxjs';
import type { Op } from '../../../model/json0.ts';
import { opPaths } from '../../../model/op-paths.ts';
import type { OpAuthor, Role } from '../../../model/protocol.ts';
import type { ValueStream } from '../connection/value-stream.ts';

/** A dashboard as the server had it, kept on this device. */
export interface LocalCopy {
  readonly document: string;
  readonly version: number;
  readonly data: unknown;
  readonly role: Role;
}

/** An op of the server's log, as it was committed; without `op` it changed nothing. */
export interface LoggedOp {
  readonly v: number;
  readonly src?: string | undefined;
  readonly seq?: number | undefined;
  readonly op?: Op | undefined;
  /** Who made it, where that is known. */
  readonly by?: OpAuthor | undefined;
}

/** An edit of one's own that the server has not made durable as far as this device knows. */
export interface LocalEdit {
  /** Counts the edits of an outbox from 1. */
  readonly n: number;
  /** The version of the document that it was made at; it comes behind all earlier edits of the outbox that are not in that version. */
  readonly v: number;
  readonly op: Op;
  /** The version that its person made it at, where that is an earlier one. */
  readonly b?: number;
  /** What it touches, where several edits have become this one; see {@link thingsOf}. */
  readonly t?: readonly string[];
}

/** What an edit touches, as it is counted: twenty letters typed into one title are one edit to the person who typed them. */
export const thingsOf = ({ op, t }: Pick<LocalEdit, 'op' | 't'>): readonly string[] => t ?? [JSON.stringify(opPaths(op))];

/** The edits up to `last` that are on their way to the server, as one op, or may have been: the server knows them by `src` and `seq`. */
export interface Sending {
  readonly src: string;
  readonly seq: number;
  readonly last: number;
}

/** The edits of one tab on one dashboard. */
export interface Outbox {
  readonly id: string;
  readonly document: string;
  /** In the order in which they were made. */
  readonly edits: readonly LocalEdit[];
  /** In the order in which they were sent; those behind the last one were never sent. */
  readonly sendings: readonly Sending[];
  /** What others did before that version met the edits here already. */
  readonly seen?: number | undefined;
}

/** One change of what is kept. */
export type LocalWrite =
  /** Replaces the copy of a dashboard; the ops that it holds go, but for those that an outbox still needs. */
  | { readonly type: 'copy'; readonly copy: LocalCopy }
  | { readonly type: 'op'; readonly document: string; readonly op: LoggedOp }
  | { readonly type: 'edit'; readonly outbox: string; readonly document: string; readonly edit: LocalEdit }
  /** They are settled where the last of them is not here, because then others may be missing too. */
  | { readonly type: 'sending'; readonly outbox: string; readonly sending: Sending }
  /** What others did before a version met the edits of an outbox: it is told where that matters. */
  | { readonly type: 'seen'; readonly outbox: string; readonly v: number }
  /** The edits of an outbox up to one, with their sendings, are not needed any more. */
  | { readonly type: 'settled'; readonly outbox: string; readonly last: number }
  /** One edit in the middle of an outbox was refused. */
  | { readonly type: 'dropped'; readonly outbox: string; readonly n: number }
  /** Something by name, such as the list of dashboards; null removes it. */
  | { readonly type: 'value'; readonly name: string; readonly value: unknown };

/** What a device knows of one dashboard. */
export interface LocalDocument {
  readonly copy: LocalCopy | null;
  /** In the order of versions, from the first that the copy or an outbox needs; there may be gaps. */
  readonly ops: readonly LoggedOp[];
  readonly outboxes: readonly Outbox[];
}

/**
 * `kept`: what is written survives the tab; `memory`: what is written from now on does not, because the browser refuses to keep it; `wiped`:
 * this tab or another one has removed everything, because the person signed out, and nothing is kept again.
 */
export type Keeping = 'kept' | 'memory' | 'wiped';

/** An outbox that holds something. */
export interface OutboxName {
  readonly id: string;
  readonly document: string;
  /** Whether a tab has it. */
  readonly isClaimed: boolean;
  /** Whether this tab has it. */
  readonly isOwn: boolean;
}

/** What a device keeps for one person: their dashboards and what they have not sent yet. */
export interface LocalStore {
  readonly keeping: ValueStream<Keeping>;
  readDocument(document: string): Promise<LocalDocument>;
  /** All outboxes that hold anything. */
  outboxes(): Promise<readonly OutboxName[]>;
  readValue(name: string): Promise<unknown>;
  /**
   * Changes a value by name as one step, whatever other tabs do; what it is then comes back when that survives the tab, and undefined
   * where the browser refuses that.
   */
  update<T>(name: string, change: (value: unknown) => T): Promise<T | undefined>;
  /** The names of values that a tab, this one too, has changed by {@link update}. */
  readonly updates: Observable<string>;
  /** Makes changes, all of them or none. Comes back when they survive the tab; where the browser refuses that, at once. */
  write(changes: readonly LocalWrite[]): Promise<void>;
  /** Takes an outbox for this tab; null if another tab has it. Give it back by calling what comes. */
  claim(outbox: string): Promise<(() => void) | null>;
  /** Removes everything that is kept for the person, and lets the other tabs know; see {@link Keeping}. */
  wipe(): Promise<void>;
  close(): void;
}
