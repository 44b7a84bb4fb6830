import type { Doc } from 'sharedb/lib/client/connection.js';
import type { Op } from '../../../model/json0.ts';
import { shareEqual } from './share-equal.ts';
import { swiftJson0 } from './swift-json0.ts';

/**
 * Has edits that wait outlive a deletion that was taken back. ShareDB would give them up as soon as it hears of the deletion; whether the
 * document is there again only the server knows, and says by taking them or refusing them.
 */
export function outliveDeletion(doc: Doc): void {
  const handle = doc._handleOp.bind(doc);
  /** Deleted for the server, and here only once nothing waits. */
  let isDeleted = false;
  doc._handleOp = (error, message) => {
    const isNext = !error && message.v === doc.version && doc.type !== null;
    if (isNext && message.del === true && doc.hasWritePending()) {
      isDeleted = true;
      doc.version = message.v + 1;
      return;
    }
    if (isNext && message.create !== undefined) {
      isDeleted = false;
      if (isAsBefore(doc, message.create.data)) {
        doc.version = message.v + 1;
        return;
      }
    }
    handle(error, message);
    if (!isDeleted || doc.hasWritePending()) return;
    isDeleted = false;
    if (doc.type !== null) doc._otApply({ del: true }, false);
  };
}

/** Whether a document without what waits is as it was created anew. */
function isAsBefore({ data, inflightOp, pendingOps }: Doc, created: unknown): boolean {
  const waiting: readonly Op[] = [...(inflightOp === null ? [] : [inflightOp]), ...pendingOps].map(({ op = [] }) => op);
  try {
    const before = waiting.reduceRight<unknown>((state, op) => swiftJson0.apply(state, swiftJson0.invert(op)), structuredClone(data));
    return shareEqual(created, before) === created;
  } catch {
    return false;
  }
}
