import { CoboardError } from '../../model/errors.ts';
import type { Options } from './options.ts';

/** Whether an address can be reached from this machine only. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

/**
 * Checks what no option can say by itself.
 * @throws CoboardError OPTION_INVALID
 */
export function checkOptions(options: Options): void {
  const fail = (words: string): never => {
    throw new CoboardError('OPTION_INVALID', words);
  };
  if (!/^(sqlite:.|mongodb(\+srv)?:\/\/.)/.test(options.store)) fail(`store: neither sqlite:PATH nor mongodb://...: ${options.store.split(':')[0] ?? ''}:...`);
  if (options.archiveAfterDays > 0 && options.archiveDir === null) fail('archiveAfterDays needs archiveDir');
  if (options.auth === 'demo') {
    if (!isLoopback(options.host) && !options.publicDemo) {
      fail(`host: with auth demo anyone who reaches ${options.host} signs in as anyone. Use auth jwt, or say --public-demo if that is what you want.`);
    }
    return;
  }
  if (options.jwtIssuer === null || options.jwtAudience === null) fail('auth jwt needs jwtIssuer and jwtAudience');
  if ((options.jwtJwksUrl === null) === (options.jwtSecret === null)) fail('auth jwt needs either jwtJwksUrl or jwtSecret');
}
