import type { KeyObject } from 'node:crypto';
import type { Clock } from '../../model/clock.ts';
import { serverLimits } from '../../model/limits.ts';
import { accessCollection, dashboardsCollection } from '../../model/protocol.ts';
import { ArchivedStore } from '../archive/archived-store.ts';
import { Archives } from '../archive/archives.ts';
import type { Checkpoint } from '../evidence/checkpoint.ts';
import { CheckpointWriter } from '../evidence/checkpoint-writer.ts';
import { Identities } from '../evidence/identities.ts';
import { NamedStore } from '../evidence/named-store.ts';
import { Sealer } from '../evidence/sealer.ts';
import type { FullStore } from '../store/open-store.ts';
import { Engine } from '../sync/engine.ts';

/** What is needed to look after a store: to edit it like a server, and to sign for what is done. */
export interface Upkeep {
  /** The bare one. */
  readonly store: FullStore;
  /** Where ops go that are old, and the log that goes on there. */
  readonly archives: Archives;
  readonly log: ArchivedStore;
  readonly engine: Engine;
  readonly identities: Identities;
  readonly checkpoints: CheckpointWriter;
  readonly clock: Clock;
  /** A step is through: everything up to here stands, and is not done again. */
  readonly passed: (step: string) => void;
}

export interface UpkeepParts {
  readonly store: FullStore;
  readonly key: KeyObject;
  /** The folder of archives; null where nobody said. */
  readonly archiveDir: string | null;
  readonly clock: Clock;
  readonly anchor: (checkpoint: Checkpoint) => Promise<void>;
  readonly warn: (words: string) => void;
  readonly passed?: (step: string) => void;
}

/** Looks after a store that no server has open; what others left without a checkpoint is covered first. */
export async function openUpkeep({ store, key, archiveDir, clock, anchor, warn, passed = () => undefined }: UpkeepParts): Promise<Upkeep> {
  const identities = new Identities(store);
  await identities.load();
  const log = { warn };
  const archives = new Archives(store, archiveDir, passed);
  const archived = new ArchivedStore(store, archives);
  const checkpoints = new CheckpointWriter({ store, clock, key, limits: serverLimits, anchor, log });
  const engine = new Engine({
    store: new NamedStore(archived, identities), clock, sealer: new Sealer(identities), log,
    committed: (ops) => { checkpoints.committed(ops); },
  });
  await archives.sweep();
  for (const collection of [dashboardsCollection, accessCollection]) {
    for await (const id of store.listBehind(collection)) {
      // one that is damaged must not keep the others from being looked after
      await engine.read(collection, id).catch((error: unknown) => { warn(`${collection}/${id} cannot be read; verify it: ${error instanceof Error ? error.message : String(error)}`); });
    }
  }
  await engine.flush();
  await checkpoints.coverAll();
  return { store, archives, log: archived, engine, identities, checkpoints, clock, passed };
}

/** Everything that was begun is in the store afterwards. */
export async function closeUpkeep({ engine, checkpoints }: Upkeep): Promise<void> {
  await engine.drain();
  await checkpoints.flush();
  checkpoints.stop();
}
