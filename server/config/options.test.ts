import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkOptions } from './check-options.ts';
import { defaultOptions, optionTable, type Options } from './options.ts';
import { optionsHelp, optionsMarkdown } from './options-table.ts';
import { flagName, readOptions, variableName } from './read-options.ts';

const read = (args: string[], env: Record<string, string> = {}, files: Record<string, string> = {}): Options =>
  readOptions({
    args, env,
    readFile: (path) => {
      const content = files[path];
      if (content === undefined) throw new Error(`ENOENT: ${path}`);
      return content;
    },
  });

test('CONFIG-1 without a word the options are the defaults', () => {
  assert.deepEqual(read([]), defaultOptions);
  assert.deepEqual([defaultOptions.port, defaultOptions.host, defaultOptions.store, defaultOptions.auth], [4400, '127.0.0.1', 'sqlite:data/coboard.db', 'demo']);
});

test('CONFIG-2 a flag wins over a variable, a variable over the file', () => {
  const file = { 'c.json': JSON.stringify({ port: 1, host: '127.0.0.3', store: 'sqlite:file.db' }) };
  const options = read(['--port', '3', '--config', 'c.json'], { COBOARD_PORT: '2', COBOARD_HOST: '127.0.0.2' }, file);
  assert.deepEqual([options.port, options.host, options.store], [3, '127.0.0.2', 'sqlite:file.db']);
  assert.equal(read([], { COBOARD_CONFIG: 'c.json' }, file).port, 1);
});

test('CONFIG-3 each kind of option is read from each source', () => {
  const origins = ['https://a.example', 'https://b.example'];
  const wanted = { allowedOrigins: origins, publicDemo: true, jwtIssuer: 'me', logLevel: 'debug', limits: { socketsMax: 5 } };
  const picked = ({ allowedOrigins, publicDemo, jwtIssuer, logLevel, limits }: Options): object => ({ allowedOrigins, publicDemo, jwtIssuer, logLevel, limits });
  assert.deepEqual(picked(read(['--allowed-origins', origins.join(', '), '--public-demo', '--jwt-issuer=me', '--log-level', 'debug', '--limits', '{"socketsMax": 5}'])), wanted);
  assert.deepEqual(picked(read([], { COBOARD_ALLOWED_ORIGINS: origins.join(','), COBOARD_PUBLIC_DEMO: 'true', COBOARD_JWT_ISSUER: 'me', COBOARD_LOG_LEVEL: 'debug', COBOARD_LIMITS: '{"socketsMax": 5}' })), wanted);
  assert.deepEqual(picked(read(['--config', 'c'], {}, { c: JSON.stringify(wanted) })), wanted);
  assert.equal(read(['--no-public-demo'], { COBOARD_PUBLIC_DEMO: 'true' }).publicDemo, false);
});

const wrong: readonly (readonly [what: string, args: string[], env: Record<string, string>, file: string | null, words: RegExp])[] = [
  ['an unknown flag', ['--prot', '1'], {}, null, /--prot/],
  ['a word that is no flag', ['4400'], {}, null, /4400/],
  ['an unknown variable', [], { COBOARD_PROT: '1' }, null, /COBOARD_PROT: there is no such option/],
  ['an unknown key', [], {}, '{"prot": 1}', /prot in c\.json: there is no such option/],
  ['an inherited key', [], {}, '{"toString": 1}', /toString in c\.json/],
  ['a port that is no number', ['--port', 'http'], {}, null, /--port: .*expected: number, 0 to 65535/],
  ['a port too high', [], { COBOARD_PORT: '65536' }, null, /COBOARD_PORT/],
  ['a port with a fraction', [], {}, '{"port": 1.5}', /port in c\.json/],
  ['an auth that there is not', ['--auth', 'none'], {}, null, /--auth/],
  ['a short secret', ['--session-secret', 'short'], {}, null, /at least 32/],
  ['an origin with a path', ['--allowed-origins', 'https://a.example/x'], {}, null, /origin/],
  ['a file that is not there', ['--config', 'none.json'], {}, null, /none\.json: ENOENT/],
  ['a file that is not JSON', [], {}, '{port: 1}', /c\.json/],
  ['a limit that there is not', ['--limits', '{"socketsMin": 1}'], {}, null, /--limits: .*socketsMin/],
  ['a limit that clients must agree on', ['--limits', '{"widgetsMax": 1}'], {}, null, /--limits: .*widgetsMax/],
  ['a limit of nothing', [], {}, '{"limits": {"socketsMax": 0}}', /limits in c\.json: socketsMax/],
  ['limits that are not JSON', ['--limits', 'socketsMax=1'], {}, null, /--limits: .*numbers by name, as JSON/],
  ['a file that is a list', [], {}, '[]', /not a JSON object/],
];
for (const [what, args, env, file, words] of wrong) {
  test(`CONFIG-4 ${what} is an error that says which`, () => {
    assert.throws(() => read(file === null ? args : ['--config', 'c.json', ...args], env, file === null ? {} : { 'c.json': file }), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'OPTION_INVALID');
      assert.match(error.message, words);
      return true;
    });
  });
}

test('CONFIG-5 variables of the tests are no options and no errors', () => {
  assert.deepEqual(read([], { COBOARD_SEED: '7', COBOARD_TEST_MONGO_URL: 'mongodb://x' }), defaultOptions);
});

const checks: readonly (readonly [what: string, options: Partial<Options>, words: RegExp | null])[] = [
  ['demo on this machine', { host: '127.0.0.1' }, null],
  ['demo on ::1', { host: '::1' }, null],
  ['demo on every address', { host: '0.0.0.0' }, /--public-demo/],
  ['demo on a name', { host: 'board.example.org' }, /--public-demo/],
  ['demo on every address, wanted', { host: '0.0.0.0', publicDemo: true }, null],
  ['a store of no kind', { store: 'postgres://x' }, /store/],
  ['a store without a path', { store: 'sqlite:' }, /store/],
  ['archives without a place', { archiveAfterDays: 30 }, /archiveDir/],
  ['archives with a place', { archiveAfterDays: 30, archiveDir: 'archive' }, null],
  ['jwt without an issuer', { auth: 'jwt', jwtAudience: 'a', jwtSecret: 'x'.repeat(32) }, /jwtIssuer/],
  ['jwt without a key', { auth: 'jwt', jwtIssuer: 'i', jwtAudience: 'a' }, /either/],
  ['jwt with two keys', { auth: 'jwt', jwtIssuer: 'i', jwtAudience: 'a', jwtSecret: 'x'.repeat(32), jwtJwksUrl: 'https://k.example' }, /either/],
  ['jwt on every address', { auth: 'jwt', host: '0.0.0.0', jwtIssuer: 'i', jwtAudience: 'a', jwtJwksUrl: 'https://k.example' }, null],
];
for (const [what, options, words] of checks) {
  test(`CONFIG-6 ${what}: ${words === null ? 'goes' : 'is refused'}`, () => {
    const check = (): void => { checkOptions({ ...defaultOptions, ...options }); };
    if (words === null) check();
    else assert.throws(check, words);
  });
}

test('CONFIG-7 the table and the help name every option once, in all its spellings', () => {
  const rows = optionsMarkdown().split('\n').slice(2);
  assert.equal(rows.length, Object.keys(optionTable).length);
  Object.keys(optionTable).forEach((name, i) => {
    for (const spelling of [`--${flagName(name)}`, variableName(name), name]) assert.ok(rows[i]?.includes(`\`${spelling}\``), `${name}: ${spelling}`);
    assert.ok(optionsHelp().includes(`--${flagName(name)} `), name);
  });
});
