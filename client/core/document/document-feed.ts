import type { CodedError, Doc } from 'sharedb/lib/client/connection.js';
import { Alarm, type Clock } from '../../../model/clock.ts';
import { errorTable, isErrorCode, type ErrorCode } from '../../../model/errors.ts';

export interface DocumentFeedParts {
  readonly doc: Doc;
  readonly clock: Clock;
  /** The document is there as a whole, or the server says that there is none. */
  readonly onLoaded: () => void;
  /** There is none, or no access to it (any more). */
  readonly onGone: () => void;
  /** It cannot be had, and trying again would not help. */
  readonly onFailed: (code: ErrorCode, message: string) => void;
}

const retryMs = 2_000;
const goneCodes: ReadonlySet<string> = new Set(['NOT_FOUND', 'ACCESS_REVOKED', 'FORBIDDEN']);

/** Has the server send what happens to a document, and asks again where that failed and may help. */
export class DocumentFeed {
  private readonly parts: DocumentFeedParts;
  private readonly retry: Alarm;

  constructor(parts: DocumentFeedParts) {
    this.parts = parts;
    this.retry = new Alarm(parts.clock);
  }

  start(): void {
    this.parts.doc.subscribe((error) => {
      if (error) this.failed(error);
      else this.parts.onLoaded();
    });
  }

  /** Asks anew: what was gone may be there again. */
  restart(): void {
    this.parts.doc.unsubscribe();
    this.start();
  }

  /** Something about the document went wrong. */
  failed({ code, message }: CodedError): void {
    const { onGone, onFailed } = this.parts;
    if (code !== undefined && goneCodes.has(code)) onGone();
    // the rollback's own fetch failed: asking again tells why, or helps
    else if (code === 'ERR_HARD_ROLLBACK_FETCH_FAILED') this.restart();
    else if (isErrorCode(code) && errorTable[code].retry) this.retry.set(retryMs, () => { this.restart(); });
    else onFailed(isErrorCode(code) ? code : 'INTERNAL', message);
  }

  stop(): void {
    this.retry.clear();
  }
}
