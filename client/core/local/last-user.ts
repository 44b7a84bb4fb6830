import type { User } from '../../../model/protocol.ts';

/** Who was signed in last, for a start without a server; `left`: nobody, and the server does not know of the sign-out yet. */
export interface LastUser {
  read(): User | 'left' | null;
  write(user: User | 'left' | null): void;
}

const key = 'coboard.user';

/** Kept in a browser; where it refuses, nobody is known. */
export const browserLastUser: LastUser = {
  read: () => {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
      return kept === 'left' || isUser(kept) ? kept : null;
    } catch {
      return null;
    }
  },
  write: (user) => {
    try {
      if (user === null) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(user));
    } catch {
      // a start without a server then has to wait for it
    }
  },
};

const isUser = (value: unknown): value is User =>
  typeof value === 'object' && value !== null && ['id', 'name', 'color'].every((part) => typeof (value as Record<string, unknown>)[part] === 'string');
