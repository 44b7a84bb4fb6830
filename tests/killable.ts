import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A program of the machine that a test may kill and start again. */
export class Killable {
  private child: ChildProcess | null = null;

  /** Starts it; it does not outlive a test that forgets it. */
  start(command: string, args: readonly string[]): void {
    const child = spawn(command, args, { stdio: 'ignore' });
    this.child = child;
    process.once('exit', () => child.kill('SIGKILL'));
  }

  /** Kills it without a goodbye. */
  async kill(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}
