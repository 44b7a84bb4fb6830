import { jwtVerify, SignJWT } from 'jose';
import * as v from 'valibot';
import { newId } from '../../model/id.ts';
import { serverLimits } from '../../model/limits.ts';
import { asSessionError } from './jwt-authenticator.ts';
import { colorOf, userOfName } from './person.ts';
import type { Authenticator, Session, SignedIn } from './session.ts';

const issuer = 'coboard-demo';
const Claims = v.object({ sub: v.string(), name: v.string(), jti: v.string(), exp: v.number() });

/** Signs in anyone by a name: the same name is the same person. Its tokens are signed (HS256), so they need no store. */
export class DemoAuthenticator implements Authenticator {
  readonly mode = 'demo';
  private readonly key: Uint8Array;
  private readonly now: () => number;
  private readonly durationMs: number;

  /** @param secret at least 32 characters; servers that share it accept each other's sessions */
  constructor(secret: string, now: () => number, durationMs: number = serverLimits.sessionDurationMs) {
    this.key = new TextEncoder().encode(secret);
    this.now = now;
    this.durationMs = durationMs;
  }

  /** @throws CoboardError NAME_INVALID */
  async signIn(name: string, durationMs = this.durationMs): Promise<SignedIn> {
    const user = userOfName(name);
    const id = newId();
    const expiresAtSeconds = Math.ceil((this.now() + durationMs) / 1000);
    const token = await new SignJWT({ name: user.name })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(issuer)
      .setSubject(user.id)
      .setJti(id)
      .setIssuedAt(Math.floor(this.now() / 1000))
      .setExpirationTime(expiresAtSeconds)
      .sign(this.key);
    return { token, session: { id, user, expiresAt: expiresAtSeconds * 1000 } };
  }

  async verify(token: string): Promise<Session> {
    try {
      const { payload } = await jwtVerify(token, this.key, { issuer, algorithms: ['HS256'], currentDate: new Date(this.now()) });
      const { sub, name, jti, exp } = v.parse(Claims, payload);
      return { id: jti, user: { id: sub, name, color: colorOf(sub) }, expiresAt: exp * 1000 };
    } catch (error) {
      throw asSessionError(error);
    }
  }
}
