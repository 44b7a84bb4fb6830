import type { IncomingHttpHeaders } from 'node:http';
import { CoboardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import { sessionCookie, type Authenticator, type Session } from './session.ts';

/** The token of a request: `Authorization: Bearer`, else the cookie; null if there is neither. Never from the address. */
export function tokenOf(headers: IncomingHttpHeaders): string | null {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return bearer;
  for (const part of (headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === sessionCookie) return part.slice(at + 1).trim() || null;
  }
  return null;
}

/**
 * Who makes a request.
 * @throws CoboardError SIGN_IN_REQUIRED, SESSION_INVALID or SESSION_EXPIRED
 */
export async function sessionOf(headers: IncomingHttpHeaders, authenticator: Authenticator): Promise<Session> {
  const token = tokenOf(headers);
  if (token === null) throw new CoboardError('SIGN_IN_REQUIRED');
  if (token.length > limits.tokenBytesMax) throw new CoboardError('SESSION_INVALID');
  return authenticator.verify(token);
}
