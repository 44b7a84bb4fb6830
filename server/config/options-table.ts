import { optionTable } from './options.ts';
import { flagName, variableName } from './read-options.ts';

const shown = (value: string | number | boolean | null | object): string => {
  if (value === null || typeof value === 'object') return '';
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : `\`${String(value)}\``;
};

/** The options as a Markdown table: README's is this one, and a test compares the two. */
export function optionsMarkdown(): string {
  const rows = Object.entries(optionTable).map(
    ([name, { type, default: value, description }]) => `| \`--${flagName(name)}\` | \`${variableName(name)}\` | \`${name}\` | ${type} | ${shown(value)} | ${description} |`,
  );
  return ['| flag | variable | key in a config file | value | default | what it does |', '|---|---|---|---|---|---|', ...rows].join('\n');
}

/** The options as lines for `--help`. */
export function optionsHelp(): string {
  const lines = Object.entries(optionTable).map(([name, { type, default: value, description }]) => {
    const standard = shown(value);
    return `  --${flagName(name)}  (${type}${standard === '' ? '' : `; ${standard}`})\n      ${description}`.replaceAll('`', '');
  });
  return [
    'Coboard: a collaboration server for dashboards. Options:',
    '  --config  (path)\n      A JSON file with options.',
    ...lines,
    'Each is also a variable (COBOARD_STORE) and a key of the config file ("store"). A flag wins over a variable, a variable over the file.',
  ].join('\n');
}
