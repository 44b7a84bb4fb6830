import type ShareDB from 'sharedb';
import type { Dashboard } from '../../model/dashboard.ts';
import { CoboardError } from '../../model/errors.ts';
import type { Op } from '../../model/json0.ts';
import type { Limiting } from '../../model/limits.ts';
import { fastened } from '../../model/maps.ts';
import { admitOp } from '../../model/op-check.ts';
import { dashboardsCollection } from '../../model/protocol.ts';
import type { Directory } from '../access/directory.ts';
import { clientOf } from './client.ts';
import { DocumentSize } from './document-size.ts';

/** The part of ShareDB's submit request that the guard reads and writes. */
interface Applying {
  readonly id: string;
  readonly collection: string;
  readonly op: { op?: Op; readonly del?: true };
  /** The document after the op, for whoever applies it. */
  nextData: { readonly data: unknown } | null;
  readonly snapshot: { readonly type: string | null; readonly data: Dashboard };
}

/**
 * The last check of an op, against the very document that it will be applied to, after transformation: the person may still edit
 * it, the result is a valid dashboard of a permitted size, and `od` says what really stood there, so that every stored op inverts.
 */
export function guardOps(backend: Pick<ShareDB, 'use'>, directory: Directory, limiting: Limiting): void {
  const size = new DocumentSize(limiting);
  backend.use('apply', (context, next) => {
    const client = clientOf(context.agent);
    const applying = context as unknown as Applying;
    if (!client) {
      // a second deletion would hide what the first one keeps for bringing the dashboard back
      next(applying.op.del === true && applying.snapshot.type === null ? new CoboardError('NOT_FOUND') : undefined);
      return;
    }
    try {
      const { id, collection, op, snapshot } = applying;
      if (collection !== dashboardsCollection || op.op === undefined) throw new CoboardError('DOCUMENT_CREATE_REFUSED');
      if (!directory.may(id, client.user.id, 'edit')) throw new CoboardError(directory.may(id, client.user.id, 'read') ? 'FORBIDDEN' : 'ACCESS_REVOKED');
      // ShareDB itself says that there is no document to edit
      if (snapshot.type !== null) {
        const admitted = admitOp(snapshot.data, op.op.map((one) => ('oi' in one ? { ...one, oi: fastened(one.oi) } : one)));
        op.op = admitted.op;
        size.check(id, Buffer.byteLength(JSON.stringify(admitted.op)), admitted.next);
        applying.nextData = { data: admitted.next };
      }
      next();
    } catch (error) {
      next(error);
    }
  });
}
