import { randomBytes } from 'node:crypto';

/** What the secret is kept in; a part of the store. */
export interface SecretStore {
  createSetting(key: string, value: string): Promise<string>;
}

/** The secret that was configured, else the one in the store, made there the first time: all servers on a store share it. */
export async function sessionSecret(configured: string | null, store: SecretStore): Promise<string> {
  return configured ?? store.createSetting('session-secret', randomBytes(48).toString('base64url'));
}
