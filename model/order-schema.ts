import * as v from 'valibot';
import { limits } from './limits.ts';

/** A fractional order, see `order.ts`. */
export const Order = v.pipe(v.string(), v.minLength(1), v.maxLength(limits.orderCharsMax), v.regex(/^[0-9A-Za-z]*[1-9A-Za-z]$/));
