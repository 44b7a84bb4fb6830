import type { Differences } from '@coboard/core/history';

/**
 * What differs between two moments, in one sentence: "1 changed, 2 with other data; renamed the dashboard to Sales." Null where nothing does. `gone` is the word for widgets that only
 * the earlier one has; of what is not about widgets at most `othersMax` are told, and that there are more.
 */
export function differenceWords({ added, removed, changed, data, other }: Differences, gone: 'removed' | 'deleted', othersMax: number): string | null {
  const otherData = [...data.keys()].filter((id) => !changed.has(id)).length;
  const counts = ([[changed.size, 'changed'], [added.size, 'added'], [removed.size, gone], [otherData, 'with other data']] as const).filter(([count]) => count > 0).map(([count, what]) => `${String(count)} ${what}`);
  const told = other.slice(0, othersMax);
  const left = other.length - told.length;
  const more = left === 0 ? [] : [told.length === 0 ? `${left === 1 ? 'one thing' : `${String(left)} things`} of the dashboard itself` : `and ${String(left)} more`];
  const parts = [counts.join(', '), [...told, ...more].join(', ')].filter((part) => part !== '');
  return parts.length === 0 ? null : `${parts.join('; ')}.`;
}
