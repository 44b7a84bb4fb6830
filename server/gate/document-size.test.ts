import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverLimits } from '../../model/limits.ts';
import { DocumentSize } from './document-size.ts';

/** A document of about so many bytes that says how often it was measured. */
function measured(bytes: number): { readonly document: { toJSON: () => string }; readonly count: () => number } {
  let count = 0;
  return {
    count: () => count,
    document: {
      toJSON: () => {
        count += 1;
        return 'x'.repeat(bytes);
      },
    },
  };
}

test('GATE-10 a document that would grow beyond its limit is refused; it is measured only when it might', () => {
  const size = new DocumentSize();
  const small = measured(1_000);
  size.check('d', 10, small.document);
  for (let i = 0; i < 100; i++) size.check('d', 10_000, small.document);
  assert.equal(small.count(), 1, 'once, at the first op');
  const large = measured(serverLimits.documentBytesMax);
  assert.throws(() => { size.check('d', 1_500_000, large.document); }, { code: 'DOCUMENT_FULL' });
  // it was refused, so it is as small as before
  size.check('d', 10, small.document);
  const nearly = measured(serverLimits.documentBytesMax - 10);
  size.check('d', 1_500_000, nearly.document);
  assert.throws(() => { size.check('d', 10, large.document); }, { code: 'DOCUMENT_FULL' });
});
