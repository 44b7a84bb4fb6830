import { SignJWT, type JWTPayload } from 'jose';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export const claimsOf = (token: string): JWTPayload => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as JWTPayload;

/** The same token with other claims, under the signature that it had. */
export function withClaims(token: string, claims: JWTPayload): string {
  const [head = '', , end = ''] = token.split('.');
  return [head, part({ ...claimsOf(token), ...claims }), end].join('.');
}

export const withoutEnd = ({ exp: _exp, ...claims }: JWTPayload): JWTPayload => claims;

/** The same claims, and no signature: `alg: none`. */
export const unsigned = (token: string): string => `${part({ alg: 'none' })}.${token.split('.')[1] ?? ''}.`;

/** Claims with a proper signature (HS256). */
export const signed = (secret: string, claims: JWTPayload): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));
