import { createHmac, timingSafeEqual } from 'node:crypto';
import { newId } from '../../model/id.ts';

/**
 * Client ids (ShareDB's `src`) that prove whose they are: random letters and a tag over them and the user. A client that
 * reconnects, even to another server or after a restart, resumes its own id; nobody can use somebody else's.
 */
export class ClientIds {
  private readonly key: string;

  constructor(secret: string) {
    this.key = secret;
  }

  create(userId: string): string {
    const random = newId();
    return `${random}.${this.tag(random, userId)}`;
  }

  belongs(clientId: string, userId: string): boolean {
    const [random = '', tag = '', ...rest] = clientId.split('.');
    if (rest.length > 0) return false;
    const expected = Buffer.from(this.tag(random, userId));
    const given = Buffer.from(tag);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  private tag(random: string, userId: string): string {
    return createHmac('sha256', this.key).update(`client ${random} ${userId}`).digest('base64url').slice(0, 16);
  }
}
