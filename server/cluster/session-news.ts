import * as v from 'valibot';
import type { User } from '../../model/protocol.ts';
import type { Wire } from './wire.ts';

const Letter = v.union([
  v.strictObject({ signedIn: v.strictObject({ id: v.string(), name: v.string(), color: v.string() }) }),
  v.strictObject({ signedOut: v.string() }),
]);

const channel = 'sessions';

/** Who signs in and out on other servers. */
export class SessionNews {
  private readonly wire: Wire;

  constructor(wire: Wire) {
    this.wire = wire;
  }

  start({ signedIn, signedOut }: { readonly signedIn: (user: User) => void; readonly signedOut: (sessionId: string) => void }): void {
    this.wire.subscribe(channel, (message) => {
      const letter = v.safeParse(Letter, message);
      if (!letter.success) return;
      if ('signedIn' in letter.output) signedIn(letter.output.signedIn);
      else signedOut(letter.output.signedOut);
    });
  }

  signedIn({ id, name, color }: User): void {
    this.wire.publish(channel, { signedIn: { id, name, color } });
  }

  signedOut(sessionId: string): void {
    this.wire.publish(channel, { signedOut: sessionId });
  }
}
