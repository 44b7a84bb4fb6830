import * as v from 'valibot';

/** One option: what it is called is its key in the table; everything else about it is here. */
export interface OptionSpec<T> {
  /** For people: what may stand there. */
  readonly type: string;
  readonly default: T;
  readonly description: string;
  /** Takes a flag's or variable's text, or a config file's JSON value. */
  readonly schema: v.GenericSchema<unknown, NonNullable<T>>;
  /** A flag without a value. */
  readonly isFlag?: boolean;
}

type Described<T> = Pick<OptionSpec<T>, 'default' | 'description'>;

/** A whole number within bounds. */
export function whole(min: number, max: number, spec: Described<number>): OptionSpec<number> {
  const digits = v.pipe(v.string(), v.regex(/^\d+$/, 'not a whole number'), v.transform(Number));
  const schema = v.pipe(v.union([v.number(), digits]), v.integer(), v.minValue(min), v.maxValue(max));
  return { type: `number, ${String(min)} to ${String(max)}`, schema, ...spec };
}

/** A text that is not empty. */
export function text(spec: Described<string>): OptionSpec<string> {
  return { type: 'text', schema: v.pipe(v.string(), v.nonEmpty('empty')), ...spec };
}

/** A text that may be left out. */
export function optionalText(type: string, spec: Omit<Described<string | null>, 'default'>, schema: v.GenericSchema<unknown, string> = v.pipe(v.string(), v.nonEmpty('empty'))): OptionSpec<string | null> {
  return { type, default: null, schema, ...spec };
}

/** One of a few words. */
export function choice<const C extends readonly [string, ...string[]]>(choices: C, spec: Described<C[number]>): OptionSpec<C[number]> {
  return { type: choices.map((word) => `\`${word}\``).join(', '), schema: v.picklist(choices), ...spec };
}

/** On or off: a flag alone means on. */
export function onOff(spec: Described<boolean>): OptionSpec<boolean> {
  const words = v.pipe(v.picklist(['true', 'false', '1', '0', '']), v.transform((word) => word === 'true' || word === '1'));
  return { type: 'on or off', schema: v.union([v.boolean(), words]), isFlag: true, ...spec };
}

/** Numbers by name: an object in a file, JSON elsewhere. */
export function numbers<K extends string>(names: readonly K[], spec: Omit<Described<unknown>, 'default'>): OptionSpec<Readonly<Partial<Record<K, number>>>> {
  type Numbers = Readonly<Partial<Record<K, number>>>;
  const positive = v.optional(v.pipe(v.number(), v.integer('not a whole number'), v.minValue(1)));
  const object = v.strictObject(Object.fromEntries(names.map((name) => [name, positive])));
  const schema = v.pipe(v.union([v.pipe(v.string(), v.parseJson()), v.looseObject({})]), object);
  return { type: 'numbers by name, as JSON', default: {} as Numbers, schema: schema as unknown as v.GenericSchema<unknown, Numbers>, ...spec };
}

/** Several texts: a list in a file, separated by commas elsewhere. */
export function list(type: string, item: v.GenericSchema<string, string>, spec: Described<readonly string[]>): OptionSpec<readonly string[]> {
  const split = v.pipe(v.string(), v.transform((words) => words.split(',').map((word) => word.trim()).filter((word) => word !== '')));
  return { type, schema: v.pipe(v.union([v.array(v.string()), split]), v.array(item)), ...spec };
}
