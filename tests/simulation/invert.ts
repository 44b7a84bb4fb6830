import json0 from 'ot-json0';
import { applyShared } from '../../model/apply-shared.ts';
import type { Op } from '../../model/json0.ts';

/** The document before an op, worked out from the one after it by json0's own inversion. */
export const invertible = <T>(after: T, op: Op): T => applyShared(after, json0.type.invert(op));
