/**
 * Every test of the project: model, server, client core, integration and simulation in Node's test runner; components in
 * Karma; end to end in two real browser contexts. The last line is `N passed, N failed, N skipped`.
 * Arguments choose suites (`node karma e2e`); none: all.
 */
import { spawn } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeTestReport } from './node-test-reporter.ts';

interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly { readonly title: string; readonly reason: string }[];
}

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'coboard-test-'));

/** Runs a command, shows its output, and gives the exit code and the output. */
function run(command: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    // each file and each server is a process of its own, and most of what they load is the same
    const env = { ...process.env, NODE_COMPILE_CACHE: join(scratch, 'compiled') };
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      process.stdout.write(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      process.stderr.write(text);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code: code ?? 1, output });
    });
  });
}

async function nodeTests(name: string, patterns: readonly string[], concurrency: number): Promise<SuiteResult> {
  const files = globSync(patterns, { cwd: root }).sort();
  if (files.length === 0) return { passed: 0, failed: 1, skipped: [] };
  const report = join(scratch, `${name}.json`);
  const reporters = [
    '--test-reporter=dot', '--test-reporter-destination=stdout',
    '--test-reporter=./tools/node-test-reporter.ts', `--test-reporter-destination=${report}`,
  ];
  const { code } = await run(process.execPath, ['--test', `--test-concurrency=${String(concurrency)}`, ...reporters, ...files]);
  const result = JSON.parse(readFileSync(report, 'utf8')) as NodeTestReport;
  return { ...result, failed: Math.max(result.failed, code === 0 ? 0 : 1) };
}

async function karma(project: string): Promise<SuiteResult> {
  const { code, output } = await run('ng', ['test', project]);
  const last = [...output.matchAll(/Executed (\d+) of (\d+)([^\n\r]*)/g)].at(-1);
  const count = (pattern: RegExp): number => Number(pattern.exec(last?.[3] ?? '')?.[1] ?? 0);
  const [failed, skipped] = [count(/(\d+) FAILED/), count(/skipped (\d+)/)];
  return {
    passed: Number(last?.[1] ?? 0) - failed,
    failed: code === 0 && last ? failed : Math.max(failed, 1),
    skipped: Array.from({ length: skipped }, () => ({ title: `Karma: ${project}`, reason: 'switched off in the spec' })),
  };
}

const suites: readonly { readonly kind: string; readonly name: string; readonly run: () => Promise<SuiteResult> }[] = [
  { kind: 'node', name: 'model, server and client core', run: () => nodeTests('unit', ['{model,server,client/core,tools,bench}/**/*.test.ts'], 2) },
  { kind: 'node', name: 'integration and simulation', run: () => nodeTests('integration', ['tests/{integration,simulation,evidence,hostile,chaos,docs}/**/*.test.ts'], 2) },
  { kind: 'karma', name: 'components of @coboard/angular', run: () => karma('angular') },
  { kind: 'karma', name: 'components of the app', run: () => karma('app') },
  { kind: 'e2e', name: 'end to end', run: () => nodeTests('e2e', ['tests/e2e/**/*.test.ts'], 1) },
];

const chosen = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: [] as { title: string; reason: string }[] };
const lines: string[] = [];
for (const suite of suites.filter(({ kind }) => chosen.length === 0 || chosen.includes(kind))) {
  console.log(`\n== ${suite.name}`);
  const begun = performance.now();
  const result = await suite.run();
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  lines.push(`${suite.name}: ${String(result.passed)} passed, ${String(result.failed)} failed, ${String(result.skipped.length)} skipped (${seconds} s)`);
  total.passed += result.passed;
  total.failed += result.failed;
  total.skipped.push(...result.skipped);
}
rmSync(scratch, { recursive: true, force: true });
console.log(`\n${lines.join('\n')}`);
if (total.skipped.length > 0) {
  console.log('\nSkipped, and why:');
  for (const { title, reason } of total.skipped) console.log(`- ${title}: ${reason}`);
}
console.log(`\n${String(total.passed)} passed, ${String(total.failed)} failed, ${String(total.skipped.length)} skipped`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
