/** What each stable error code means. `docs/ERRORS.md` lists the same table; a test compares the two. */
export const errorTable = {
  SIGN_IN_REQUIRED: { status: 401, retry: false, words: 'Sign in first.' },
  SESSION_INVALID: { status: 401, retry: false, words: 'The session is not valid. Sign in again.' },
  SESSION_EXPIRED: { status: 401, retry: false, words: 'The session has ended. Sign in again.' },
  NAME_INVALID: { status: 400, retry: false, words: 'A name has 1 to 60 visible characters.' },
  ORIGIN_REFUSED: { status: 403, retry: false, words: 'This site may not connect from another site.' },
  FORBIDDEN: { status: 403, retry: false, words: 'Your role does not allow this.' },
  ACCESS_REVOKED: { status: 403, retry: false, words: 'You no longer have access to this dashboard.' },
  NOT_FOUND: { status: 404, retry: false, words: 'It does not exist, or you have no access.' },
  METHOD_NOT_ALLOWED: { status: 405, retry: false, words: 'This address does not answer to this method.' },
  REQUEST_INVALID: { status: 400, retry: false, words: 'The request is not well formed.' },
  REQUEST_TOO_LARGE: { status: 413, retry: false, words: 'The request is too large.' },
  MEDIA_TYPE_UNSUPPORTED: { status: 415, retry: false, words: 'The body of a request is JSON.' },
  TOO_MANY_REQUESTS: { status: 429, retry: true, words: 'Too many requests. Try again in a moment.' },
  TOO_MANY_SOCKETS: { status: 429, retry: true, words: 'Too many connections. Close some windows and try again.' },
  MESSAGE_INVALID: { status: 400, retry: false, words: 'The message is not well formed.' },
  MESSAGE_TOO_LARGE: { status: 413, retry: false, words: 'The message is too large.' },
  MESSAGE_TOO_FAST: { status: 429, retry: true, words: 'Too many messages. Slow down.' },
  ACTION_UNKNOWN: { status: 400, retry: false, words: 'There is no such action.' },
  COLLECTION_UNKNOWN: { status: 400, retry: false, words: 'There is no such collection.' },
  QUERY_REFUSED: { status: 400, retry: false, words: 'Clients cannot query. Lists are at /api/dashboards.' },
  CLIENT_ID_REFUSED: { status: 403, retry: false, words: 'This client id belongs to another session.' },
  SUBSCRIPTIONS_TOO_MANY: { status: 429, retry: false, words: 'Too many subscriptions on one connection.' },
  OP_INVALID: { status: 400, retry: false, words: 'The edit is not well formed.' },
  OP_TOO_LARGE: { status: 413, retry: false, words: 'The edit is too large.' },
  OP_TOO_FAR_BEHIND: { status: 409, retry: true, words: 'The edit was made too long ago. Catch up, and send it again.' },
  OP_TARGET_MISSING: { status: 409, retry: false, words: 'What the edit changes is not there.' },
  OP_RESULT_INVALID: { status: 422, retry: false, words: 'The edit would make the dashboard invalid.' },
  DOCUMENT_FULL: { status: 422, retry: false, words: 'The dashboard is full.' },
  DOCUMENT_CREATE_REFUSED: { status: 403, retry: false, words: 'Dashboards are created at /api/dashboards.' },
  DOCUMENT_INVALID: { status: 422, retry: false, words: 'The document does not match its schema.' },
  DASHBOARDS_TOO_MANY: { status: 429, retry: false, words: 'You own too many dashboards. Those in the bin count, too.' },
  SCHEMA_TOO_NEW: { status: 422, retry: false, words: 'The document was written by a newer Coboard.' },
  PRESENCE_INVALID: { status: 400, retry: false, words: 'The presence value is not well formed.' },
  PRESENCE_TOO_MANY: { status: 429, retry: false, words: 'Too many presences.' },
  ACCESS_INVALID: { status: 400, retry: false, words: 'The access list is not well formed.' },
  LAST_OWNER: { status: 409, retry: false, words: 'A dashboard keeps at least one owner.' },
  TEMPLATE_UNKNOWN: { status: 400, retry: false, words: 'There is no such template.' },
  VERSION_UNKNOWN: { status: 404, retry: false, words: 'The dashboard has no such version.' },
  STORE_UNAVAILABLE: { status: 503, retry: true, words: 'The store cannot be reached. Nothing is lost; try again.' },
  SERVER_DRAINING: { status: 503, retry: true, words: 'The server is restarting. It is back in a moment.' },
  SERVER_AT_WORK: { status: 409, retry: true, words: 'A server is at work on this store, or one crashed there. Stop it first; where none runs, say --alone.' },
  ARCHIVE_UNAVAILABLE: { status: 503, retry: true, words: 'An archive of the history cannot be read.' },
  OPTION_INVALID: { status: 500, retry: false, words: 'An option has a value that it cannot have.' },
  PORT_TAKEN: { status: 500, retry: false, words: 'The port is taken.' },
  INTERNAL: { status: 500, retry: true, words: 'Something failed on the server. Your edits are kept.' },
} as const satisfies Record<string, { status: number; retry: boolean; words: string }>;

/** A stable error code: what scripts and clients may rely on. */
export type ErrorCode = keyof typeof errorTable;

/** An error with a stable code. `message` says what exactly was wrong, `retry` whether the same request may succeed later. */
export class CoboardError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly retry: boolean;

  constructor(code: ErrorCode, detail?: string, options?: { cause?: unknown }) {
    super(detail ?? errorTable[code].words, options);
    this.name = 'CoboardError';
    this.code = code;
    this.status = errorTable[code].status;
    this.retry = errorTable[code].retry;
  }
}

/** Whether a string is one of our stable codes. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorTable, code);
}

/** Codes of ShareDB's own that go through as they are, because stock clients act on some of them; `docs/ERRORS.md` says what each means. */
export const sharedbCodes: ReadonlySet<string> = new Set([
  'ERR_DOC_WAS_DELETED', 'ERR_DOC_DOES_NOT_EXIST', 'ERR_DOC_ALREADY_CREATED', 'ERR_OP_VERSION_NEWER_THAN_CURRENT_SNAPSHOT', 'ERR_SUBMIT_TRANSFORM_OPS_NOT_FOUND',
  'ERR_OT_OP_BADLY_FORMED', 'ERR_OT_OP_NOT_APPLIED', 'ERR_NO_OP',
]);

/** WebSocket close codes of `/sync`. 4000 to 4999 are free for applications (RFC 6455, 7.4.2). */
export const closeCodes = {
  /** The server drains or stops; come back after a moment. */
  goingAway: 1001,
  messageInvalid: 4400,
  signInRequired: 4401,
  sessionExpired: 4402,
  originRefused: 4403,
  heartbeatMissed: 4408,
  messageTooLarge: 4413,
  clientTooOld: 4426,
  tooFast: 4429,
  /** The store failed while an op was on its way: nothing is lost, reconnect and send it again under the same id. */
  storeUnavailable: 4503,
  /** The reader fell too far behind; reconnect and resynchronise. */
  readerTooSlow: 4430,
} as const;
