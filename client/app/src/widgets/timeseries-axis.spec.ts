import fc from 'fast-check';
import { roundedUp } from './timeseries-view';

describe('WIDGETVIEW the axis of a time series', () => {
  it('WIDGETVIEW-17 ends above the goal at a round number that is not far away', () => {
    expect([90_000, 100, 95, 1.1, 0.04, 7, 0, -5].map(roundedUp)).toEqual([100_000, 120, 100, 1.2, 0.05, 8, 0, 0]);
    fc.assert(fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (goal) => {
      const end = roundedUp(goal);
      expect(end).toBeGreaterThan(goal);
      expect(end).toBeLessThanOrEqual(goal * 1.5 + 1e-9);
    }));
  });
});
