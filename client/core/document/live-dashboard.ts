import json0 from 'ot-json0';
import { BehaviorSubject, Subject, type Observable, type Subscription } from 'rxjs';
import type { CodedError, Doc } from 'sharedb/lib/client/connection.js';
import type { Conflict } from '../../../model/conflict-book.ts';
import type { Dashboard } from '../../../model/dashboard.ts';
import { CoboardError, errorTable, isErrorCode } from '../../../model/errors.ts';
import { newId } from '../../../model/id.ts';
import type { Op } from '../../../model/json0.ts';
import { admitOp } from '../../../model/op-check.ts';
import { opPaths } from '../../../model/op-paths.ts';
import { dashboardsCollection } from '../../../model/protocol.ts';
import { Alarm } from '../../../model/clock.ts';
import { choiceOp, type Choice, type Decision } from '../conflicts/conflict.ts';
import type { Meeting, MergedTogether } from '../conflicts/conflict-ledger.ts';
import type { OpMessage } from '../connection/server-messages.ts';
import type { ValueStream } from '../connection/value-stream.ts';
import type { RestoredOp } from '../local/restore.ts';
import { inSlices, type Slices } from '../local/slices.ts';
import { UndoHistory, type EditKind, type UndoOffer, type UndoOutcome } from '../undo/undo-history.ts';
import { Comparison } from './comparison.ts';
import { ConflictWatch } from './conflict-watch.ts';
import { DocumentFeed } from './document-feed.ts';
import { KeptCopy } from './kept-copy.ts';
import type { LiveDashboardParts } from './live-dashboard-parts.ts';
import type { DashboardChange, LiveState, Refusal, SavedEdit } from './live-state.ts';
import { Outbox } from './outbox.ts';
import { outliveDeletion } from './outlive-deletion.ts';
import { OwnRole } from './own-role.ts';
import { handleRefusals } from './refused-op.ts';
import { Sender } from './sender.ts';
import { ShownDashboard } from './shown-dashboard.ts';
import { useSwiftJson0 } from './swift-json0.ts';

/** An op that the server does not take now is sent again after this, and then less and less often; by then the document has caught up. */
const sendAgainMinMs = 500;
const sendAgainMaxMs = 30_000;

/** A dashboard as it is now for everybody, with one's own edits already in it. */
export class LiveDashboard {
  readonly id: string;
  readonly state: ValueStream<LiveState>;
  readonly changes: Observable<DashboardChange>;
  readonly refusals: Observable<Refusal>;
  readonly saved: Observable<SavedEdit>;
  /** How many things were edited that are not saved yet. */
  readonly pendingCount: ValueStream<number>;
  /** When the server last made an edit of ours durable; milliseconds since 1970, null before. */
  readonly lastSavedAt: ValueStream<number | null>;
  readonly undoable: ValueStream<UndoOffer>;
  /** Overwrites between one's own edits and others' that did not know of each other, for the person to decide on. */
  readonly conflicts: ValueStream<readonly Conflict[]>;
  /** Where others edited the same and nothing was lost. */
  readonly merged: ValueStream<readonly MergedTogether[]>;

  private readonly parts: LiveDashboardParts;
  private readonly states = new BehaviorSubject<LiveState>({ status: 'loading' });
  private readonly changesSubject = new Subject<DashboardChange>();
  private readonly refusalsSubject = new Subject<Refusal>();
  private readonly outbox: Outbox;
  private readonly watch: ConflictWatch;
  private readonly history = new UndoHistory();
  private readonly ownRole: OwnRole;
  private readonly feed: DocumentFeed;
  private readonly doc: Doc;
  private readonly shown = new ShownDashboard();
  private readonly sender: Sender;
  private readonly keptCopy: KeptCopy | null;
  private readonly comparison: Comparison;
  private readonly sendingAgain: Alarm;
  private readonly logging: Subscription;
  private sendAgainMs = sendAgainMinMs;
  private editKind: EditKind = 'edit';
  /** What is kept is being read, and taken up. */
  private isOpening = false;
  private hasGivenUp = false;
  /** Set while what is shown is not the document: between a rollback, a loss of access or a deletion and the next load. */
  private stale = false;
  private closing = false;
  private ended = false;

  constructor(parts: LiveDashboardParts) {
    this.parts = parts;
    this.id = parts.id;
    this.state = this.states;
    this.changes = this.changesSubject;
    this.refusals = this.refusalsSubject;
    this.doc = parts.connection.sharedb.get(dashboardsCollection, parts.id);
    useSwiftJson0(this.doc);
    this.feed = new DocumentFeed({
      doc: this.doc,
      clock: parts.clock,
      onLoaded: () => {
        this.load();
      },
      onGone: () => {
        this.lose(null);
      },
      onFailed: (code, message) => {
        this.stale = true;
        this.states.next({ status: 'failed', code, message });
      },
    });
    outliveDeletion(this.doc);
    this.outbox = new Outbox({
      doc: this.doc,
      clock: parts.clock,
      journal: parts.journal,
      onRefused: (op, error) => {
        this.refuse(op, error, true);
      },
      onSettled: () => {
        this.sendAgainMs = sendAgainMinMs;
        this.keptCopy?.settled();
        this.comparison.settled();
        if (this.outbox.isEmpty) this.watch.ledger.through();
        // its version is another one now
        if (!this.stale) this.publish();
        this.endIfThrough();
      },
    });
    ({ saved: this.saved, pendingCount: this.pendingCount, lastSavedAt: this.lastSavedAt } = this.outbox);
    this.watch = new ConflictWatch({ ...parts, doc: this.doc, outbox: this.outbox, shown: () => (this.stale ? null : this.shown.value) });
    ({ open: this.conflicts, merged: this.merged } = this.watch.ledger);
    this.sender = new Sender({
      doc: this.doc, connection: parts.connection, clock: parts.clock, keep: (op, src, seq) => this.outbox.keep(op, src, seq), baseOf: (op) => this.outbox.baseOf(op), whyOf: (op) => this.outbox.whyOf(op),
    });
    this.undoable = this.history.offers;
    this.keptCopy = parts.journal && new KeptCopy({ doc: this.doc, clock: parts.clock, journal: parts.journal, role: () => (this.stale ? null : this.ownRole.value) });
    this.comparison = new Comparison({
      ...parts, doc: this.doc, isStale: () => this.stale,
      onDifferent: () => {
        this.stale = true;
        this.doc._hardRollback(new CoboardError('INTERNAL'));
      },
    });
    this.sendingAgain = new Alarm(parts.clock);
    this.logging = parts.connection.ops.subscribe((message) => {
      this.logged(message);
    });
    this.ownRole = new OwnRole({
      ...parts,
      onKnown: () => {
        this.roleKnown();
      },
      onLost: (by) => {
        this.lose(by);
      },
    });
    this.listen();
    if (parts.journal || parts.creation) void this.begin();
    else this.feed.start();
  }

  /**
   * Makes an edit: `make` gets the dashboard as it is now and gives the op, like the functions of `model/edits.ts` do. What does
   * not pass the checks is told through {@link refusals} and never leaves. `why` goes into the history. Says whether anything was changed.
   */
  edit(make: (dashboard: Dashboard) => Op, why: EditKind = 'edit'): boolean {
    const state = this.states.value;
    if (state.status !== 'ready') return false;
    let op: Op = [];
    try {
      op = make(state.dashboard);
      return this.apply(op, why);
    } catch (error) {
      this.refuse(op, error);
      return false;
    }
  }

  /** Makes an edit whose op is known; see {@link edit}. */
  submit(op: Op): boolean {
    return this.edit(() => op);
  }

  /** What is edited in `make` is taken back, and made again, as one. */
  asOne<T>(make: () => T): T {
    return this.history.asOne(make);
  }

  /** Takes back one's own last edit. */
  undo(): UndoOutcome {
    return this.history.take('undo', (op) => this.apply(op, 'undo'));
  }

  /** Makes again what was last undone. */
  redo(): UndoOutcome {
    return this.history.take('redo', (op) => this.apply(op, 'redo'));
  }

  /** Decides a conflict. The choice is an edit like any other; where it cannot be made, the conflict waits on, and only what comes back says why. */
  decide(conflict: Conflict, choice: Choice): Decision {
    const state = this.states.value;
    let changed = false;
    if (choice !== 'leave') {
      try {
        if (state.status !== 'ready') throw new CoboardError('OP_TARGET_MISSING');
        changed = this.apply(choiceOp(conflict, choice, state.dashboard), 'edit');
      } catch (error) {
        if (!(error instanceof CoboardError)) throw error;
        return { status: 'refused', code: error.code, message: error.message };
      }
    }
    this.watch.ledger.settle(conflict.id);
    return { status: changed ? 'changed' : 'nothing' };
  }

  /** Has conflicts wait again that were decided: as new ones, since what was decided stays so on the person's other devices. */
  askAgain(conflicts: readonly Conflict[]): void {
    const { ledger } = this.watch;
    ledger.take({ open: conflicts.map((one) => ({ ...one, id: newId() })), settled: [] });
    this.parts.conflicts?.keep(ledger.book);
  }

  /** How many of {@link pendingCount} are written down where edits are kept: a moment behind. That stream tells of this too. */
  get keptCount(): number {
    return this.outbox.keptCount;
  }

  /** One's own edits that are not saved yet, as they were made, the oldest first. */
  unsaved(): readonly Op[] {
    return this.outbox.ops;
  }

  /** Ends it once all edits are through. */
  close(): void {
    this.closing = true;
    this.endIfThrough();
  }

  /** Takes {@link close} back; false if it had ended already. */
  reopen(): boolean {
    this.closing = false;
    return !this.ended;
  }

  /** Gives up what is not saved, untold: somebody else may be signed in next, and must not be taken for who made it. */
  giveUpUnsaved(): void {
    if (this.ended) return;
    this.hasGivenUp = true;
    this.outbox.giveUp();
    this.ownRole.forget();
    this.watch.ledger.clear();
    this.history.clear();
    this.stale = true;
    this.states.next({ status: 'loading' });
    if (this.doc.hasWritePending()) this.doc._hardRollback(new CoboardError('SIGN_IN_REQUIRED'));
    this.endIfThrough();
  }

  /** Shows what is kept on this device, and goes on from there. */
  private async begin(): Promise<void> {
    const { journal, creation, id, self, clock } = this.parts;
    const whose = self();
    this.isOpening = true;
    const [kept, created] = await Promise.all([journal?.open().catch(() => null), creation?.(id), this.watch.ready]);
    const found = kept ?? (created ? { role: 'owner' as const, version: 1, data: structuredClone(created.content), pending: [] } : null);
    // signed out meanwhile; without access the edits go all the same, so that their refusal is told
    const isSame = (): boolean => self() === whose && !this.hasGivenUp;
    if (found !== null && isSame()) {
      const { doc } = this;
      if (!this.stale) this.ownRole.assume(found.role);
      doc.ingestSnapshot({ v: found.version, data: found.data, type: json0.type.uri });
      await inSlices(clock, this.takeUp(found.pending, kept?.meetings ?? [], isSame));
    }
    this.isOpening = false;
    if (found !== null && isSame()) {
      if (!this.stale) this.publish();
      if (kept) {
        this.keptCopy?.found();
        journal?.met(found.version);
      }
      this.sender.flush();
    }
    if (journal?.lost && isSame()) for (const op of journal.lost.ops) this.refuse(op, journal.lost.error, true);
    if (created) {
      this.endIfThrough();
      // until then the server does not know it
      await created.through;
      if (this.ended) return;
    }
    this.feed.start();
    this.endIfThrough();
  }

  private *takeUp(pending: readonly RestoredOp[], meetings: readonly Meeting[], isSame: () => boolean): Slices<void> {
    for (const each of this.outbox.restore(pending)) {
      yield each;
      if (!isSame()) return;
    }
    for (const meeting of meetings) {
      this.watch.met(meeting);
      yield;
      if (!isSame()) return;
    }
  }

  /** An op of the log came; the document takes it after this. */
  private logged(message: OpMessage): void {
    if (message.d !== this.id || message.v !== this.doc.version) return;
    this.keptCopy?.logged(message);
    this.watch.logged(message);
  }

  private listen(): void {
    const { doc } = this;
    for (const event of ['load', 'create'] as const) {
      doc.on(event, () => {
        this.load();
      });
    }
    doc.on('del', () => {
      this.lose(null);
    });
    doc.on('op batch', (op, source) => {
      this.applied(op, source !== false);
    });
    doc.on('error', (error) => {
      this.feed.failed(error);
    });
    handleRefusals({
      doc,
      editOf: (callback) => this.outbox.editOf(callback),
      sendAgain: (foreign) => {
        this.sendingAgain.set(this.sendAgainMs, () => { this.sender.again(foreign); });
        this.sendAgainMs = Math.min(sendAgainMaxMs, 2 * this.sendAgainMs);
      },
      onTakenOut: () => {
        this.outbox.keepAnew();
        this.comparison.soon();
      },
      onHardRollback: () => {
        this.stale = true;
      },
    });
  }

  private roleKnown(): void {
    if (!this.stale) this.publish();
    // what was gone may be there again; while the document is being fetched anew, it comes by itself
    else if (this.states.value.status !== 'ready') this.feed.restart();
  }

  /** The document was fetched as a whole, or is there again. */
  private load(): void {
    const { type, version, data } = this.doc;
    if (type === null) {
      if (version !== null) this.lose(null);
      return;
    }
    // renewed after a gap, a subscription brings only the ops missed, and they are applied already
    const isReload = this.shown.value !== null;
    if (isReload && this.states.value.status === 'ready' && !this.stale) return;
    try {
      this.shown.replace(data);
    } catch (error) {
      this.feed.failed(error as CoboardError);
      return;
    }
    this.history.clear();
    this.publish();
    if (isReload) this.changesSubject.next({ paths: [[]], op: [], source: 'reload', author: null, version: version ?? 0 });
  }

  private publish(): void {
    const { value: dashboard } = this.shown;
    const { value: role } = this.ownRole;
    // until all that is kept is in it nobody sees it, and nobody edits it
    if (dashboard === null || role === null || this.isOpening) return;
    this.stale = false;
    const version = this.doc.version ?? 0;
    const now = this.states.value;
    if (now.status === 'ready' && now.dashboard === dashboard && now.version === version && now.role === role) return;
    this.states.next({ status: 'ready', dashboard, version, role });
    this.keptCopy?.changed();
  }

  private applied(op: Op, isLocal: boolean): void {
    // what is shown is fetched anew before it counts again
    const change = this.stale ? null : this.shown.change(op, this.doc.data);
    if (change === null) return;
    if (isLocal) this.history.made(op, this.editKind, change.before, change.after, this.parts.clock.elapsed());
    else this.history.changedByOthers(op);
    this.publish();
    this.changesSubject.next({
      paths: opPaths(op), op, source: isLocal ? 'local' : 'remote',
      author: isLocal ? null : this.parts.connection.author, version: this.doc.version ?? 0,
    });
  }

  private apply(wanted: Op, kind: EditKind): boolean {
    const { value: dashboard } = this.shown;
    if (dashboard === null || wanted.length === 0) return false;
    if (!this.ownRole.mayEdit) throw new CoboardError('FORBIDDEN');
    if (this.doc.type === null) throw new CoboardError('OP_TARGET_MISSING', 'The dashboard is being fetched anew.');
    const { op } = admitOp(dashboard, wanted);
    this.editKind = kind;
    this.watch.ledger.edited(op);
    try {
      this.outbox.send(op, kind === 'edit' ? undefined : kind);
    } finally {
      this.editKind = 'edit';
    }
    return true;
  }

  private refuse(op: Op, error: unknown, sent = false): void {
    const { code = 'INTERNAL', message } = error as CodedError;
    // a fault of the caller's is no refusal
    if (!sent && !(error instanceof CoboardError)) throw error;
    this.refusalsSubject.next({ op, code, message, retry: isErrorCode(code) && errorTable[code].retry, sent });
  }

  private lose(by: string | null): void {
    this.stale = true;
    this.history.clear();
    if (this.states.value.status !== 'gone') this.states.next({ status: 'gone', by });
  }

  private endIfThrough(): void {
    if (!this.closing || this.ended || this.isOpening || this.doc.hasWritePending() || !this.outbox.isEmpty) return;
    this.ended = true;
    this.ownRole.stop();
    this.feed.stop();
    this.sender.stop();
    this.logging.unsubscribe();
    this.watch.stop();
    this.keptCopy?.stop();
    this.comparison.stop();
    this.sendingAgain.clear();
    void this.parts.journal?.close();
    const { doc } = this;
    const { sharedb } = this.parts.connection;
    doc.removeAllListeners().on('error', () => undefined);
    doc.unsubscribe(() => {
      if (this.parts.isReplaced()) return;
      doc._wantsDestroy = true;
      sharedb._destroyDoc(doc);
    });
    this.parts.onEnd();
  }
}
