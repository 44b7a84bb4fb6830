import type { HistoryEntry } from '@coboard/core/history';

/** What stands before the words of a change that was made for a reason. */
const whyWords: Readonly<Record<string, string>> = { undo: 'undid: ', redo: 'did again: ', restore: 'restored: ', takeBack: 'took back: ', import: 'imported: ', bot: 'by a program: ' };

/** A line of a history in one sentence, without who it was. */
export function changeWords({ words, why }: Pick<HistoryEntry, 'words' | 'why'>): string {
  return (whyWords[why ?? ''] ?? '') + whatWords(words);
}

function whatWords(words: readonly string[]): string {
  const [first = 'changed something and changed it back', second, ...more] = words;
  // one line may say itself that there is more
  if (second?.startsWith('and ') === true && more.length === 0) return `${first} ${second}`;
  return second === undefined ? first : `${first} and ${String(1 + more.length)} more`;
}
