import path from 'node:path';
import { z } from 'zod';
import { readKeys } from './secret-box.js';

const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default(fallback ? 'true' : 'false')
    .transform((text) => text === 'true');

const postgresUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\//, 'must start with postgres:// or postgresql://')
  .optional();

const httpsUrl = z
  .string()
  .regex(/^https?:\/\/[^\s]+$/, 'must be an http(s) URL')
  .optional();

const environment = z
  .object({
    NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
    PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
    HOST: z.string().min(1).default('127.0.0.1'),
    DATABASE_URL: postgresUrl,
    DATABASE_APP_URL: postgresUrl,
    DATA_DIR: z.string().min(1).default('./data'),
    POOL_SIZE: z.coerce.number().int().min(2).max(100).default(8),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    MIGRATE_ON_START: flag(true),
    GRAPHQL_INTROSPECTION: z.enum(['true', 'false'], { error: 'must be true or false' }).optional(),
    THROUGHLINE_BOOTSTRAP_KEY: z.string().min(16, 'must have at least 16 characters').max(256).optional(),
    OIDC_ISSUER: httpsUrl,
    OIDC_AUDIENCE: z.string().min(1).optional(),
    OIDC_JWKS_URL: httpsUrl,
    OIDC_CLIENT_ID: z.string().min(1).max(256).optional(),
    PUBLIC_URL: httpsUrl,
    SECRETS_KEY: z
      .string()
      .refine((text) => readKeys(text) !== null, 'must be 64 hexadecimal digits, or several such keys with commas')
      .optional(),
    FEED_RETENTION_HOURS: z.coerce.number().int().min(1).max(8_760).default(48),
    WEBHOOK_RETENTION_DAYS: z.coerce.number().int().min(1).max(3_650).default(30),
    CORS_ORIGINS: z.string().default('*'),
    INGEST_MICRO_BATCH: flag(true),
    EXPORT_POOL_SIZE: z.coerce.number().int().min(1).max(100).default(4),
    EXPORT_STRETCH_ROWS: z.coerce.number().int().min(1).max(1_000_000).default(50_000),
    EXPORT_DIR: z.string().min(1).optional(),
    EXPORT_RETENTION_HOURS: z.coerce.number().int().min(1).max(8_760).default(72),
    EXPORT_STALL_SECONDS: z.coerce.number().min(0.1).max(3_600).default(60),
    SHUTDOWN_GRACE_MS: z.coerce.number().int().min(0).max(20_000).default(500),
  })
  .refine((env) => !env.DATABASE_APP_URL || env.DATABASE_URL, {
    path: ['DATABASE_APP_URL'],
    error: 'needs DATABASE_URL too, the owner that migrates',
  })
  .refine((env) => !env.OIDC_CLIENT_ID || env.OIDC_ISSUER, {
    path: ['OIDC_CLIENT_ID'],
    error: 'needs OIDC_ISSUER and OIDC_AUDIENCE too',
  })
  .refine((env) => !env.OIDC_ISSUER === !env.OIDC_AUDIENCE, {
    path: ['OIDC_ISSUER'],
    error: 'and OIDC_AUDIENCE must be set together: a token is only accepted for a named audience',
  });

/** Everything that an operator can set; `.env.example` documents each line. */
export interface Config {
  readonly isProduction: boolean;
  readonly port: number;
  readonly host: string;
  /** Connects as the owner, who migrates. Without it the embedded Postgres is used. */
  readonly databaseUrl?: string;
  /** Connects as the app role. Without it the owner's connection takes the role `throughline_app` at its start. */
  readonly databaseAppUrl?: string;
  readonly dataDir: string;
  /** Connections of each of the three pools: reads, ingest, everything else. */
  readonly poolSize: number;
  readonly logLevel: string;
  readonly migrateOnStart: boolean;
  readonly introspection: boolean;
  readonly bootstrapKey?: string;
  readonly oidc?: {
    readonly issuer: string;
    readonly audience: string;
    readonly jwksUrl: string;
    /** As whom the console signs people in; without it they use keys. */
    readonly clientId?: string;
  };
  /** The address by which the outside reaches us, without a slash at its end; left out, the one that a request names. */
  readonly publicUrl?: string;
  /** Encrypts secrets that must be read back; several with commas while one takes over from another. */
  readonly secretsKey?: string;
  /** How long a client that was away can go on from its cursor of changes. */
  readonly feedRetentionHours: number;
  /** How long what a vendor sent is kept as it came. */
  readonly webhookRetentionDays: number;
  /** Origins that browsers may call from; `*` is safe because credentials never travel in cookies. */
  readonly corsOrigins: string;
  /** Single requests that arrive together share one commit; off only to measure what that brings. */
  readonly ingestMicroBatch: boolean;
  /** Connections that exports read on. */
  readonly exportPoolSize: number;
  /** Rows that one statement of an export reads. */
  readonly exportStretchRows: number;
  /** Where the files of exports lie; several instances share one folder. */
  readonly exportDir: string;
  /** How long they lie there. */
  readonly exportRetentionHours: number;
  /** How long the reader of an export may take nothing, before it is cut. */
  readonly exportStallMs: number;
  /** How long a stopping process still answers, telling clients to go elsewhere, before it stops listening. */
  readonly shutdownGraceMs: number;
}

/** Reads the environment once; a bad value stops the start with one sentence that names it. */
export function readConfig(source: Record<string, string | undefined> = process.env): Config {
  const set = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Error(`Configuration: ${issue?.path.join('.')} ${issue?.message}.`);
  }
  const env = parsed.data;
  return Object.freeze({
    isProduction: env.NODE_ENV === 'production',
    port: env.PORT,
    host: env.HOST,
    databaseUrl: env.DATABASE_URL,
    databaseAppUrl: env.DATABASE_APP_URL,
    dataDir: env.DATA_DIR,
    poolSize: env.POOL_SIZE,
    logLevel: env.LOG_LEVEL,
    migrateOnStart: env.MIGRATE_ON_START,
    introspection: env.GRAPHQL_INTROSPECTION ? env.GRAPHQL_INTROSPECTION === 'true' : env.NODE_ENV !== 'production',
    bootstrapKey: env.THROUGHLINE_BOOTSTRAP_KEY,
    oidc:
      env.OIDC_ISSUER && env.OIDC_AUDIENCE
        ? Object.freeze({
            issuer: env.OIDC_ISSUER,
            audience: env.OIDC_AUDIENCE,
            jwksUrl: env.OIDC_JWKS_URL ?? `${env.OIDC_ISSUER.replace(/\/$/, '')}/.well-known/jwks.json`,
            clientId: env.OIDC_CLIENT_ID,
          })
        : undefined,
    publicUrl: env.PUBLIC_URL?.replace(/\/+$/, ''),
    secretsKey: env.SECRETS_KEY,
    feedRetentionHours: env.FEED_RETENTION_HOURS,
    webhookRetentionDays: env.WEBHOOK_RETENTION_DAYS,
    corsOrigins: env.CORS_ORIGINS,
    ingestMicroBatch: env.INGEST_MICRO_BATCH,
    exportPoolSize: env.EXPORT_POOL_SIZE,
    exportStretchRows: env.EXPORT_STRETCH_ROWS,
    exportDir: env.EXPORT_DIR ?? path.join(env.DATA_DIR, 'exports'),
    exportRetentionHours: env.EXPORT_RETENTION_HOURS,
    exportStallMs: env.EXPORT_STALL_SECONDS * 1_000,
    shutdownGraceMs: env.SHUTDOWN_GRACE_MS,
  });
}

/** The configuration of a command: quiet, for its own output is what it is run for. */
export function readCommandConfig(source: Record<string, string | undefined> = process.env): Config {
  return readConfig({ ...source, LOG_LEVEL: source['LOG_LEVEL'] ?? 'error' });
}

/** Where a command finds a running service, and the key that it calls with, unless it is told on its line. */
export function readClientConfig(source: Record<string, string | undefined> = process.env): {
  readonly url?: string;
  readonly key?: string;
} {
  return Object.freeze({ url: source['THROUGHLINE_URL'] || undefined, key: source['THROUGHLINE_KEY'] || undefined });
}

/** Injects the one frozen configuration. */
export const CONFIG = Symbol('configuration');
