const minuteMs = 60_000;
const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const weekday = new Intl.DateTimeFormat('en', { weekday: 'long' });
const day = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' });
const dayAndYear = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', year: 'numeric' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });

/**
 * A time as people say it, in their zone: "just now", "12 min ago", "3 h ago", "yesterday 17:40", "Wednesday", "Nov 12".
 * @param at milliseconds since 1970
 * @param now the same
 */
export function timeWords(at: number, now: number): string {
  const minutes = Math.floor((now - at) / minuteMs);
  // a clock that is a little ahead is no reason to speak of the future
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const daysAgo = calendarDays(at, now);
  if (daysAgo === 0) return `${Math.floor(minutes / 60)} h ago`;
  if (daysAgo === 1) return `yesterday ${clock.format(at)}`;
  if (daysAgo < 7) return weekday.format(at);
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? day.format(at) : dayAndYear.format(at);
}

/** The same time to the minute, for whoever wants to know. */
export const exactTime = (at: number): string => exact.format(at);

/** How many midnights lie between two times. */
function calendarDays(from: number, to: number): number {
  const midnight = (time: number): number => new Date(time).setHours(0, 0, 0, 0);
  // days with a change to or from summer time have 23 or 25 hours
  return Math.round((midnight(to) - midnight(from)) / (24 * 60 * minuteMs));
}
