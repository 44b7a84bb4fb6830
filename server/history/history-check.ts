import { isDeepStrictEqual } from 'node:util';
import { innerLimits } from '../../model/limits.ts';
import type { HistoryIndex, HistoryLine } from '../store/history-index.ts';
import { HistoryWriter, type HistoryWriterParts } from './history-writer.ts';
import { keyOf, settledKey, type Subject } from './subject.ts';

export type HistoryCheckParts = Pick<HistoryWriterParts, 'index' | 'engine' | 'identities' | 'clock' | 'limits'> & {
  readonly settings: Pick<HistoryWriterParts['settings'], 'readSetting'>;
};

/** A line that is not what the log makes: another one, one too many (put in), or one that is missing. `v` is the version of its first op. */
export interface WrongLine {
  readonly what: 'altered' | 'added' | 'missing';
  readonly v: number;
}

/** Lines in memory, by their first op. */
class LinesInMemory implements HistoryIndex {
  readonly lines = new Map<number, HistoryLine>();

  write(lines: readonly HistoryLine[]): Promise<void> {
    for (const line of lines) if ((this.lines.get(line.from)?.to ?? -1) <= line.to) this.lines.set(line.from, line);
    return Promise.resolve();
  }

  cut(): Promise<void> {
    return Promise.resolve();
  }

  read(): Promise<HistoryLine[]> {
    return Promise.resolve([]);
  }
}

/**
 * Makes the history of a document anew, in memory, and compares the lines that people read with it, up to where they do not change any more.
 * The log is taken for true: whether it is, `verify` says. Gives the first line that is wrong, null for none.
 */
export async function checkHistory({ index, settings, engine, identities, clock, limits }: HistoryCheckParts, subject: Subject): Promise<WrongLine | null> {
  const key = keyOf(subject);
  const settled = Number(await settings.readSetting(settledKey(key)) ?? 0);
  const made = new LinesInMemory();
  const writer = new HistoryWriter({
    index: made, engine, identities, clock, limits, log: { warn: () => undefined }, list: nothing,
    settings: { readSetting: () => Promise.resolve(null), writeSetting: () => Promise.resolve() },
  });
  await writer.upToDate(subject);
  writer.stop();
  const wrong: WrongLine[] = [];
  let after: Pick<HistoryLine, 'until' | 'id' | 'from'> | undefined;
  for (;;) {
    const page = await index.read({ id: key, facets: [], count: innerLimits.historyPageLines, ...(after && { after }) });
    for (const line of page) {
      const is = made.lines.get(line.from);
      made.lines.delete(line.from);
      if (line.to > settled) continue;
      if (is === undefined) wrong.push({ what: 'added', v: line.from });
      else if (!isSame(line, is)) wrong.push({ what: 'altered', v: line.from });
    }
    after = page.at(-1);
    if (page.length < innerLimits.historyPageLines) break;
  }
  for (const { from, to } of made.lines.values()) if (to <= settled) wrong.push({ what: 'missing', v: from });
  return wrong.sort((a, b) => a.v - b.v)[0] ?? null;
}

async function* nothing(): AsyncGenerator<never> {
  // only what is asked for is made
}

function isSame(line: HistoryLine, is: HistoryLine): boolean {
  const isNamed = is.facets.some(isPerson);
  // whoever was erased is found by no name any more, and lines from before may still have theirs
  const facetsOf = ({ facets }: HistoryLine): string[] => facets.filter((facet) => isNamed || !isPerson(facet)).sort();
  const shape = (one: HistoryLine): unknown => JSON.parse(JSON.stringify({ ...one, facets: facetsOf(one) }));
  return isDeepStrictEqual(shape(line), shape(is));
}

const isPerson = (facet: string): boolean => facet.startsWith('by:');
