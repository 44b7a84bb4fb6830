import { Connection } from 'sharedb/lib/client/index.js';
import type { SimClock } from './sim-clock.ts';
import { SimSocket } from './sim-socket.ts';
import type { SimServer } from './sim-server.ts';

interface SimDocument { n: number; text: string; log: Record<string, number>; cells: Record<string, number> }
type Doc = Omit<ReturnType<Connection['get']>, 'data'> & { readonly data: SimDocument | undefined; readonly wantSubscribe: boolean };

export const empty = (): SimDocument => ({ n: 0, text: '', log: {}, cells: {} });

/** A stock ShareDB client that keeps a ledger of what was acknowledged. Each edit leaves a name of its own in the document and adds one. */
export class SimClient {
  readonly acknowledged: string[] = [];
  readonly refused: string[] = [];
  private readonly name: string;
  private readonly clock: SimClock;
  private readonly chance: () => number;
  private readonly connection: Connection;
  private readonly ids: readonly string[];
  private socket: SimSocket;
  private edits = 0;

  constructor(name: string, ids: readonly string[], clock: SimClock, chance: () => number, server: SimServer) {
    this.name = name;
    this.ids = ids;
    this.clock = clock;
    this.chance = chance;
    this.socket = new SimSocket(clock, chance);
    this.connection = new Connection(this.socket as never);
    this.connection.on('error', () => undefined);
    server.accept(this.socket);
    for (const id of ids) {
      const doc = this.doc(id);
      doc.on('error', () => undefined);
      doc.preventCompose = chance() < 0.6;
      doc.subscribe();
    }
  }

  doc(id: string): Doc {
    return this.connection.get('dashboards', id) as Doc;
  }

  get isConnected(): boolean {
    return !this.socket.isCut;
  }

  cut(): void {
    this.socket.cut();
  }

  reconnect(server: SimServer): void {
    if (this.isConnected) return;
    this.socket = new SimSocket(this.clock, this.chance);
    this.connection.bindToSocket(this.socket);
    server.accept(this.socket);
  }

  edit(): void {
    const id = this.ids[Math.floor(this.chance() * this.ids.length)] ?? '';
    const doc = this.doc(id);
    const { data } = doc;
    if (doc.type === null || data === undefined) return;
    const name = `${this.name}${String((this.edits += 1))}`;
    const at = Math.floor(this.chance() * (data.text.length + 1));
    const cell = `c${String(Math.floor(this.chance() * 4))}`;
    const some = [
      [],
      [{ p: ['text'], t: 'text0', o: [{ p: at, i: name }] }],
      [{ p: ['cells', cell], ...(cell in data.cells ? { od: data.cells[cell] } : {}), oi: this.edits }],
      data.text.length > at ? [{ p: ['text'], t: 'text0', o: [{ p: at, d: data.text.slice(at, at + 2) }] }] : [],
    ][Math.floor(this.chance() * 4)] ?? [];
    doc.submitOp([{ p: ['log', name], oi: 1 }, { p: ['n'], na: 1 }, ...some], undefined, (error?: unknown) => {
      if (error) this.refused.push((error as { readonly code: string }).code);
      else this.acknowledged.push(`${id} ${name}`);
    });
  }

  /** Stops following one of its documents, or follows it again. */
  wander(): void {
    const doc = this.doc(this.ids[Math.floor(this.chance() * this.ids.length)] ?? '');
    if (doc.subscribed) doc.unsubscribe();
    else doc.subscribe();
  }

  /** Follows everything. */
  settle(): void {
    for (const id of this.ids) if (!this.doc(id).wantSubscribe) this.doc(id).subscribe();
  }

  get hasPending(): boolean {
    return this.ids.some((id) => this.doc(id).hasPending());
  }
}
