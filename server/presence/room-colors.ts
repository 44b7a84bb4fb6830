import type { User } from '../../model/protocol.ts';
import { personColors } from '../auth/person.ts';


/** Gives the people in a room colors that differ while there are colors left: their own if it is free, else the next free one. */
export class RoomColors {
  private readonly given = new Map<string, string>();

  /** A person's color here; the same until they leave. */
  take(user: User): string {
    const known = this.given.get(user.id);
    if (known !== undefined) return known;
    const used = new Set(this.given.values());
    const free = used.has(user.color) ? personColors.find((color) => !used.has(color)) : user.color;
    const color = free ?? user.color;
    this.given.set(user.id, color);
    return color;
  }

  give(userId: string): void {
    this.given.delete(userId);
  }
}
