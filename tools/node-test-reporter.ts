/** A reporter for node:test that writes, as JSON, what `tools/test.ts` needs: the counts, and what was skipped and why. */
import type { TestEvent } from 'node:test/reporters';

export interface NodeTestReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly { readonly title: string; readonly reason: string }[];
}

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let passed = 0;
  let failed = 0;
  const skipped: { title: string; reason: string }[] = [];
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    // a suite or a file is not a test of its own, but one that fails by itself (a hook, a crash) counts
    if (type === 'test:fail') {
      if (data.details.type !== 'suite' || (data.details.error as { failureType?: string }).failureType !== 'subtestsFailed') failed += 1;
    } else if (data.skip !== undefined) skipped.push({ title: data.name, reason: String(data.skip) });
    else if (data.details.type !== 'suite') passed += 1;
  }
  yield JSON.stringify({ passed, failed, skipped } satisfies NodeTestReport);
}
