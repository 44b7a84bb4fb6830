import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { WritersJob, WritersResult } from './writers-process.ts';

/** Runs writers in a process of their own, so that they and the server have a core each. */
export function runWriters(job: WritersJob): Promise<WritersResult> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'writers-process.ts'), [JSON.stringify(job)]);
    child.once('message', (result) => { resolve(result as WritersResult); });
    child.once('exit', (code) => { reject(new Error(`the writers ended with ${String(code)}`)); });
  });
}
