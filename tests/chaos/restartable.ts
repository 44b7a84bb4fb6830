import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { freePort } from '../free-port.ts';
import { Killable } from '../killable.ts';
import { ServerProcess } from '../server-process.ts';

/** A mongod that can be killed and started again on the same files and the same port. */
export class RestartableMongod {
  readonly port: number;
  private readonly binary: string;
  private readonly folder = mkdtempSync(join(tmpdir(), 'coboard-chaos-mongod-'));
  private readonly process = new Killable();

  private constructor(binary: string, port: number) {
    this.binary = binary;
    this.port = port;
  }

  static async start(binary: string): Promise<RestartableMongod> {
    const mongod = new RestartableMongod(binary, await freePort());
    await mongod.up();
    return mongod;
  }

  async up(): Promise<void> {
    this.process.start(this.binary, ['--port', String(this.port), '--dbpath', this.folder, '--bind_ip', '127.0.0.1']);
    const client = new MongoClient(`mongodb://127.0.0.1:${String(this.port)}/`, { serverSelectionTimeoutMS: 30_000 });
    await client.connect().finally(() => client.close());
  }

  kill(): Promise<void> {
    return this.process.kill();
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A server that comes back at the same address. */
export class RestartableServer {
  readonly url: string;
  private readonly args: readonly string[];
  private process: ServerProcess;

  private constructor(url: string, args: readonly string[], process: ServerProcess) {
    this.url = url;
    this.args = args;
    this.process = process;
  }

  static async start(args: readonly string[]): Promise<RestartableServer> {
    const port = await freePort();
    const all = ['--port', String(port), '--log-level', 'info', ...args];
    return new RestartableServer(`http://127.0.0.1:${String(port)}`, all, await ServerProcess.start(all));
  }

  /** What it logged since it was started last. */
  get log(): string {
    return this.process.stderr;
  }

  /** Ends it by a signal; gives the exit code. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    return this.process.signal(signal);
  }

  async up(): Promise<void> {
    this.process = await ServerProcess.start(this.args);
  }

  async stop(): Promise<void> {
    await this.end('SIGKILL');
  }
}
