import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** The server as a process of its own, as `npm start` runs it. */
export class ServerProcess {
  readonly url: string;
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | null>;
  private readonly output: { out: string; err: string };

  private constructor(url: string, child: ChildProcess, ended: Promise<number | null>, output: { out: string; err: string }) {
    this.url = url;
    this.child = child;
    this.ended = ended;
    this.output = output;
  }

  /** Starts it and waits for the line that says it is ready. @throws Error with its output if it ends before */
  static async start(args: readonly string[], env: Record<string, string> = {}, { probe }: { readonly probe?: string } = {}): Promise<ServerProcess> {
    const { child, ended, output } = launch(args, env, probe);
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout?.on('data', () => {
        const ready = /^Coboard is ready at (http\S+)$/m.exec(output.out);
        if (ready?.[1] !== undefined) resolve(ready[1]);
      });
      void ended.then((code) => { reject(new Error(`ended with ${String(code)}: ${output.err}`)); });
    });
    return new ServerProcess(url, child, ended, output);
  }

  /** Runs it to its end, which must come by itself. */
  static async run(args: readonly string[], env: Record<string, string> = {}): Promise<{ code: number | null; out: string; err: string }> {
    const { ended, output } = launch(args, env);
    return { code: await ended, ...output };
  }

  get stdout(): string {
    return this.output.out;
  }

  get stderr(): string {
    return this.output.err;
  }

  /** Asks the probe that was loaded into it, and gives its answer. */
  async ask(question: string): Promise<unknown> {
    const answer = once(this.child, 'message');
    this.child.send(question);
    const [said] = (await answer) as [unknown];
    return said;
  }

  /** Sends a signal and waits for the end; gives the exit code (null after a kill). */
  async signal(signal: 'SIGTERM' | 'SIGKILL' | 'SIGINT'): Promise<number | null> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** What a server takes over from the tests: where programs are, and what is compiled already. */
function inherited(): Record<string, string> {
  const { PATH = '', NODE_COMPILE_CACHE } = process.env;
  return { PATH, ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }) };
}

/** @param probe a module that is loaded before the server, and answers questions */
function launch(args: readonly string[], env: Record<string, string>, probe?: string) {
  const child: ChildProcess = spawn(process.execPath, [...(probe === undefined ? [] : ['--import', probe]), 'server/main.ts', ...args], {
    cwd: root, env: { ...inherited(), ...env }, stdio: ['ignore', 'pipe', 'pipe', ...(probe === undefined ? [] : ['ipc' as const])],
  });
  const output = { out: '', err: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => { output.out += text; });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => { output.err += text; });
  // it must not outlive a test that forgets it
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      process.off('exit', kill);
      resolve(code);
    });
  });
  return { child, ended, output };
}
