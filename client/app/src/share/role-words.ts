import type { Role } from '@coboard/core';

/** A person's role as it is said to them. */
export const roleWords: Readonly<Record<Role, string>> = { owner: 'Owner', editor: 'Can edit', commenter: 'Can comment', viewer: 'Can view' };

/** The roles that a person can be given, from most to least. */
export const givenRoles: readonly Role[] = ['owner', 'editor', 'commenter', 'viewer'];
