import { setTimeout as sleep } from 'node:timers/promises';
import type { Person } from '../person.ts';
import { until } from '../until.ts';
import { faults, type Breakable } from './faults.ts';
import { checkLedgers, checkPresence, LedgerClient } from './ledger.ts';

export interface ChaosPlan {
  readonly stage: Breakable;
  /** One for each client; those of more than one server take turns. */
  readonly people: readonly Person[];
  /** How many faults; each kind that is possible comes at least once before any comes again. */
  readonly faults: number;
  readonly faultsARound: number;
  readonly chance: () => number;
  readonly progress?: (words: string) => void;
}

export interface ChaosReport {
  readonly faults: Record<string, number>;
  typed: number;
  acknowledgedAtOnce: number;
}

const hourMs = 3_600_000;

/** A fault that takes longer to strike and be mended is worth a line. */
const slowMs = 5_000;

/** Rounds of faults under load; after each the ledgers are checked. */
export async function chaos({ stage, people, faults: wanted, faultsARound, chance, progress }: ChaosPlan): Promise<ChaosReport> {
  const report: ChaosReport = { faults: {}, typed: 0, acknowledgedAtOnce: 0 };
  const [owner] = people;
  if (!owner) throw new Error('nobody is there');
  const clients = await Promise.all(people.map((person, i) => LedgerClient.connect(`c${String(i)}`, person)));
  let kinds: typeof faults = [];
  let done = 0;
  try {
    while (done < wanted) {
      const id = await board(owner, people);
      for (const client of clients) await client.open(id);
      let isOver = false;
      const typing = clients.map(async (client) => {
        while (!isOver) {
          client.type();
          await sleep(10 + chance() * 30);
        }
      });
      for (let i = 0; i < faultsARound && done < wanted;) {
        if (kinds.length === 0) kinds = shuffled(faults.filter(({ isPossible }) => isPossible(stage)), chance);
        const [fault, ...others] = kinds;
        kinds = others;
        await sleep(100 + chance() * 200);
        if (!fault) throw new Error('nothing can be broken here');
        const begun = performance.now();
        await fault.strike(stage);
        const tookMs = performance.now() - begun;
        if (tookMs > slowMs) progress?.(`${fault.name} took ${String(Math.round(tookMs))} ms`);
        report.faults[fault.name] = (report.faults[fault.name] ?? 0) + 1;
        done += 1;
        i += 1;
      }
      isOver = true;
      await Promise.all(typing);
      report.acknowledgedAtOnce += clients.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0);
      const settling = performance.now();
      await checkLedgers(clients, owner, id);
      if (performance.now() - settling > slowMs) progress?.(`it took ${String(Math.round(performance.now() - settling))} ms until all was well`);
      for (const [i, jumpMs] of (stage.jump ? [-hourMs, hourMs] : []).entries()) {
        stage.jump?.(jumpMs);
        await checkPresence(clients, done + (i + 1) / 10);
      }
      report.typed += clients.reduce((sum, { typed }) => sum + typed.size, 0);
      progress?.(`${String(done)} faults, ${String(report.typed)} edits`);
    }
  } catch (error) {
    throw new Error(`after ${JSON.stringify(report)}\n${stage.servers.map(({ log }) => log.split('\n').filter((line) => !line.includes('"request"')).slice(-25).join('\n')).join('\n---\n')}`, { cause: error });
  } finally {
    for (const client of clients) client.stop();
  }
  return report;
}

/** A fresh dashboard that all may edit. */
async function board(owner: Person, people: readonly Person[]): Promise<string> {
  let id = '';
  await until('a dashboard can be made', async () => {
    const answer = await owner.call('POST', '/api/dashboards', { title: 'Chaos', template: 'launch-room' }).catch(() => null);
    id = (answer?.body['id'] as string | undefined) ?? '';
    return id !== '';
  }, 30_000);
  const roles = Object.fromEntries(people.map(({ user }) => [user.id, 'editor']));
  await until('it is shared', async () => (await owner.share(id, { people: { ...roles, [owner.user.id]: 'owner' } }).catch(() => null))?.status === 200, 30_000);
  return id;
}

function shuffled<T>(items: readonly T[], chance: () => number): T[] {
  return items.map((item) => ({ item, at: chance() })).sort((a, b) => a.at - b.at).map(({ item }) => item);
}
