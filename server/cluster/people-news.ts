import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { Clock } from '../../model/clock.ts';
import { innerLimits } from '../../model/limits.ts';
import { ConnectedSchema, type Connected } from '../gate/connected.ts';
import type { Wire } from './wire.ts';

const Letter = v.union([
  v.strictObject({ who: v.literal(true) }),
  v.strictObject({ server: v.string(), people: v.array(ConnectedSchema) }),
  v.strictObject({ gone: v.string() }),
]);

const channel = 'people';

/** Who is connected to the other servers. They are asked when somebody wants to know. */
export class PeopleNews {
  private readonly server = randomUUID();
  private readonly wire: Wire;
  private readonly clock: Clock;
  private readonly told = new Map<string, { readonly at: number; readonly people: readonly Connected[] }>();

  constructor(wire: Wire, clock: Clock) {
    this.wire = wire;
    this.clock = clock;
  }

  start({ connected }: { readonly connected: () => readonly Connected[] }): void {
    this.wire.subscribe(channel, (message) => {
      const letter = v.safeParse(Letter, message);
      if (!letter.success) return;
      if ('who' in letter.output) this.wire.publish(channel, { server: this.server, people: connected() });
      else if ('gone' in letter.output) this.told.delete(letter.output.gone);
      else this.told.set(letter.output.server, { at: this.clock.elapsed(), people: letter.output.people });
    });
  }

  stop(): void {
    this.wire.publish(channel, { gone: this.server });
  }

  /** The connections of each of the other servers. */
  async ask(): Promise<readonly (readonly Connected[])[]> {
    this.wire.publish(channel, { who: true });
    await new Promise<void>((resolve) => { this.clock.setTimer(resolve, innerLimits.peopleAnswerMs); });
    const now = this.clock.elapsed();
    for (const [server, { at }] of this.told) if (now - at >= innerLimits.peopleBelievedMs) this.told.delete(server);
    return [...this.told.values()].map(({ people }) => people);
  }
}
