import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { CoboardError } from '../../model/errors.ts';
import { describeIssue } from '../../model/dashboard.ts';
import { defaultOptions, optionTable, type Options } from './options.ts';

export interface OptionSources {
  /** The command line without program and script. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => string;
}

const names = Object.keys(optionTable) as (keyof Options)[];

/** `jwtIssuer` as a flag: `jwt-issuer`. */
export const flagName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** `jwtIssuer` as a variable: `COBOARD_JWT_ISSUER`. */
export const variableName = (name: string): string => `COBOARD_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/** Variables of ours that are not options of the server: `COBOARD_CONFIG`, and those of the tests. */
const otherVariables = /^COBOARD_(CONFIG|SEED|TEST_\w+)$/;

/** Whether the command line only asks what the options are. */
export const asksForHelp = (args: readonly string[]): boolean => args.includes('--help') || args.includes('-h');

/**
 * Reads the options: a flag wins over a variable, a variable over the config file, the file over the default. A name that is not
 * in the table is an error wherever it stands.
 * @throws CoboardError OPTION_INVALID saying which option, from where, and what is wrong
 */
export function readOptions({ args, env, readFile }: OptionSources): Options {
  const flags = readFlags(args);
  const path = flags['config'] ?? env['COBOARD_CONFIG'];
  const file = typeof path === 'string' ? readConfigFile(path, readFile) : {};
  refuseUnknownVariables(env);
  const options: Record<string, unknown> = { ...defaultOptions };
  for (const name of names) {
    const [value, from] = firstGiven(
      [flags[flagName(name)], `--${flagName(name)}`],
      [env[variableName(name)], variableName(name)],
      [file[name], `${name} in ${String(path)}`],
    );
    if (value !== undefined) options[name] = parseOption(name, value, from);
  }
  return options as unknown as Options;
}

function firstGiven(...sources: readonly (readonly [value: unknown, from: string])[]): readonly [value: unknown, from: string] {
  return sources.find(([value]) => value !== undefined) ?? [undefined, ''];
}

function parseOption(name: keyof Options, value: unknown, from: string): unknown {
  const result = v.safeParse(optionTable[name].schema, value, { abortEarly: true });
  if (!result.success) throw invalid(`${from}: ${describeIssue(result.issues[0])} (expected: ${optionTable[name].type})`);
  return result.output;
}

function readFlags(args: readonly string[]): Record<string, string | boolean | undefined> {
  const options = Object.fromEntries([
    ['config', { type: 'string' as const }],
    ...names.map((name) => [flagName(name), { type: 'isFlag' in optionTable[name] ? ('boolean' as const) : ('string' as const) }] as const),
  ]);
  try {
    return parseArgs({ args: [...args], options, strict: true, allowNegative: true }).values;
  } catch (error) {
    throw invalid(`${error instanceof Error ? error.message : String(error)} (--help shows the options)`);
  }
}

function readConfigFile(path: string, readFile: OptionSources['readFile']): Record<string, unknown> {
  let content: unknown;
  try {
    content = JSON.parse(readFile(path));
  } catch (error) {
    throw invalid(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) throw invalid(`${path}: not a JSON object`);
  const unknown = Object.keys(content).find((key) => !Object.hasOwn(optionTable, key));
  if (unknown !== undefined) throw invalid(`${unknown} in ${path}: there is no such option`);
  return content as Record<string, unknown>;
}

function refuseUnknownVariables(env: OptionSources['env']): void {
  const known = new Set(names.map(variableName));
  const unknown = Object.keys(env).find((key) => key.startsWith('COBOARD_') && !known.has(key) && !otherVariables.test(key));
  if (unknown !== undefined) throw invalid(`${unknown}: there is no such option`);
}

function invalid(words: string): CoboardError {
  return new CoboardError('OPTION_INVALID', words);
}
