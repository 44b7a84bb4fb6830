import type { FastifyInstance } from 'fastify';
import { CoboardError } from '../../model/errors.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Store } from '../store/store.ts';

export interface HealthRouteParts {
  readonly store: Store;
  readonly metrics: Metrics;
  readonly isDraining: () => boolean;
}

/** For those who operate the server: no sign-in, and nothing about anybody. */
export function healthRoutes(http: FastifyInstance, { store, metrics, isDraining }: HealthRouteParts): void {
  http.get('/healthz', () => ({ status: 'alive' }));

  http.get('/readyz', async () => {
    if (isDraining()) throw new CoboardError('SERVER_DRAINING');
    await store.check().catch((error: unknown) => {
      // where the store is concerns nobody who asks here
      throw new CoboardError('STORE_UNAVAILABLE', undefined, { cause: error });
    });
    return { status: 'ready' };
  });

  http.get('/metrics', async (_request, reply) => {
    void reply.type(metrics.contentType);
    return metrics.text();
  });
}
