import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { describeIssue } from '../../model/dashboard.ts';
import { isMap } from '../../model/maps.ts';
import { CoboardError, type ErrorCode } from '../../model/errors.ts';

/** What Fastify itself refuses, by status, as ours. */
const codeOfStatus: Readonly<Record<number, ErrorCode>> = { 404: 'NOT_FOUND', 405: 'METHOD_NOT_ALLOWED', 413: 'REQUEST_TOO_LARGE', 415: 'MEDIA_TYPE_UNSUPPORTED', 429: 'TOO_MANY_REQUESTS' };

/** Any error as one of ours; what nobody foresaw becomes INTERNAL, without its details. */
export function asCoboardError(error: unknown): CoboardError {
  if (error instanceof CoboardError) return error;
  const { statusCode, message } = error as Partial<FastifyError>;
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new CoboardError(codeOfStatus[statusCode] ?? 'REQUEST_INVALID', message, { cause: error });
  return new CoboardError('INTERNAL', undefined, { cause: error });
}

/** Answers every error as `{error: {code, message}}` with its status, and counts it. */
export function replyErrors(http: FastifyInstance, refusedBodyMs: number, refused: (code: ErrorCode) => void): void {
  http.setErrorHandler((error, request, reply) => {
    const known = asCoboardError(error);
    refused(known.code);
    if (!request.raw.complete && announcedBytes(request) > request.routeOptions.bodyLimit) endSoon(request, reply, refusedBodyMs);
    if (known.status < 500) return sendError(reply, known);
    request.log.error({ err: known.cause ?? known }, 'a request failed');
    // what failed and where concerns those who operate the server
    return sendError(reply, new CoboardError(known.code));
  });
}

/** How large the body of a request says that it is; one in parts does not say. */
const announcedBytes = ({ headers }: FastifyRequest): number => Number(headers['content-length'] ?? (headers['transfer-encoding'] === undefined ? 0 : Infinity));

/**
 * What is left of a body that nobody reads is taken off the wire and dropped, or its sender might not get the answer: a connection that is cut
 * while it still sends loses what is on its way. One that would send more than the address reads has a while for that, and is cut then.
 */
function endSoon({ raw }: FastifyRequest, reply: FastifyReply, refusedBodyMs: number): void {
  reply.removeHeader('connection');
  reply.raw.once('finish', () => {
    setTimeout(() => {
      if (!raw.complete) raw.socket.destroy();
    }, refusedBodyMs).unref();
  });
}

export function sendError(reply: FastifyReply, { status, code, message, retry }: CoboardError, more: object = {}): FastifyReply {
  if (retry) void reply.header('retry-after', '1');
  return reply.code(status).send({ error: { code, message }, ...more });
}

/**
 * A part of a request against its schema.
 * @throws CoboardError REQUEST_INVALID, or the code given
 */
export function parseRequest<S extends v.GenericSchema>(schema: S, part: unknown, code: ErrorCode = 'REQUEST_INVALID'): v.InferOutput<S> {
  // a request without a body has no wishes
  const given = part === undefined ? {} : part;
  if (!isMap(given)) throw new CoboardError(code, 'A JSON object is expected.');
  const result = v.safeParse(schema, given, { abortEarly: true });
  if (!result.success) throw new CoboardError(code, describeIssue(result.issues[0]));
  return result.output;
}

/** Adds an answer for the methods that an address does not take. */
export function refuseOtherMethods(http: FastifyInstance, routes: ReadonlyMap<string, ReadonlySet<string>>): void {
  const all = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
  for (const [url, methods] of routes) {
    const others = all.filter((method) => !methods.has(method));
    if (others.length === 0) continue;
    http.route({
      method: others,
      url,
      // before its body is read
      onRequest: (_request: FastifyRequest, reply: FastifyReply) => {
        void reply.header('allow', [...methods].join(', '));
        throw new CoboardError('METHOD_NOT_ALLOWED');
      },
      // Fastify wants one
      handler: () => undefined,
    });
  }
}
