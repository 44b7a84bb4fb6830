export { CoboardHarness, HarnessPerson, type HarnessOptions, type PersonOptions } from './coboard-harness';
export { until } from './until';
