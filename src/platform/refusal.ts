/** The stable codes that a client may branch on; each has one HTTP status. */
export const httpStatusOf = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  TOO_COMPLEX: 400,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
  INTERNAL: 500,
} as const;

export type Code = keyof typeof httpStatusOf;

/**
 * Every finer reason that the service may give, with the code that it belongs to. `docs/errors.md` explains each one,
 * and a test proves catalogue and document equal in both directions.
 */
export const catalogue = {
  // who asks
  KEY_MISSING: 'UNAUTHENTICATED',
  KEY_UNKNOWN: 'UNAUTHENTICATED',
  KEY_EXPIRED: 'UNAUTHENTICATED',
  KEY_REVOKED: 'UNAUTHENTICATED',
  TOKEN_INVALID: 'UNAUTHENTICATED',
  TOKEN_EXPIRED: 'UNAUTHENTICATED',
  TOKEN_OUTGROWN: 'UNAUTHENTICATED',
  SCOPE_MISSING: 'FORBIDDEN',
  FIELD_INTERNAL: 'FORBIDDEN',
  SIGNATURE_INVALID: 'UNAUTHENTICATED',
  // what is asked
  INPUT_INVALID: 'BAD_USER_INPUT',
  QUERY_INVALID: 'BAD_USER_INPUT',
  BODY_MALFORMED: 'BAD_USER_INPUT',
  BODY_TOO_LARGE: 'BAD_USER_INPUT',
  BODY_TYPE_UNSUPPORTED: 'BAD_USER_INPUT',
  QUERY_TOO_COMPLEX: 'TOO_COMPLEX',
  PAGE_SIZE_INVALID: 'BAD_USER_INPUT',
  CURSOR_INVALID: 'BAD_USER_INPUT',
  CURSOR_EXPIRED: 'CONFLICT',
  ID_INVALID: 'BAD_USER_INPUT',
  ONE_OF_REQUIRED: 'BAD_USER_INPUT',
  TEXT_INVALID: 'BAD_USER_INPUT',
  TOO_LONG: 'BAD_USER_INPUT',
  TOO_MANY: 'BAD_USER_INPUT',
  TOO_FEW: 'BAD_USER_INPUT',
  OUT_OF_RANGE: 'BAD_USER_INPUT',
  TIME_INVALID: 'BAD_USER_INPUT',
  IDENTIFIER_TYPE_UNKNOWN: 'BAD_USER_INPUT',
  RULE_INVALID: 'BAD_USER_INPUT',
  RULE_CIRCULAR: 'BAD_USER_INPUT',
  RULE_CONTRADICTORY: 'BAD_USER_INPUT',
  RULE_TOO_COSTLY: 'TOO_COMPLEX',
  STEP_KEY_TWICE: 'BAD_USER_INPUT',
  STEP_UNKNOWN: 'BAD_USER_INPUT',
  STEP_UNREACHABLE: 'BAD_USER_INPUT',
  STEP_CANNOT_END: 'BAD_USER_INPUT',
  SCHEMA_INVALID: 'BAD_USER_INPUT',
  TRIGGER_INVALID: 'BAD_USER_INPUT',
  DATA_INVALID: 'BAD_USER_INPUT',
  MAPPING_INVALID: 'BAD_USER_INPUT',
  SCOPE_UNKNOWN: 'BAD_USER_INPUT',
  COMPRESSION_UNAVAILABLE: 'BAD_USER_INPUT',
  // the state of things
  NOT_FOUND: 'NOT_FOUND',
  ROUTE_UNKNOWN: 'NOT_FOUND',
  KEY_TAKEN: 'CONFLICT',
  VERSION_STALE: 'CONFLICT',
  CONTENT_CONFLICT: 'CONFLICT',
  STATUS_FORBIDS: 'CONFLICT',
  STEP_FORBIDS: 'CONFLICT',
  CHANNEL_FORBIDS: 'CONFLICT',
  MIGRATION_UNFIT: 'CONFLICT',
  VISITOR_KNOWN: 'CONFLICT',
  IDENTIFIER_UNPROVEN: 'FORBIDDEN',
  IDENTIFIER_DOUBTFUL: 'FORBIDDEN',
  RESUME_CODE_UNKNOWN: 'NOT_FOUND',
  RESUME_CODE_USED: 'CONFLICT',
  RESUME_CODE_EXPIRED: 'CONFLICT',
  RESUME_LEVEL: 'FORBIDDEN',
  RESUME_LOCKED: 'RATE_LIMITED',
  SURVEY_TOKEN_UNKNOWN: 'NOT_FOUND',
  SURVEY_ANSWERED: 'CONFLICT',
  SURVEY_EXPIRED: 'CONFLICT',
  SURVEY_QUIET: 'CONFLICT',
  SURVEY_LOCKED: 'RATE_LIMITED',
  EVALUATION_EXISTS: 'CONFLICT',
  LINK_FORBIDDEN: 'CONFLICT',
  SEGMENT_IN_USE: 'CONFLICT',
  UNIQUENESS_BROKEN: 'CONFLICT',
  SECRETS_KEY_MISSING: 'CONFLICT',
  CUSTOMERS_ARE_ONE: 'CONFLICT',
  EXPORTS_RUNNING: 'RATE_LIMITED',
  EXPORT_UNFINISHED: 'CONFLICT',
  EXPORT_EXPIRED: 'NOT_FOUND',
  EXPORT_UNMASKED: 'FORBIDDEN',
  EXPORT_FILES_MISSING: 'UNAVAILABLE',
  RANGE_UNSATISFIABLE: 'BAD_USER_INPUT',
  DISK_FULL: 'UNAVAILABLE',
  READER_LOST: 'UNAVAILABLE',
  // who follows
  SLOW_READER: 'RATE_LIMITED',
  CONNECTIONS_TOO_MANY: 'RATE_LIMITED',
  SUBSCRIPTIONS_TOO_MANY: 'RATE_LIMITED',
  // the service itself
  OVERLOADED: 'UNAVAILABLE',
  DATABASE_UNAVAILABLE: 'UNAVAILABLE',
  TIMED_OUT: 'UNAVAILABLE',
  ISSUER_UNAVAILABLE: 'UNAVAILABLE',
  SECRET_UNREADABLE: 'UNAVAILABLE',
  UNEXPECTED: 'INTERNAL',
} as const satisfies Record<string, Code>;

export type Reason = keyof typeof catalogue;

export interface Where {
  /** Path of the offending input, as the client wrote it: `touchpoints[3].waitSeconds`. */
  readonly field?: string;
  /** The limit that was passed, in the field's own unit. */
  readonly limit?: number;
  readonly cause?: unknown;
}

/** What a caller can cause, said in a sentence that it can act on. What it cannot cause is a plain `Error`. */
export class Refusal extends Error {
  readonly code: Code;

  constructor(
    readonly reason: Reason,
    sentence: string,
    readonly where: Where = {},
  ) {
    super(sentence, where.cause === undefined ? undefined : { cause: where.cause });
    this.name = 'Refusal';
    this.code = catalogue[reason];
  }

  /** The same refusal as the holder of what was checked tells it: its field lies under `path`. */
  under(path: string): Refusal {
    const { field } = this.where;
    const whole = field === undefined ? path : `${path}${field.startsWith('[') ? '' : '.'}${field}`;
    return new Refusal(this.reason, this.message, { ...this.where, field: whole });
  }

  get httpStatus(): number {
    if (this.reason === 'BODY_TOO_LARGE') return 413;
    if (this.reason === 'BODY_TYPE_UNSUPPORTED') return 415;
    if (this.reason === 'EXPORT_EXPIRED') return 410;
    if (this.reason === 'RANGE_UNSATISFIABLE') return 416;
    return httpStatusOf[this.code];
  }

  /** The part that GraphQL puts under `extensions`. */
  get extensions(): Record<string, unknown> {
    const { field, limit } = this.where;
    return {
      code: this.code,
      reason: this.reason,
      ...(field === undefined ? {} : { field }),
      ...(limit === undefined ? {} : { limit }),
    };
  }
}

/**
 * For the catch around a check: what is checked names its fields by themselves, and their path is only written when one
 * is refused.
 */
export function underPath(path: string, error: unknown): unknown {
  return error instanceof Refusal ? error.under(path) : error;
}
