import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const bytesMax = 75_000;

test('SIZE-1 the core with ShareDB’s client in it is at most 75 kB, minified and gzipped', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: ['client/core/index.ts'], bundle: true, minify: true, format: 'esm', platform: 'browser', target: 'es2022', write: false, metafile: true, logLevel: 'silent',
  });
  const [bundle] = outputFiles;
  const inputs = Object.keys(metafile.inputs);
  assert.ok(inputs.some((path) => path.includes('sharedb/lib/client/doc.js')) && inputs.some((path) => path.includes('ot-json0')), 'all is in it');
  const bytes = gzipSync(bundle?.contents ?? assert.fail('no bundle'), { level: 9 }).length;
  assert.ok(bytes > 20_000 && bytes <= bytesMax, `${String(bytes)} bytes`);
});
