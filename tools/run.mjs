// Runs one of the project's tasks. Dependency-free and fit for Node 20, because it runs before anything is installed:
// it installs what the lock file says (only when the installed tree differs), builds the app (only when its sources changed), and
// then hands over to Node 24 from node_modules/.bin.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules/.bin');
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };

/** Whether node_modules holds exactly what package-lock.json names. npm keeps a copy of the lock for what it installed. */
function installedTreeIsTheLockedOne() {
  const installedFile = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  const same = Object.entries(locked).every(([path, { version, integrity, optional }]) => {
    if (path === '') return true;
    const found = installed[path];
    return found ? found.version === version && found.integrity === integrity : optional === true;
  });
  return same && Object.keys(installed).every((path) => path in locked);
}

function install() {
  if (installedTreeIsTheLockedOne()) return;
  console.log('Installing packages');
  run('npm', ['ci', '--no-audit', '--no-fund']);
}

/** Runs a command to its end; its failure ends this process with the same code. */
function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit', shell: process.platform === 'win32', ...options });
  if (error) fail(`${command} could not be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

function fail(words) {
  console.error(words);
  process.exit(1);
}

function sourceHash() {
  const hash = createHash('sha256');
  const add = (path) => hash.update(path).update('\0').update(readFileSync(join(root, path)));
  const walk = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (!/\.(spec|test)\.ts$/.test(path)) add(path);
    }
  };
  ['model', 'client', 'types'].filter((folder) => existsSync(join(root, folder))).forEach(walk);
  ['angular.json', 'tsconfig.json', 'package-lock.json', 'tools/build-service-worker.ts'].forEach(add);
  return hash.digest('hex');
}

/** Builds the app that the server serves, unless the last build was of these very sources. */
function buildApp() {
  const stamp = join(root, 'dist/app/.sources');
  const hash = sourceHash();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  console.log('Building the app');
  run('ng', ['build', 'app', '--progress=false'], { stdio: ['ignore', process.env.CI ? 'inherit' : 'ignore', 'inherit'] });
  run(nodePath(), ['tools/build-service-worker.ts']);
  compress(join(root, 'dist/app/browser'));
  writeFileSync(stamp, hash);
}

/** Puts a compressed copy beside every text file that is worth it; the server sends the copy to browsers that take it. */
function compress(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !/\.(js|css|svg)$/.test(entry.name)) continue;
    const content = readFileSync(path);
    if (content.length < 1_000) continue;
    writeFileSync(`${path}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  }
}

function buildLibrary() {
  run('tsc', ['-p', 'client/core/tsconfig.build.json']);
  run('ng', ['build', 'angular']);
}

/** Starts commands that go on until they are told to stop; passes signals on and ends with the first one's exit code. */
function supervise(commands) {
  const children = commands.map(([command, ...args]) => spawn(command, args, { cwd: root, env, stdio: 'inherit' }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => children.forEach((child) => child.kill(signal)));
  let left = children.length;
  for (const child of children) {
    child.on('exit', (code, signal) => {
      left -= 1;
      process.exitCode ||= code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1);
      if (left > 0) children.forEach((other) => other.kill('SIGTERM'));
    });
  }
}

const tasks = {
  start: (args) => {
    buildApp();
    supervise([[nodePath(), 'server/main.ts', ...args]]);
  },
  dev: (args) => {
    supervise([[nodePath(), '--watch', 'server/main.ts', ...args], ['ng', 'serve', 'app', '--port', '4200']]);
  },
  test: (args) => {
    buildApp();
    supervise([[nodePath(), 'tools/test.ts', ...args]]);
  },
  build: () => {
    buildLibrary();
    buildApp();
  },
  lint: () => {
    run('tsc', ['-p', 'tsconfig.node.json']);
    run('tsc', ['-p', 'client/app/tsconfig.worker.json']);
    run('eslint', ['.', '--max-warnings=0']);
    run('depcruise', ['--config', 'tools/import-directions.cjs', '--no-progress', 'model', 'server', 'client', 'tests', 'bench', 'tools']);
    run(nodePath(), ['tools/check-deployment.ts']);
  },
  bench: (args) => {
    buildApp();
    supervise([[nodePath(), 'bench/run.ts', ...args]]);
  },
  // seeds of the engine's simulation: 10,000, or as many as the argument says
  simulate: ([seeds = '10000']) => {
    run(nodePath(), ['--test', 'tests/simulation/engine-faults.test.ts', 'tests/simulation/offline-clients.test.ts'], { env: { ...env, COBOARD_SEEDS: seeds } });
  },
  // the fuzzer: an hour, or as many seconds as the argument says
  fuzz: ([seconds = '3600']) => {
    run(nodePath(), ['--test', 'tests/hostile/fuzz/fuzz.test.ts'], { env: { ...env, COBOARD_FUZZ_SECONDS: seconds } });
  },
  // real faults: 1,000, or as many as the argument says
  chaos: ([faults = '1000']) => {
    run(nodePath(), ['--test', 'tests/chaos/chaos.test.ts', 'tests/chaos/windows.test.ts'], { env: { ...env, COBOARD_TEST_CHAOS_FAULTS: faults } });
  },
  top: (args) => {
    run(nodePath(), ['tools/top.ts', ...args]);
  },
  // what an operator does beside a running server: verify, export, rotate-key
  coboard: (args) => {
    const { status } = spawnSync(nodePath(), ['server/coboard.ts', ...args], { cwd: root, env, stdio: 'inherit' });
    process.exitCode = status ?? 1;
  },
  screenshots: (args) => {
    buildApp();
    supervise([[nodePath(), 'tools/screenshots.ts', ...args]]);
  },
};

/** Node 24 from the installed packages, or the one that runs this if it is new enough to run TypeScript. */
function nodePath() {
  for (const name of ['node', 'node.exe']) if (existsSync(join(bin, name))) return join(bin, name);
  if (Number(process.versions.node.split('.')[0]) < 24) fail(`Coboard's server needs Node 24 on ${process.platform}-${process.arch}; this is ${process.version}.`);
  return process.execPath;
}

const [task, ...args] = process.argv.slice(2);
if (!Object.hasOwn(tasks, task)) fail(`usage: node tools/run.mjs ${Object.keys(tasks).join(' | ')}`);
install();
tasks[task](args);
