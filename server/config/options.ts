import * as v from 'valibot';
import { serverLimits, type ServerLimits } from '../../model/limits.ts';
import { choice, list, numbers, onOff, optionalText, text, whole, type OptionSpec } from './option-types.ts';

const httpUrl = v.pipe(v.string(), v.url('not an address'), v.startsWith('http', 'not an http address'));
const origin = v.pipe(
  v.string(),
  v.check((value) => URL.canParse(value) && new URL(value).origin === value, 'not an origin like https://example.org'),
);
const secret = v.pipe(v.string(), v.minLength(32, 'a secret has at least 32 characters'));

/** Every option of the server, once. Flag `--jwt-issuer`, variable `COBOARD_JWT_ISSUER`, key `jwtIssuer` of a config file. */
export const optionTable = {
  port: whole(0, 65_535, { default: 4400, description: 'Where to listen; 0 takes any free port.' }),
  host: text({ default: '127.0.0.1', description: 'The address to listen on; `0.0.0.0` for every one.' }),
  store: text({ default: 'sqlite:data/coboard.db', description: 'Where dashboards are kept: `sqlite:PATH` or `mongodb://...`.' }),
  redis: optionalText('address', { description: 'Joins servers on one store: `redis://...`, the same for all of them.' }, v.pipe(v.string(), v.regex(/^rediss?:\/\/./, 'not a redis:// address'))),
  auth: choice(['demo', 'jwt'], { default: 'demo', description: 'Who may sign in: anyone by a name (`demo`), or bearers of a token of your identity provider (`jwt`).' }),
  admins: list('ids of people, or names where a name is enough, separated by commas', v.pipe(v.string(), v.nonEmpty(), v.maxLength(200)), { default: [], description: 'Who sees the history of every dashboard and may have it verified.' }),
  publicDemo: onOff({ default: false, description: 'Lets `auth` `demo` listen on an address that others can reach.' }),
  sessionSecret: optionalText('text, at least 32 characters', { description: 'Signs the sessions of `auth` `demo`; left out, one is made and kept in the store.' }, secret),
  jwtIssuer: optionalText('text', { description: 'The issuer (`iss`) that a token must have.' }),
  jwtAudience: optionalText('text', { description: 'The audience (`aud`) that a token must have.' }),
  jwtJwksUrl: optionalText('address', { description: 'Where the public keys of the issuer are (JWKS).' }, httpUrl),
  jwtSecret: optionalText('text, at least 32 characters', { description: 'The secret shared with the issuer (HS256), instead of `jwtJwksUrl`.' }, secret),
  signingKey: optionalText('path', { description: 'The private key (Ed25519, PEM) that signs the history; made where there is none. Left out: `signing-key.pem` beside the database file, for MongoDB in `data/`. Keep a copy, and keep it out of the database.' }),
  anchorFile: optionalText('path', { description: 'A file that the hash of each checkpoint of the history is appended to: somewhere that who can write the database cannot.' }),
  anchorUrl: optionalText('address', { description: 'Where the hash of each checkpoint is posted to.' }, httpUrl),
  purgeAfterDays: whole(0, 36_500, { default: 0, description: 'Dashboards that were deleted so many days ago, 30 at least, are removed for good; a signed tombstone stays. 0: never.' }),
  archiveAfterDays: whole(0, 36_500, { default: 0, description: 'Changes that are older than so many days move from the store to compressed files in `archiveDir`; every moment can be read as before. 0: never.' }),
  archiveDir: optionalText('path', { description: 'A folder for archived changes, the same for all servers of a store. Whoever has some there needs it from then on.' }),
  allowedOrigins: list('origins, separated by commas', origin, { default: [], description: 'Sites besides its own whose pages may connect.' }),
  trustProxy: onOff({ default: false, description: 'Believes `X-Forwarded-*`: only behind a proxy that sets them.' }),
  clientDir: text({ default: 'dist/app/browser', description: 'The built app that is served.' }),
  limits: numbers(Object.keys(serverLimits) as (keyof ServerLimits)[], { description: 'Limits that differ from those of `model/limits.ts`, such as `{"socketsMax": 500}`.' }),
  logLevel: choice(['silent', 'error', 'warn', 'info', 'debug'], { default: 'info', description: 'How much is logged (to standard error, as JSON lines).' }),
} as const satisfies Record<string, OptionSpec<never> | OptionSpec<number> | OptionSpec<string> | OptionSpec<string | null> | OptionSpec<boolean> | OptionSpec<readonly string[]> | OptionSpec<Readonly<Partial<ServerLimits>>>>;

type OptionTable = typeof optionTable;

/** The options of a server, parsed. */
export type Options = { readonly [K in keyof OptionTable]: OptionTable[K] extends { schema: v.GenericSchema<unknown, infer T> } ? T | OptionTable[K]['default'] : never };

/** The options when nothing is said. */
export const defaultOptions = Object.fromEntries(Object.entries(optionTable).map(([name, spec]) => [name, spec.default])) as unknown as Options;
