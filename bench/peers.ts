import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { call } from '../tests/person.ts';

/** A server under measurement, in a process of its own. */
export interface Peer {
  readonly name: string;
  readonly url: string;
  /** What a client sends to be let in. */
  readonly headers: Readonly<Record<string, string>>;
  readonly document: string;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '..');

async function launch(script: string, args: readonly string[]): Promise<{ url: string; stop: () => Promise<void> }> {
  const child: ChildProcessByStdio<null, Readable, null> = spawn(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<void>((resolve) => child.once('exit', () => { resolve(); }));
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const ready = /ready at (http\S+)/.exec(output)?.[1];
      if (ready !== undefined) resolve(ready);
    });
    void ended.then(() => { reject(new Error(`${script} ended`)); });
  });
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      process.off('exit', kill);
    },
  };
}

/** Coboard as `npm start` runs it. */
export async function coboard(file: string): Promise<Peer> {
  const { url, stop } = await launch('server/main.ts', ['--port', '0', '--store', `sqlite:${file}`, '--log-level', 'error']);
  const { body } = await call(url, 'POST', '/api/session', { body: { name: 'Bench' } });
  const token = body['token'] as string;
  const created = await call(url, 'POST', '/api/dashboards', { token, body: { title: 'Bench', template: 'launch-room' } });
  const document = created.body['id'] as string;
  const access = await call(url, 'GET', `/api/dashboards/${document}/access`, { token });
  await call(url, 'PUT', `/api/dashboards/${document}/access`, { token, body: { everyone: 'editor', people: access.body['people'] } });
  return { name: 'Coboard on SQLite', url: `${url}/sync`, headers: { authorization: `Bearer ${token}` }, document, stop };
}

/** Plain ShareDB 7. */
export async function plainShareDb(name: string, store: string): Promise<Peer> {
  const { url, stop } = await launch('bench/plain-sharedb.ts', [store]);
  return { name, url, headers: {}, document: 'bench', stop };
}
