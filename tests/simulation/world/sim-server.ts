import { CoboardError } from '../../../model/errors.ts';
import type { OpAuthor } from '../../../model/protocol.ts';
import { Identities } from '../../../server/evidence/identities.ts';
import { Sealer } from '../../../server/evidence/sealer.ts';
import { Backend } from '../../../server/sync/backend.ts';
import { Documents } from '../../../server/sync/documents.ts';
import { Engine } from '../../../server/sync/engine.ts';
import { opMessage } from '../../../server/sync/op-message.ts';
import { Rooms } from '../../../server/sync/rooms.ts';
import { StoreMilestones } from '../../../server/sync/store-milestones.ts';
import { FaultyStore } from './faulty-store.ts';
import type { MemoryDisk } from './memory-disk.ts';
import type { SimClock } from './sim-clock.ts';
import type { SimSocket } from './sim-socket.ts';

/** One server process: the engine and everything above it up to the sockets, without the gate. */
export class SimServer {
  readonly store: FaultyStore;
  readonly engine: Engine;
  /** How often an op is refused for what it would make, 0 to 1. */
  refusals = 0;
  private readonly backend: Backend;
  /** What the server itself does. */
  readonly documents: Documents;
  private readonly sockets = new Set<SimSocket>();
  private readonly authors = new WeakMap<object, OpAuthor>();

  constructor(disk: MemoryDisk, clock: SimClock, chance: () => number) {
    this.store = new FaultyStore({ disk, clock, chance });
    const log = { warn: () => undefined, debug: () => undefined };
    const rooms = new Rooms({ mayReceive: () => true, log });
    this.engine = new Engine({ store: this.store, sealer: new Sealer(new Identities(this.store)), clock, log, committed: (ops) => { rooms.deliver(ops); } });
    rooms.attach(this.engine);
    this.backend = new Backend(this.engine, rooms, new StoreMilestones(this.store), { authorOf: (agent) => this.authors.get(agent) ?? null, mayReceive: () => true, passed: () => undefined, log, clock });
    this.documents = new Documents(this.backend, this.engine);
    this.backend.use('apply', (context, next) => {
      const { op: { del, src, seq }, snapshot } = context as { readonly op: { readonly del?: true; readonly src?: string; readonly seq?: number }; readonly snapshot: { readonly type: string | null } };
      // what is sent a second time is the same op, also where the first is on its way to the disk still, from a server that is gone
      const id = `${String(src)} ${String(seq)}`;
      const isRefused = disk.refused.get(id) ?? (this.refusals > 0 && chance() < this.refusals);
      disk.refused.set(id, isRefused);
      // as the gate does
      if (del === true && snapshot.type === null) next(new CoboardError('NOT_FOUND'));
      else next(isRefused ? new CoboardError('DOCUMENT_FULL') : undefined);
    });
    // a store that does not answer closes the sockets of those who wait for it, as the gate does
    this.backend.on('submitRequestEnd', (error: { readonly code?: string } | null) => {
      if (error?.code === 'STORE_UNAVAILABLE') this.cutAll();
    });
  }

  accept(socket: SimSocket, author?: OpAuthor): void {
    this.sockets.add(socket);
    const agent = this.backend.listen(socket.stream);
    if (author === undefined) return;
    this.authors.set(agent, author);
    // as the gate does: who made it goes along
    const open = agent as unknown as { _sendOp(collection: string, id: string, op: object): void; send(message: object): void };
    open._sendOp = (collection, id, op) => { open.send(opMessage(collection, id, op)); };
  }

  /** kill -9: nothing of it happens any more, and its sockets are gone. */
  kill(): void {
    this.store.isDead = true;
    this.cutAll();
  }

  cutAll(): void {
    for (const socket of this.sockets) socket.cut();
    this.sockets.clear();
  }
}
