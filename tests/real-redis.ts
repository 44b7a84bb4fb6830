import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { freePort } from './free-port.ts';
import { Killable } from './killable.ts';

/** Why there is no Redis to test with; null if there is. */
export function redisMissing(): string | null {
  try {
    execFileSync('which', ['redis-server'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'no redis-server on PATH';
  }
}

/** A Redis of its own, on a port of its own, that can be killed and started again. */
export class RealRedis {
  readonly url: string;
  private readonly port: number;
  private readonly process = new Killable();

  private constructor(port: number) {
    this.port = port;
    this.url = `redis://127.0.0.1:${String(port)}`;
  }

  static async start(): Promise<RealRedis> {
    const redis = new RealRedis(await freePort());
    await redis.up();
    return redis;
  }

  async up(): Promise<void> {
    this.process.start('redis-server', ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']);
    for (let tries = 0; !(await this.answers()); tries++) {
      if (tries > 200) throw new Error('redis-server does not answer');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Kills it without a goodbye. */
  kill(): Promise<void> {
    return this.process.kill();
  }

  private async answers(): Promise<boolean> {
    const socket = connect(this.port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return true;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  }
}
