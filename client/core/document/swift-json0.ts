import json0 from 'ot-json0';
import type { Doc } from 'sharedb/lib/client/connection.js';
import { areApart } from '../../../model/apart.ts';
import type { Op } from '../../../model/json0.ts';

/**
 * json0 that does not transform what has nothing to do with each other: with hundreds of edits waiting, that is nearly everything that
 * others do.
 */
export const swiftJson0 = {
  ...json0.type,
  transformX: (left: Op, right: Op): [Op, Op] => (areApart(left, right) ? [left, right] : json0.type.transformX(left, right)),
};

/** Has a document transform with it. */
export function useSwiftJson0(doc: Doc): void {
  const setType = doc._setType.bind(doc);
  doc._setType = (type) => {
    setType(type);
    if (doc.type === json0.type) doc.type = swiftJson0;
  };
}
