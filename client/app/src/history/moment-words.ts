const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const exactClock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat('en', { weekday: 'long', month: 'short', day: 'numeric' });
const dayAndYear = new Intl.DateTimeFormat('en', { weekday: 'long', month: 'short', day: 'numeric', year: 'numeric' });

/** "14:32", in the person's zone. `at` in milliseconds since 1970. */
export const clockWords = (at: number): string => clock.format(at);

/** "14:32:08". */
export const exactClockWords = (at: number): string => exactClock.format(at);

/** "Today", "Yesterday", "Tuesday, Nov 17"; with the year where it is another one. */
export function dayWords(at: number, now: number): string {
  const midnight = (time: number): number => new Date(time).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return (new Date(at).getFullYear() === new Date(now).getFullYear() ? day : dayAndYear).format(at);
}

/** "Tuesday, Nov 17, 14:32". */
export const momentWords = (at: number, now: number): string => `${dayWords(at, now)}, ${clockWords(at)}`;

/** The same, and only the time for one of today: "14:32". */
export const shortMomentWords = (at: number, now: number): string => (dayWords(at, now) === 'Today' ? clockWords(at) : momentWords(at, now));
