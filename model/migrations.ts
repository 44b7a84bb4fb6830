import { CoboardError } from './errors.ts';
import { parseDashboard, schemaVersion, type Dashboard } from './dashboard.ts';

/** Turns a document of schema `n` into one of schema `n + 1`; index 0 is for schema 1. Pure; never changes its input. */
export type Migration = (document: Readonly<Record<string, unknown>>) => Record<string, unknown>;

const migrations: readonly Migration[] = [];

/**
 * Brings a stored document of any earlier schema to the current one, and does not look whether it is valid.
 * @throws CoboardError SCHEMA_TOO_NEW for one that a newer version wrote, DOCUMENT_INVALID for one without a version
 */
export function upgraded(stored: unknown, steps: readonly Migration[] = migrations): Readonly<Record<string, unknown>> {
  let document = stored as Record<string, unknown>;
  const schema = typeof stored === 'object' && stored !== null && 'schema' in stored ? stored.schema : undefined;
  if (typeof schema !== 'number' || !Number.isInteger(schema) || schema < 1) throw new CoboardError('DOCUMENT_INVALID', 'schema: not a version');
  if (schema > schemaVersion) throw new CoboardError('SCHEMA_TOO_NEW');
  for (const step of steps.slice(schema - 1)) document = step(document);
  return document;
}

/**
 * Brings a stored document of any earlier schema to the current one and parses it.
 * @throws CoboardError SCHEMA_TOO_NEW for one that a newer version wrote, DOCUMENT_INVALID for one that does not parse
 */
export const migrate = (stored: unknown, steps: readonly Migration[] = migrations): Dashboard => parseDashboard(upgraded(stored, steps));
