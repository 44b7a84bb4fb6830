import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** One figure of one contender: the median of the rounds, and the range. */
export interface Figure {
  readonly case: string;
  readonly contender: string;
  readonly unit: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
}

export const figure = (value: number): string => (value >= 1_000 ? Math.round(value).toLocaleString('en') : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0));

const byCase = (figures: readonly Figure[]): ReadonlyMap<string, readonly Figure[]> => Map.groupBy(figures, (one) => one.case);

/** The machine, in a line. */
export const machine = (rounds: number): string =>
  `${String(rounds)} rounds on ${String(cpus().length)} cores (${cpus()[0]?.model.trim() ?? 'CPU'}), ${(totalmem() / 2 ** 30).toFixed(0)} GB, Node ${process.version}; server, clients and mongod share the machine. Medians [least..most].`;

/** Tables in Markdown, one for each case. */
export function tables(figures: readonly Figure[]): string {
  return [...byCase(figures)].map(([name, all]) => {
    const units = [...new Set(all.map(({ unit }) => unit))];
    const contenders = [...new Set(all.map(({ contender }) => contender))];
    const cell = (contender: string, unit: string): string => {
      const found = all.find((one) => one.contender === contender && one.unit === unit);
      return found ? `${figure(found.value)} [${figure(found.least)}..${figure(found.most)}]` : '';
    };
    const title = `### ${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const rows = contenders.map((contender) => `| ${contender} | ${units.map((unit) => cell(contender, unit)).join(' | ')} |`);
    return [title, '', `| | ${units.join(' | ')} |`, `|---|${units.map(() => '---:').join('|')}|`, ...rows].join('\n');
  }).join('\n\n');
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Bars for one unit of some cases, on a scale where each step is ten times the one before, so that 3 and 3,000 both can be seen. */
export function bars(title: string, figures: readonly Figure[], unit: string): string {
  const groups = [...byCase(figures.filter((one) => one.unit === unit))];
  const [left, width, row, gap] = [250, 520, 18, 26];
  const most = Math.max(...figures.filter((one) => one.unit === unit).map(({ value }) => value), 10);
  const x = (value: number): number => (width * Math.log10(Math.max(1, value) * 1)) / Math.log10(most * 1.5);
  const parts: string[] = [];
  let y = 44;
  for (const [name, all] of groups) {
    parts.push(`<text x="12" y="${String(y)}" class="case">${escape(name)}</text>`);
    y += 8;
    for (const { contender, value } of all) {
      const ours = contender.startsWith('Coboard');
      parts.push(`<text x="${String(left - 8)}" y="${String(y + 13)}" text-anchor="end">${escape(contender)}</text>`);
      parts.push(`<rect x="${String(left)}" y="${String(y + 2)}" width="${x(value).toFixed(1)}" height="${String(row - 5)}" rx="2" class="${ours ? 'ours' : 'peer'}"/>`);
      parts.push(`<text x="${(left + x(value) + 6).toFixed(1)}" y="${String(y + 13)}" class="value">${figure(value)}</text>`);
      y += row;
    }
    y += gap;
  }
  const height = y;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 880 ${String(height)}" role="img" aria-label="${escape(title)}">`,
    '<style>text{font:12px Inter,system-ui,sans-serif;fill:#3f4451}.title{font-size:15px;font-weight:600;fill:#16181d}.case{font-weight:600;fill:#16181d}.value{fill:#5b6070}.ours{fill:#3b5bdb}.peer{fill:#b9bfcc}rect.back{fill:#fff}</style>',
    `<rect class="back" width="880" height="${String(height)}"/>`,
    `<text x="12" y="22" class="title">${escape(title)} (${escape(unit)}; each step of the scale is a multiple)</text>`,
    ...parts, '</svg>', '',
  ].join('\n');
}

/** Puts the results into docs/BENCHMARKS.md between its marks, and draws the plots. */
export function write(figures: readonly Figure[], rounds: number): void {
  const path = 'docs/BENCHMARKS.md';
  mkdirSync('docs/bench', { recursive: true });
  const plots: readonly (readonly [file: string, title: string, unit: string])[] = [
    ['throughput', 'Ops acknowledged', 'ops/s'], ['p99', 'Time to the acknowledgement, p99', 'ms p99'], ['fan-out', 'One writes, 500 read', 'deliveries/s'],
  ];
  for (const [file, title, unit] of plots) writeFileSync(`docs/bench/${file}.svg`, bars(title, figures, unit));
  const text = readFileSync(path, 'utf8');
  const results = ['<!-- results -->', machine(rounds), '', ...plots.map(([file, title]) => `![${title}](bench/${file}.svg)`), '', tables(figures), '<!-- /results -->'].join('\n');
  writeFileSync(path, text.replace(/<!-- results -->[^]*<!-- \/results -->/, () => results));
}
