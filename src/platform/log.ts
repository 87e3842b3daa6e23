import { Inject, Injectable } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import { CONFIG, type Config } from './config.js';

/**
 * One line of JSON per event. What a request carried is never logged (no body, no query string, no variables, no
 * authorization), so personal data has no way in; the redaction is a second net for objects logged by libraries.
 */
export function createLogger(config: Pick<Config, 'logLevel'>): Logger {
  return pino({
    level: config.logLevel,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        'req.headers',
        'headers',
        '*.authorization',
        '*.password',
        '*.parameters',
        '*.variables',
        'err.parameters',
        'err.driverError',
        'err.detail',
        'err.where',
      ],
      remove: true,
    },
    hooks: {
      // A line says its own sentence, never that of its error.
      logMethod(args, method) {
        const [first, ...rest] = args as [unknown, ...unknown[]];
        const error = first instanceof Error ? first : (first as { err?: unknown } | null)?.err;
        const isErrors = error instanceof Error && (rest.length === 0 || rest[0] === error.message);
        method.apply(this, (isErrors ? [first, error.name] : args) as Parameters<typeof method>);
      },
    },
    serializers: {
      req: (request: { method?: string; url?: string; id?: string }) => ({
        id: request.id,
        method: request.method,
        path: request.url?.split('?')[0],
      }),
      res: (reply: { statusCode?: number }) => ({ status: reply.statusCode }),
      err: errorFields,
    },
  });
}

/** Messages of the database, of Fastify and of parsers can quote what was sent; code and stack are enough to find the cause. */
function errorFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { code?: string };
  const quotes = error.name === 'SyntaxError' || (typeof code === 'string' && /^([0-9A-Z]{5}$|FST_)/.test(code));
  return {
    type: error.name,
    ...(code ? { code } : {}),
    ...(quotes ? {} : { message: error.message }),
    stack: error.stack
      ?.split('\n')
      .filter((line) => line.startsWith('    at '))
      .slice(0, 12),
    ...(error.cause instanceof Error ? { cause: errorFields(error.cause) } : {}),
  };
}

/** The one logger, for injection. */
@Injectable()
export class Log {
  readonly logger: Logger;

  constructor(@Inject(CONFIG) config: Config) {
    this.logger = createLogger(config);
  }

  info(fields: object, sentence: string): void {
    this.logger.info(fields, sentence);
  }

  warn(fields: object, sentence: string): void {
    this.logger.warn(fields, sentence);
  }

  error(fields: object, sentence: string): void {
    this.logger.error(fields, sentence);
  }
}
