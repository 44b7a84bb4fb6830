import { bareInsertsCase } from './cases/bare-inserts.ts';
import { bytesCase } from './cases/bytes.ts';
import type { Case } from './cases/case.ts';
import { crowd } from './cases/crowd.ts';
import { fanOutCase } from './cases/fan-out.ts';
import { longDocumentCase } from './cases/long-document.ts';
import { sealingCase } from './cases/sealing.ts';
import { presenceCase } from './cases/presence.ts';
import { untilAnotherHasIt } from './cases/until-another-has-it.ts';
import { figure, type Figure } from './report.ts';
import { spread } from './statistics.ts';
import type { Stores } from './throughput.ts';

const cases: readonly Case[] = [fanOutCase, presenceCase, untilAnotherHasIt, longDocumentCase, sealingCase, crowd, bytesCase, bareInsertsCase];

/** Runs the cases, or those whose names have a word in them, and prints medians and ranges. */
export async function measureCases(stores: Stores, rounds: number, word = ''): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name, measure } of cases.filter((one) => one.name.includes(word))) {
    const values = new Map<string, { contender: string; unit: string; all: number[] }>();
    for (let round = 0; round < rounds; round++) {
      await measure(stores, `${String(cases.findIndex((one) => one.name === name))}-${String(round)}`, (contender, value, unit) => {
        const key = `${contender} ${unit}`;
        const known = values.get(key) ?? { contender, unit, all: [] };
        values.set(key, known);
        known.all.push(value);
      });
    }
    console.log(`${name}:`);
    for (const { contender, unit, all } of values.values()) {
      const { median, sorted } = spread(all);
      const [least, most] = [sorted[0] ?? NaN, sorted.at(-1) ?? NaN];
      console.log(`  ${contender.padEnd(36)} ${figure(median).padStart(10)} [${figure(least)}..${figure(most)}] ${unit}`);
      figures.push({ case: name, contender, unit, value: median, least, most });
    }
  }
  return figures;
}
