import type { OpWords } from './op-words.ts';

/** An op of an access list, as the log has it. */
export interface AccessOp {
  readonly op?: unknown;
  readonly create?: { readonly data?: unknown };
  /** The id of who made it. */
  readonly by?: string | undefined;
}

interface Change {
  readonly p: readonly (string | number)[];
  readonly od?: unknown;
  readonly oi?: unknown;
}

const everyoneWords: Readonly<Record<string, string>> = { viewer: 'who can view it', editor: 'who can edit it' };

/**
 * Says what an op did to who may see a dashboard: past tense, without the person who did it. Names are asked for when it is told, so
 * that none has to be kept; undefined for somebody who is not known, or not any more.
 */
export function accessWords({ op, create, by }: AccessOp, nameOf: (userId: string) => string | undefined): OpWords[] {
  const name = (id: string): string => nameOf(id) ?? 'somebody';
  if (create !== undefined) {
    const { everyone = null, people = {} } = (create.data ?? {}) as { readonly everyone?: unknown; readonly people?: Readonly<Record<string, unknown>> };
    const given = Object.entries(people).map(([id, role]) => (id === by && role === 'owner' ? 'became the owner' : gaveWords(name(id), role)));
    return [...given, ...(everyone === null ? [] : [openedWords(everyone)])];
  }
  const changes = Array.isArray(op) ? op as readonly Change[] : [];
  return changes.flatMap(({ p: [root, id], od: was, oi: is }) => {
    if (root === 'everyone') return [is == null ? 'closed the dashboard to everyone who has no role of their own' : openedWords(is)];
    if (root !== 'people' || typeof id !== 'string') return [];
    if (is === undefined) return [id === by ? `gave up the role of ${roleWords(was)}` : `took the role of ${roleWords(was)} away from ${name(id)}`];
    if (was === undefined) return [gaveWords(name(id), is)];
    return [`changed ${id === by ? 'their own role' : `the role of ${name(id)}`} from ${roleWords(was)} to ${roleWords(is)}`];
  });
}

const roleWords = (role: unknown): string => (typeof role === 'string' ? role : 'nobody');
const gaveWords = (name: string, role: unknown): string => `gave ${name} the role of ${roleWords(role)}`;
const openedWords = (role: unknown): string => `opened the dashboard to everyone signed in, ${everyoneWords[roleWords(role)] ?? 'who can see it'}`;
