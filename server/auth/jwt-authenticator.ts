import { createHash } from 'node:crypto';
import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey, type JWTVerifyOptions, type JWTVerifyResult } from 'jose';
import * as v from 'valibot';
import { CoboardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import { colorOf, displayName, userIdOfSubject } from './person.ts';
import type { Authenticator, Session } from './session.ts';

export interface JwtOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Exactly one of the two. */
  readonly jwksUrl: string | null;
  readonly secret: string | null;
}

const Claims = v.object({
  sub: v.pipe(v.string(), v.nonEmpty()),
  exp: v.number(),
  jti: v.optional(v.string()),
  name: v.optional(v.string()),
  preferred_username: v.optional(v.string()),
  email: v.optional(v.string()),
});

/** Accepts tokens of an identity provider: right issuer and audience, not expired, signed by its keys or the shared secret. */
export class JwtAuthenticator implements Authenticator {
  readonly mode = 'jwt';
  private readonly verifyToken: (token: string, options: JWTVerifyOptions) => Promise<JWTVerifyResult>;
  private readonly options: JWTVerifyOptions;
  private readonly now: () => number;

  constructor({ issuer, audience, jwksUrl, secret }: JwtOptions, now: () => number) {
    this.now = now;
    this.options = { issuer, audience, requiredClaims: ['sub', 'exp'] };
    if (secret === null) {
      const keys: JWTVerifyGetKey = createRemoteJWKSet(new URL(jwksUrl ?? ''));
      this.verifyToken = (token, options) => jwtVerify(token, keys, { ...options, algorithms: ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'] });
    } else {
      const key = new TextEncoder().encode(secret);
      this.verifyToken = (token, options) => jwtVerify(token, key, { ...options, algorithms: ['HS256'] });
    }
  }

  async verify(token: string): Promise<Session> {
    try {
      const { payload } = await this.verifyToken(token, { ...this.options, currentDate: new Date(this.now()) });
      const claims = v.parse(Claims, payload);
      const id = userIdOfSubject(claims.sub);
      const name = nameOf(claims.name ?? claims.preferred_username ?? claims.email ?? claims.sub);
      // a token without an id of its own is known by its digest, which does not give it away
      const session = claims.jti ?? createHash('sha256').update(token).digest('base64url').slice(0, 16);
      return { id: session, user: { id, name, color: colorOf(id) }, expiresAt: claims.exp * 1000 };
    } catch (error) {
      throw asSessionError(error);
    }
  }
}

/** A name fit to show, whatever the provider sent. */
function nameOf(claim: string): string {
  try {
    return displayName(claim.slice(0, limits.nameCharsMax));
  } catch {
    return 'Somebody';
  }
}

/** What a failed verification means for whoever presented the token. */
export function asSessionError(error: unknown): CoboardError {
  if (error instanceof CoboardError) return error;
  if (error instanceof errors.JWTExpired) return new CoboardError('SESSION_EXPIRED', undefined, { cause: error });
  return new CoboardError('SESSION_INVALID', undefined, { cause: error });
}
