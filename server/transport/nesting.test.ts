import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nestsDeeper } from './nesting.ts';

const depthOf = (value: unknown): number => (typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0);

test('SOCK-14 how deep a JSON text nests is told without parsing it', () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
    const bytes = Buffer.from(JSON.stringify(value));
    const depth = depthOf(value);
    assert.equal(nestsDeeper(bytes, depth), false);
    if (depth > 0) assert.equal(nestsDeeper(bytes, depth - 1), true);
  }));
  assert.equal(nestsDeeper(Buffer.from(String.raw`{"a":"[[[[","b":"\"[[[[\\","c":"["}`), 1), false);
  assert.equal(nestsDeeper(Buffer.from(']]]]'), 0), false);
});
