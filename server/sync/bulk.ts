import { innerLimits } from '../../model/limits.ts';
import { isSink } from './feed.ts';
import { drained } from './past-ops.ts';
import type { AgentParts, Bulk } from './sharedb-types.ts';
import type { Turns } from './turns.ts';

interface BulkRequest {
  readonly bulk: 'bs' | 'bf';
  readonly collection: string;
  readonly wanted: Bulk;
  /** Loads a document. @returns how to let go of it */
  readonly ready: (collection: string, id: string) => Promise<() => void>;
  readonly turns: Turns;
}

/**
 * Answers a message about many documents as if each had been asked for by itself, which ShareDB's clients understand: they are loaded
 * a few at a time, and leave in slices, one at a time and as the socket takes them, so that a list of large documents neither stops the
 * others nor fills the memory; and what is wrong with one of them is not the others'.
 */
export async function answerSingly(agent: AgentParts, { bulk, collection, wanted, ready, turns }: BulkRequest, callback: () => void): Promise<void> {
  const asked = Array.isArray(wanted) ? [...new Set(wanted as readonly string[])].map((id) => [id, null] as const) : Object.entries(wanted as Readonly<Record<string, number | null | undefined>>).map(([id, version]) => [id, version ?? null] as const);
  if (asked.length === 0) callback();
  const loading: Promise<() => void>[] = [];
  const [a, one] = bulk === 'bs' ? (['s', '_subscribe'] as const) : (['f', '_fetch'] as const);
  for (const [i, [id, version]] of asked.entries()) {
    for (const [next] of asked.slice(loading.length, i + innerLimits.bulkLoadedAhead)) loading.push(ready(collection, next));
    const release = await loading[i];
    try {
      if (turns.isOver) await new Promise<void>((resolve) => { turns.next(resolve); });
      while (!agent.closed && isSink(agent.stream) && !agent.stream.takesMore()) await drained(agent.stream);
      if (agent.closed) continue;
      await new Promise<void>((resolve) => {
        agent[one](collection, id, version, (error, message) => {
          agent._reply({ a, c: collection, d: id }, error, message);
          resolve();
        });
      });
    } finally {
      release?.();
    }
  }
}
