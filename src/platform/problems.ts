import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { databaseRefusal } from './database-errors.js';
import { Refusal } from './refusal.js';

/** RFC 9457 `application/problem+json`: the same code, reason, field and limit that GraphQL gives. */
export function problemOf(refusal: Refusal): Record<string, unknown> {
  const { code, ...rest } = refusal.extensions;
  return {
    type: `urn:throughline:problem:${refusal.reason.toLowerCase().replaceAll('_', '-')}`,
    title: String(code),
    status: refusal.httpStatus,
    detail: refusal.message,
    code,
    ...rest,
  };
}

/** What a caller is told of any error on an HTTP route: what it can act on, and nothing of our inside. */
export function refusalOfError(error: unknown): Refusal {
  const known = databaseRefusal(error);
  if (known instanceof Refusal) return known;
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  const status = error instanceof HttpException ? error.getStatus() : statusCode;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || status === 413)
    return new Refusal('BODY_TOO_LARGE', 'The body is too large.');
  if (status === 415) return new Refusal('BODY_TYPE_UNSUPPORTED', 'This content type is not understood here.');
  if (status === 404) return new Refusal('ROUTE_UNKNOWN', 'There is nothing at this address.');
  if (status !== undefined && status >= 400 && status < 500)
    return new Refusal('BODY_MALFORMED', 'The request cannot be read.');
  return new Refusal('UNEXPECTED', 'Something went wrong on our side and has been recorded; try again later.');
}

/** Answers a failed request in the form of its route: GraphQL errors for `/graphql`, a problem elsewhere. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const refusal = refusalOfError(error);
  if (refusal.reason === 'UNEXPECTED') request.log.error({ err: error }, 'a request failed');
  if (refusal.code === 'UNAVAILABLE') reply.header('retry-after', '1');
  if (refusal.code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer');
  reply.status(refusal.httpStatus);
  if (request.url.startsWith('/graphql')) {
    reply.type('application/json').send({ errors: [{ message: refusal.message, extensions: refusal.extensions }] });
  } else {
    reply.type('application/problem+json').send(problemOf(refusal));
  }
}

@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    // GraphQL words its own errors.
    if (host.getType<string>() === 'graphql') throw error;
    const http = host.switchToHttp();
    answerError(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}
