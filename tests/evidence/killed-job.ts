/**
 * A program that does one of the jobs of an operator, and dies without a goodbye at a step. Arguments, as JSON: the store's address, the key, the
 * folder of archives, the time, the job, and at which occurrence of which step it dies (nothing: never).
 */
import { systemClock } from '../../model/clock.ts';
import { Archiver } from '../../server/archive/archiver.ts';
import { rotateKey, signingKey } from '../../server/evidence/signing-key.ts';
import { DashboardRemover } from '../../server/retention/dashboard-remover.ts';
import { PersonEraser } from '../../server/retention/person-eraser.ts';
import { closeUpkeep, openUpkeep, type Upkeep } from '../../server/retention/upkeep.ts';
import { openStore } from '../../server/store/open-store.ts';

export interface KilledJob {
  readonly address: string;
  readonly keyFile: string;
  readonly archiveDir: string;
  readonly now: number;
  readonly job: { readonly erase: string; readonly heir: string } | { readonly remove: string } | { readonly archiveOpsMax: number } | { readonly rotate: true };
  readonly die: { readonly step: number } | null;
}

const { address, keyFile, archiveDir, now, job, die } = JSON.parse(process.argv[2] ?? '') as KilledJob;
let steps = 0;
/** Each step is told on a line, before it may be the last. */
const passed = (step: string): void => {
  process.stdout.write(`${step}\n`);
  steps += 1;
  if (die?.step === steps) process.kill(process.pid, 'SIGKILL');
};
const warn = (words: string): void => { throw new Error(words); };

async function run(upkeep: Upkeep): Promise<void> {
  if ('erase' in job) await new PersonEraser(upkeep).erase(job.erase, job.heir);
  else if ('remove' in job) await new DashboardRemover(upkeep).remove(job.remove, { by: null, why: 'asked for' });
  else if ('archiveOpsMax' in job) await new Archiver(upkeep, { afterMs: 0, opsMax: job.archiveOpsMax, warn }).run();
  else await rotateKey(keyFile, now, (_old, next) => upkeep.checkpoints.rotate(next), passed);
}

const store = openStore(address);
await store.start();
const upkeep = await openUpkeep({ store, key: signingKey(keyFile), archiveDir, clock: { ...systemClock, now: () => now }, anchor: () => Promise.resolve(), warn, passed });
await run(upkeep);
await closeUpkeep(upkeep);
await store.stop();
