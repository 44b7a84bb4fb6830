import type { IncomingHttpHeaders } from 'node:http';
import { CoboardError } from '../../model/errors.ts';

export interface OriginOptions {
  readonly allowedOrigins: readonly string[];
  /** Answers only to names of this machine; see {@link OriginPolicy.checkHost}. */
  readonly onlyLocalNames: boolean;
}

const localName = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/** Which sites' pages may use the server. */
export class OriginPolicy {
  private readonly allowed: ReadonlySet<string>;
  private readonly allowedHosts: ReadonlySet<string>;
  private readonly onlyLocalNames: boolean;

  constructor({ allowedOrigins, onlyLocalNames }: OriginOptions) {
    this.allowed = new Set(allowedOrigins);
    this.allowedHosts = new Set(allowedOrigins.map((origin) => new URL(origin).host));
    this.onlyLocalNames = onlyLocalNames;
  }

  /** Whether a page of another site may use the server from there. */
  isAllowed(origin: string): boolean {
    return this.allowed.has(origin);
  }

  /**
   * A page of our own, of an allowed site, or no page at all (programs send no origin).
   * @throws CoboardError ORIGIN_REFUSED
   */
  checkOrigin({ origin, host }: IncomingHttpHeaders): void {
    if (origin === undefined || this.allowed.has(origin)) return;
    if (URL.canParse(origin) && new URL(origin).host === host) return;
    throw new CoboardError('ORIGIN_REFUSED');
  }

  /**
   * Where a name is enough to sign in, a foreign page must not reach the server by pointing a name of its own at this machine
   * (DNS rebinding): it then answers to local names and allowed sites only.
   * @throws CoboardError ORIGIN_REFUSED
   */
  checkHost({ host = '' }: IncomingHttpHeaders): void {
    if (this.onlyLocalNames && !localName.test(host) && !this.allowedHosts.has(host)) throw new CoboardError('ORIGIN_REFUSED');
  }
}
