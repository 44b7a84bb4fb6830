import { isErrorCode, type ErrorCode } from '../../../model/errors.ts';
import type { Op } from '../../../model/json0.ts';
import type { OpAuthor, OpOrigin, ServerNotice } from '../../../model/protocol.ts';

/** A presence message, in either direction: `p` a value, `ps` and `pu` joining and leaving, `pr` "say yours again". */
export interface PresenceMessage {
  readonly a: 'p' | 'ps' | 'pu' | 'pr';
  readonly ch: string;
  readonly id?: string;
  readonly p?: unknown;
  readonly pv?: number;
  readonly seq?: number;
  readonly error?: { readonly code: string; readonly message: string };
}

/** What comes from the server, as far as it is told apart here; the rest is ShareDB's. */
export type IncomingMessage = ServerNotice | PresenceMessage | {
  readonly a: 'op' | 'hs';
  readonly d?: string;
  readonly v?: number;
  readonly error?: unknown;
  readonly m?: { readonly u?: OpAuthor };
};

/** An op of the log; without `op` it is the acknowledgement of one's own. */
export interface OpMessage {
  readonly d: string;
  readonly v: number;
  readonly src?: string;
  readonly seq?: number;
  readonly op?: Op;
  readonly m?: OpOrigin & { readonly u?: OpAuthor };
}

/** The messages of a frame as texts: one, or several, each on its own line. */
export const linesOf = (frame: unknown): string[] => String(frame).split('\n').filter((line) => line !== '');

/** Reads a message; null if it is none. */
export function readMessage(line: string): IncomingMessage | null {
  try {
    const message: unknown = JSON.parse(line);
    return typeof message === 'object' ? message as IncomingMessage | null : null;
  } catch {
    return null;
  }
}

const sessionEnded: ReadonlySet<ErrorCode> = new Set(['SIGN_IN_REQUIRED', 'SESSION_INVALID', 'SESSION_EXPIRED']);

/** Whether a code says that one has to sign in, again or at all. */
export const isSignInCode = (code: string | undefined): code is ErrorCode => isErrorCode(code) && sessionEnded.has(code);
