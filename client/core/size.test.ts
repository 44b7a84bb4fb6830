import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const bytesMax = 75_000;

test('SIZE-1 the core with ShareDB’s client in it is at most 75 kB, minified and gzipped, and the slower route is loaded only where it is taken', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: ['client/core/index.ts'], bundle: true, splitting: true, outdir: 'dist/size', minify: true, format: 'esm', platform: 'browser', target: 'es2022', write: false, metafile: true,
    logLevel: 'silent',
    // what Angular's builder takes of a package that has several forms
    conditions: ['es2015', 'es2020', 'module', 'production'], mainFields: ['es2020', 'es2015', 'browser', 'module', 'main'],
  });
  const chunks = new Map(Object.entries(metafile.outputs));
  const entry = [...chunks].find(([, { entryPoint }]) => entryPoint === 'client/core/index.ts')?.[0] ?? assert.fail('no entry');
  const atStart = new Set([entry]);
  for (const path of atStart) for (const { path: imported, kind } of chunks.get(path)?.imports ?? []) if (kind === 'import-statement') atStart.add(imported);
  const inputs = [...atStart].flatMap((path) => Object.keys(chunks.get(path)?.inputs ?? {}));
  assert.ok(inputs.some((path) => path.includes('sharedb/lib/client/doc.js')) && inputs.some((path) => path.includes('ot-json0')), 'all is in it');
  assert.ok(!inputs.some((path) => path.includes('engine.io')), 'and no more');
  assert.ok(Object.keys(metafile.inputs).some((path) => path.includes('engine.io-client')), 'which is loaded later');
  const bytes = outputFiles.filter(({ path }) => [...atStart].some((name) => path.endsWith(name))).reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
  assert.ok(bytes > 20_000 && bytes <= bytesMax, `${String(bytes)} bytes`);
});
