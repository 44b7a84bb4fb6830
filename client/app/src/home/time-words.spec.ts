import { exactTime, timeWords } from './time-words';

describe('TIME words for a time', () => {
  // a Friday
  const now = new Date(2026, 10, 20, 14, 32).getTime();
  const at = (...[month, day, hour, minute]: [number, number, number, number]): string => timeWords(new Date(2026, month - 1, day, hour, minute).getTime(), now);

  it('TIME-1 says just now, minutes, hours, yesterday with the time, the weekday, the day', () => {
    expect(at(11, 20, 14, 32)).toBe('just now');
    expect(at(11, 20, 14, 20)).toBe('12 min ago');
    expect(at(11, 20, 11, 30)).toBe('3 h ago');
    expect(at(11, 20, 0, 1)).toBe('14 h ago');
    expect(at(11, 19, 17, 40)).toBe('yesterday 17:40');
    expect(at(11, 18, 9, 0)).toBe('Wednesday');
    expect(at(11, 14, 9, 0)).toBe('Saturday');
    expect(at(11, 13, 9, 0)).toBe('Nov 13');
    expect(timeWords(new Date(2025, 10, 12, 9, 0).getTime(), now)).toBe('Nov 12, 2025');
  });

  it('TIME-2 speaks of minutes across midnight and never of the future', () => {
    const night = new Date(2026, 10, 20, 0, 20).getTime();
    expect(timeWords(night - 30 * 60_000, night)).toBe('30 min ago');
    expect(timeWords(night - 90 * 60_000, night)).toBe('yesterday 22:50');
    expect(timeWords(night + 5 * 60_000, night)).toBe('just now');
  });

  it('TIME-3 gives the exact time with day and year', () => {
    expect(exactTime(now)).toContain('2026');
    expect(exactTime(now)).toMatch(/2[:.]32|14[:.]32/);
  });
});
