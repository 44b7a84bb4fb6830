import type { Editor } from '@coboard/core';

/** What others hold of a widget while they drag it. */
export interface Mover {
  readonly name: string;
  readonly color: string;
}

/** Who edits a widget, as its tag says it. */
export interface EditorTag {
  readonly words: string;
  /** Whose color the ring has: who came first. */
  readonly color: string;
  readonly name: string;
  /** Dots follow. */
  readonly writing: boolean;
}

/** The tag of a widget; null if nobody but oneself is there. */
export function editorTag(editors: readonly Editor[], mover: Mover | null = null): EditorTag | null {
  if (mover !== null) return { words: `${mover.name} is moving this`, color: mover.color, name: mover.name, writing: false };
  const others = editors.filter(({ self }) => !self);
  const [first, second] = others;
  if (first === undefined) return null;
  const base = { color: first.user.color, name: first.user.name, writing: false };
  const more = others.length - 1;
  if (editors.length > others.length) return { ...base, words: more === 0 ? `You and ${first.user.name}` : `You, ${first.user.name} and ${String(more)} more` };
  if (second === undefined) return { ...base, words: `${first.user.name} is ${first.typing ? 'writing' : 'editing'}`, writing: first.typing };
  return { ...base, words: more === 1 ? `${first.user.name} and ${second.user.name}` : `${first.user.name} and ${String(more)} more` };
}
