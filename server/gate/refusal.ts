import { innerLimits } from '../../model/limits.ts';

/** A refusal's code, stable, and what exactly was wrong. */
export interface Refused {
  readonly code: string;
  readonly message: string;
}

/** What of a message its sender needs to know which one was refused. Nothing big is ever sent back. */
const echoed = ['a', 'c', 'd', 'ch', 'id', 'v', 'src', 'seq', 'pv'] as const;

const isSmall = (value: unknown): boolean => value === null || typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length <= 100);

/** The answer to a message that was not let through or failed, in the shape of ShareDB's own refusals. */
export function refusal(message: Readonly<Record<string, unknown>>, { code, message: words }: Refused): object {
  const answer: Record<string, unknown> = {};
  for (const key of echoed) if (Object.hasOwn(message, key) && isSmall(message[key])) answer[key] = message[key];
  // which documents a bulk message was about, as ids whether it named versions or not
  const bulk = message['b'];
  const ids: readonly unknown[] = Array.isArray(bulk) ? bulk : typeof bulk === 'object' && bulk !== null ? Object.keys(bulk) : [];
  if (ids.length > 0 && ids.length <= innerLimits.refusalIdsMax && ids.every(isSmall)) answer['b'] = ids;
  answer['error'] = { code, message: words };
  return answer;
}
