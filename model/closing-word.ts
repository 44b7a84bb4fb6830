import * as v from 'valibot';

/** Why a server closes a connection that has no close codes of its own, such as long polling: the last message on it. */
const ClosingWordSchema = v.object({ a: v.literal('coboard'), type: v.literal('closed'), code: v.pipe(v.number(), v.integer()), reason: v.string() });

const beginning = '{"a":"coboard","type":"closed",';

/** The message that takes a close code along; `code` and `reason` as of a WebSocket. */
export const closingWord = (code: number, reason: string): string => `${beginning}"code":${String(code)},"reason":${JSON.stringify(reason)}}`;

/** What a message says of the closing; null if it is any other message. */
export function readClosingWord(message: string): { readonly code: number; readonly reason: string } | null {
  if (!message.startsWith(beginning)) return null;
  try {
    const word = v.safeParse(ClosingWordSchema, JSON.parse(message));
    return word.success ? { code: word.output.code, reason: word.output.reason } : null;
  } catch {
    return null;
  }
}
