import { appendFile, readFile } from 'node:fs/promises';
import { CoboardError } from '../../model/errors.ts';
import { innerLimits } from '../../model/limits.ts';
import { checkpointHash, type Checkpoint } from './checkpoint.ts';
import type { Anchor } from './checkpoint-walk.ts';

export interface AnchorPlaces {
  /** A file that a line is appended to; null for none. */
  readonly file: string | null;
  /** An address that each is posted to; null for none. */
  readonly url: string | null;
  readonly fetch: typeof fetch;
}

/** Tells checkpoints to places outside of the store: who rewrites all of the store, with the key, does not have those. */
export function anchoring({ file, url, fetch: send }: AnchorPlaces): (checkpoint: Checkpoint) => Promise<void> {
  return async (checkpoint) => {
    const line = JSON.stringify({ n: checkpoint.n, at: checkpoint.at, hash: checkpointHash(checkpoint) });
    if (file !== null) await appendFile(file, `${line}\n`);
    if (url === null) return;
    const answer = await send(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: line, signal: AbortSignal.timeout(innerLimits.anchorPostTimeoutMs) });
    if (!answer.ok) throw new Error(`${new URL(url).host} answered ${String(answer.status)}`);
  };
}

/** What was told to a file; nothing where there is none yet. @throws CoboardError OPTION_INVALID naming a line that is none */
export async function readAnchors(file: string | null): Promise<Anchor[]> {
  if (file === null) return [];
  try {
    return parseAnchors(await readFile(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** The lines of an anchor file. @throws CoboardError OPTION_INVALID naming the line */
export function parseAnchors(text: string): Anchor[] {
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    try {
      const { n, hash } = JSON.parse(line) as Partial<Anchor>;
      if (typeof n !== 'number' || typeof hash !== 'string') throw new Error('not an anchor');
      return [{ n, hash }];
    } catch (cause) {
      throw new CoboardError('OPTION_INVALID', `Line ${String(i + 1)} of the anchors is none.`, { cause });
    }
  });
}
