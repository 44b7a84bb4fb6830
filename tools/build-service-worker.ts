/** Bundles the app's service worker beside the built app, with the list of files that it keeps. An argument names another folder than that of the build. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';

const folder = process.argv[2] ?? join(import.meta.dirname, '..', 'dist/app/browser');
/** Letters of other alphabets are loaded when they are shown. */
const isKept = (name: string): boolean => /\.(js|css|svg|png|ico)$|-latin-[a-z]+-normal-\w+\.woff2$/.test(name) && name !== 'service-worker.js';

const hashed = (what: string | Buffer): string => createHash('sha256').update(what).digest('hex').slice(0, 16);

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && isKept(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
  .sort()
  .map((path) => ({ url: `/${relative(folder, path)}`, revision: hashed(readFileSync(path)) }));

await build({
  entryPoints: [join(import.meta.dirname, '..', 'client/app/worker/service-worker.ts')],
  outfile: join(folder, 'service-worker.js'),
  bundle: true, minify: true, format: 'iife', target: 'es2022', logLevel: 'warning',
  define: { buildFiles: JSON.stringify(files), buildName: JSON.stringify(hashed(JSON.stringify(files) + readFileSync(join(folder, 'index.html'), 'utf8'))), 'process.env.NODE_ENV': '"production"' },
});
