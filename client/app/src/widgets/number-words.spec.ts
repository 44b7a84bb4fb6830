import { changeText, dateWords, numberText, numberWords } from './number-words';

const text = (value: number, style: 'full' | 'short' | 'percent', unit = ''): string => numberText(value, style, unit, 'en-US');

describe('WIDGETVIEW words for numbers', () => {
  it('WIDGETVIEW-1 shortens large numbers, and only those', () => {
    expect([text(9_999, 'short'), text(10_000, 'short'), text(12_345, 'short'), text(123_456, 'short')]).toEqual(['9,999', '10k', '12.3k', '123k']);
    expect([text(1_234_567, 'short'), text(2_500_000_000, 'short'), text(3e12, 'short'), text(-45_600, 'short')]).toEqual(['1.23M', '2.5B', '3T', '-45.6k']);
    expect(text(999_999, 'short')).toBe('1M');
    expect([text(1_234_567, 'full'), text(0.1234, 'full'), text(12.34, 'full'), text(123.4, 'full'), text(0, 'short')]).toEqual(['1,234,567', '0.12', '12.3', '123', '0']);
  });

  it('WIDGETVIEW-2 puts currencies in front and other units behind', () => {
    expect([text(3_510_000, 'short', '€'), text(5, 'full', 'CHF'), text(112, 'full', 'ms'), text(12_000, 'short', 'ms')]).toEqual(['€3.51M', 'CHF5', '112 ms', '12k ms']);
    expect(text(0.0318, 'percent')).toBe('3.18%');
    expect(numberWords(12_000, 'short', 'ms', 'en-US')).toEqual({ prefix: '', figure: '12', suffix: 'k ms' });
  });

  it('WIDGETVIEW-3 says a change in percent, in points where both are percent, as itself from nothing', () => {
    expect(changeText(112, 100, 'full', 'en-US')).toBe('12%');
    expect(changeText(0.5, 0.53, 'percent', 'en-US')).toBe('3 pt');
    expect(changeText(7, 0, 'full', 'en-US')).toBe('7');
  });

  it('WIDGETVIEW-4 says dates in few words and leaves what is none', () => {
    const now = new Date(2026, 10, 21).getTime();
    expect(dateWords('2026-11-20', 'en-US', now)).toBe('Nov 20');
    expect(dateWords('2026-11-20T09:30', 'en-US', now)).toMatch(/^Nov 20, 09:30/);
    // of another year
    expect(dateWords('2025-11-20', 'en-US', now)).toBe('Nov 20, 2025');
    expect(dateWords('2027-01-02T09:30', 'en-US', now)).toMatch(/^Jan 2, 2027, 09:30/);
    expect([dateWords('soon'), dateWords('2026-99-99'), dateWords('')]).toEqual(['soon', '2026-99-99', '']);
  });
});
