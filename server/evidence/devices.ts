import { innerLimits } from '../../model/limits.ts';

/** Where devices are kept; a part of the store. */
export interface DeviceStore {
  readSetting(key: string): Promise<string | null>;
  createSetting(key: string, value: string): Promise<string>;
}

/**
 * With which device each sign-in edits: an op says the sign-in (`m.s`), and here stands what the device called itself, apart from the log, so
 * that it can be taken out with the person.
 */
export class Devices {
  private readonly parts: { readonly store: DeviceStore; readonly now: () => number; readonly log: { readonly warn: (words: string) => void } };
  /** The oldest first. */
  private readonly known = new Set<string>();

  constructor(parts: Devices['parts']) {
    this.parts = parts;
  }

  /** What the device of a sign-in called itself; null where nobody knows, or not any more. */
  async agentOf(session: string): Promise<string | null> {
    const kept = await this.parts.store.readSetting(`device:${session}`);
    const agent = kept === null ? undefined : (JSON.parse(kept) as { readonly agent?: unknown }).agent;
    return typeof agent === 'string' && agent !== '' ? agent : null;
  }

  /** A sign-in connects. What it called itself first stands. */
  seen(session: string, userId: string, agent: string | undefined): void {
    if (this.known.has(session)) return;
    this.known.add(session);
    for (const oldest of this.known) {
      if (this.known.size <= innerLimits.devicesKnownMax) break;
      this.known.delete(oldest);
    }
    const { store, now, log } = this.parts;
    store.createSetting(`device:${session}`, JSON.stringify({ user: userId, agent: (agent ?? '').slice(0, innerLimits.deviceKeptCharsMax), at: now() })).catch((error: unknown) => {
      // the next connection tries again
      this.known.delete(session);
      log.warn(`a device could not be kept: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
}
