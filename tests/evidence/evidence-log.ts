import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { systemClock } from '../../model/clock.ts';
import type { Dashboard } from '../../model/dashboard.ts';
import { serverLimits } from '../../model/limits.ts';
import { accessCollection, dashboardsCollection, type OpAuthor } from '../../model/protocol.ts';
import { templates } from '../../model/templates/templates.ts';
import { randomEdit } from '../../model/testing/arbitrary-edits.ts';
import { ArchivedStore } from '../../server/archive/archived-store.ts';
import { Archives } from '../../server/archive/archives.ts';
import { CheckpointWriter } from '../../server/evidence/checkpoint-writer.ts';
import { Identities } from '../../server/evidence/identities.ts';
import { NamedStore } from '../../server/evidence/named-store.ts';
import { Sealer } from '../../server/evidence/sealer.ts';
import { verify, type VerifyReport, type VerifyParts } from '../../server/evidence/verify.ts';
import type { FullStore } from '../../server/store/open-store.ts';
import { Backend } from '../../server/sync/backend.ts';
import { Documents } from '../../server/sync/documents.ts';
import { Engine } from '../../server/sync/engine.ts';
import { Rooms } from '../../server/sync/rooms.ts';
import { StoreMilestones } from '../../server/sync/store-milestones.ts';

export const people: readonly OpAuthor[] = [{ id: 'u-ana', name: 'Ana' }, { id: 'u-ben', name: 'Ben Ö' }, { id: 'u-chiyo', name: '千代' }];
export const milestoneOps = 20;
const log = { warn: () => undefined, debug: () => undefined };

export interface EvidenceServer {
  readonly documents: Documents;
  readonly engine: Engine;
  readonly identities: Identities;
  readonly checkpoints: CheckpointWriter;
  /** Random edits by everybody in turn; gives the state after each. */
  edit(id: string, count: number, chance: () => number): Promise<unknown[]>;
  stop(): Promise<void>;
}

/** The parts of a server that write the log, on a store that is started. */
export async function evidenceServer(bare: FullStore, key: KeyObject = generateKeyPairSync('ed25519').privateKey, checkpointOps = 25, milestones = milestoneOps, archives = new Archives(bare, null)): Promise<EvidenceServer> {
  const limits = { ...serverLimits, milestoneOps: milestones, checkpointOps };
  const identities = new Identities(bare);
  await identities.load();
  const archived = new ArchivedStore(bare, archives);
  const store = new NamedStore(archived, identities);
  const rooms = new Rooms({ mayReceive: () => true, log });
  const checkpoints = new CheckpointWriter({ store: bare, clock: systemClock, key, limits, anchor: () => Promise.resolve(), log });
  const engine = new Engine({
    store, clock: systemClock, sealer: new Sealer(identities), log, limits, archivedTo: (c, d) => archived.archivedTo(c, d),
    committed: (ops) => {
      checkpoints.committed(ops);
      rooms.deliver(ops);
    },
  });
  rooms.attach(engine);
  const backend = new Backend(engine, rooms, new StoreMilestones(store), { authorOf: () => null, mayReceive: () => true, passed: () => undefined, log, clock: systemClock, limits });
  const documents = new Documents(backend, engine);
  await checkpoints.start();
  return {
    documents, engine, identities, checkpoints,
    async edit(id, count, chance) {
      const states: unknown[] = [];
      for (let i = 0; i < count; i++) {
        const { data } = await documents.read(dashboardsCollection, id);
        const op = randomEdit(data as Dashboard, chance);
        // another server may have taken away meanwhile what is edited
        if (op.length > 0) await documents.edit(dashboardsCollection, id, op, people[i % people.length] ?? { id: '', name: '' }).catch(isRefusal);
        states.push((await documents.read(dashboardsCollection, id)).data);
      }
      return states;
    },
    async stop() {
      await engine.drain();
      await checkpoints.finish();
      checkpoints.stop();
    },
  };
}

function isRefusal(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_OT'))) throw error;
}

/** Makes a dashboard and who may see it. */
export async function createBoard({ documents }: EvidenceServer, id: string): Promise<void> {
  const [ana = { id: '', name: '' }, ben] = people;
  await documents.create(dashboardsCollection, id, templates['sales-overview'].build({ today: '2026-11-21', random: Math.random }), ana);
  await documents.create(accessCollection, id, { everyone: null, people: { [ana.id]: 'owner', [ben?.id ?? '']: 'editor' } }, ana);
}

export const verified = (store: FullStore, more: Partial<VerifyParts> = {}): Promise<VerifyReport> =>
  verify({ store, now: () => performance.now(), ...more });
