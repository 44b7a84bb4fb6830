/** A part of the server that lives long. Each step may be called more than once. */
export interface Part {
  readonly name: string;
  start?(): Promise<void> | void;
  /** Takes nothing new in and finishes what was accepted. */
  drain?(): Promise<void> | void;
  stop?(): Promise<void> | void;
}

export interface LifecycleOptions {
  /** From the beginning of the end to the last part being told to stop. */
  readonly drainDeadlineMs: number;
  readonly log: { readonly warn: (fields: object, words: string) => void };
}

/** Starts parts in order; ends them in the opposite order: all drain first, then all stop, within a deadline. */
export class Lifecycle {
  private readonly parts: readonly Part[];
  private readonly options: LifecycleOptions;
  private readonly started: Part[] = [];
  private ending: Promise<void> | null = null;

  constructor(parts: readonly Part[], options: LifecycleOptions) {
    this.parts = parts;
    this.options = options;
  }

  /** A part that fails to start ends those before it. */
  async start(): Promise<void> {
    for (const part of this.parts) {
      try {
        this.started.push(part);
        await part.start?.();
      } catch (error) {
        await this.stop();
        throw error;
      }
    }
  }

  /** Drains and stops. */
  stop(): Promise<void> {
    return (this.ending ??= this.end());
  }

  private async end(): Promise<void> {
    const parts = [...this.started].reverse();
    await this.withinDeadline('drain', parts, (part) => part.drain?.());
    for (const part of parts) await this.withinDeadline('stop', [part], (each) => each.stop?.());
  }

  /** Goes on at the deadline: a part that hangs must not keep the others from closing cleanly. */
  private async withinDeadline(step: string, parts: readonly Part[], run: (part: Part) => Promise<void> | void): Promise<void> {
    const { log, drainDeadlineMs } = this.options;
    const steps = parts.map(async (part) => {
      try {
        await run(part);
      } catch (error) {
        log.warn({ err: error, part: part.name }, `${step} failed`);
      }
    });
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, drainDeadlineMs, 'late');
    });
    if ((await Promise.race([Promise.all(steps), deadline])) === 'late') log.warn({ parts: parts.map(({ name }) => name) }, `${step} took too long`);
    clearTimeout(timer);
  }
}
