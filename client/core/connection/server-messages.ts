import { isErrorCode, type ErrorCode } from '../../../model/errors.ts';
import type { OpAuthor, ServerNotice } from '../../../model/protocol.ts';

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
export type IncomingMessage = ServerNotice | PresenceMessage | { readonly a: 'op' | 'hs'; readonly m?: { readonly u?: OpAuthor } };

/** The messages of a frame: one, or several, each on its own line. Read one at a time, because each may end the connection. @throws SyntaxError */
export function* messagesIn(frame: unknown): Generator<IncomingMessage> {
  for (const line of String(frame).split('\n')) {
    if (line === '') continue;
    const message: unknown = JSON.parse(line);
    if (typeof message !== 'object' || message === null) throw new SyntaxError('A message is a JSON object.');
    yield message as IncomingMessage;
  }
}

const sessionEnded: ReadonlySet<ErrorCode> = new Set(['SIGN_IN_REQUIRED', 'SESSION_INVALID', 'SESSION_EXPIRED']);

/** Whether a code says that one has to sign in, again or at all. */
export const isSignInCode = (code: string | undefined): code is ErrorCode => isErrorCode(code) && sessionEnded.has(code);
