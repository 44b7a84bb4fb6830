import { clockWords, dayWords, exactClockWords, momentWords, shortMomentWords } from './moment-words';

describe('words of moments', () => {
  it('HISTORYUI-1 a moment is told by its day and time, with the year where it is another one', () => {
    const now = new Date(2026, 10, 21, 15, 0).getTime();
    expect(clockWords(new Date(2026, 10, 21, 9, 5).getTime())).toBe('09:05');
    expect([dayWords(now, now), dayWords(new Date(2026, 10, 20, 23, 59).getTime(), now)]).toEqual(['Today', 'Yesterday']);
    expect(momentWords(new Date(2026, 10, 17, 14, 32).getTime(), now)).toBe('Tuesday, Nov 17, 14:32');
    expect(dayWords(new Date(2025, 10, 17).getTime(), now)).toBe('Monday, Nov 17, 2025');
  });

  it('HISTORYUI-4 what happened today is told by its time alone, and anything else with its day', () => {
    const now = new Date(2026, 10, 21, 15, 0).getTime();
    expect(shortMomentWords(new Date(2026, 10, 21, 9, 5).getTime(), now)).toBe('09:05');
    expect(shortMomentWords(new Date(2026, 10, 20, 9, 5).getTime(), now)).toBe('Yesterday, 09:05');
    expect(shortMomentWords(new Date(2025, 10, 20, 9, 5).getTime(), now)).toBe('Thursday, Nov 20, 2025, 09:05');
    expect(exactClockWords(new Date(2026, 10, 21, 9, 5, 7).getTime())).toBe('09:05:07');
  });
});
