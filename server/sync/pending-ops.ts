import type ShareDB from 'sharedb';

/** The ops that were accepted and are not durable or refused yet. */
export class PendingOps {
  private readonly pending = new Set<unknown>();
  private waiting: (() => void)[] = [];

  constructor(backend: Pick<ShareDB, 'use' | 'on'>) {
    backend.use('submit', (request, next) => {
      this.pending.add(request);
      next();
    });
    backend.on('submitRequestEnd', (_error: unknown, request: unknown) => {
      this.pending.delete(request);
      // after the answer to this one is on its way
      if (this.pending.size === 0) setImmediate(() => {
        this.tell();
      });
    });
  }

  get size(): number {
    return this.pending.size;
  }

  /** Waits until none is left. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.tell();
    });
  }

  private tell(): void {
    if (this.pending.size > 0) return;
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
