import type { User } from '../../model/protocol.ts';

/** Somebody who is signed in, until when. */
export interface Session {
  /** Of this sign-in; not secret. */
  readonly id: string;
  readonly user: User;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Tells who a token belongs to. */
export interface Authenticator {
  readonly mode: 'demo' | 'jwt';
  /** @throws CoboardError SESSION_INVALID or SESSION_EXPIRED */
  verify(token: string): Promise<Session>;
}

/** A session and the token that proves it. */
export interface SignedIn {
  readonly token: string;
  readonly session: Session;
}

/** The name of the cookie that carries the token. */
export const sessionCookie = 'coboard_session';
