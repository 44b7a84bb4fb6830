import { createHmac, timingSafeEqual } from 'node:crypto';
import { newId } from '../../model/id.ts';

/**
 * Client ids (ShareDB's `src`) that prove whose they are: random letters and a tag over them, the user and the user's salt. A client that
 * reconnects, even to another server or after a restart, resumes its own id; nobody can use somebody else's. The log has them for good, so
 * the salt goes with a person who is erased: then nobody can try names, whoever has the secret.
 */
export class ClientIds {
  private readonly key: string;
  private readonly saltOf: (userId: string) => string | undefined;

  /** @param saltOf of somebody who is connected */
  constructor(secret: string, saltOf: (userId: string) => string | undefined) {
    this.key = secret;
    this.saltOf = saltOf;
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
    return createHmac('sha256', this.key).update(`client ${random} ${userId} ${this.saltOf(userId) ?? ''}`).digest('base64url').slice(0, 16);
  }
}
