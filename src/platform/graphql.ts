import type { ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import type { FastifyRequest } from 'fastify';
import { type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';
import { Answers, type GraphqlContext } from './answers.js';
import { Reads } from './ask.js';
import type { Asker } from './asker.js';
import { Composer } from './composer.js';
import { CONFIG, type Config } from './config.js';
import { databaseRefusal } from './database-errors.js';
import { tellFailures } from './direct-mutation.js';
import { fastPath, stringifyResult } from './fast-path.js';
import { FederationResolver } from './federation.resolver.js';
import { enforceAccess } from './field-access.js';
import { formatErrors, refusalIn, requestRefusal } from './graphql-errors.js';
import { limits } from './limits.js';
import { Metrics } from './metrics.js';
import { NodeResolver } from './node.resolver.js';
import { queryCost, queryLimitsRule } from './query-limits.js';
import { Refusal } from './refusal.js';

/** Says who asks, by the headers of a request; `access` gives it. Throws a `Refusal`. */
export interface Doorkeeper {
  authenticate(headers: FastifyRequest['headers']): Promise<Asker>;
}

export const DOORKEEPER = Symbol('who says who asks');

interface RequestContext extends GraphqlContext {
  readonly req: FastifyRequest;
}

/** What composing needs; global, so that each domain's module can contribute its shapes. */
@Global()
@Module({
  providers: [Composer, Reads, Answers, NodeResolver, FederationResolver],
  exports: [Composer, Reads, Answers],
})
export class ComposerModule {}

/** `/graphql`, code first. CONFIG, Metrics and DOORKEEPER come from global modules. */
export function graphqlModule(): DynamicModule {
  return GraphQLModule.forRootAsync<ApolloDriverConfig>({
    driver: ApolloDriver,
    imports: [ComposerModule],
    inject: [CONFIG, Composer, Answers, Metrics, DOORKEEPER],
    useFactory: (config: Config, composer: Composer, answers: Answers, metrics: Metrics, doorkeeper: Doorkeeper) => ({
      autoSchemaFile: true,
      sortSchema: true,
      graphiql: false,
      introspection: config.introspection,
      includeStacktraceInErrorResponses: false,
      autoTransformHttpErrors: false,
      preserveHttpStatusForExecutionErrors: true,
      persistedQueries: false,
      // Credentials never travel in cookies, bodies must be JSON and GET only reads: nothing is there to be forged.
      csrfPrevention: false,
      parseOptions: { maxTokens: limits.queryTokensMax },
      validationRules: [queryLimitsRule],
      stringifyResult,
      formatError: formatErrors(!config.isProduction),
      plugins: [
        oneAnswer,
        ApolloServerPluginCacheControlDisabled(),
        ApolloServerPluginInlineTraceDisabled(),
        queryCost,
        fastPath(answers, metrics),
        unexpectedErrors,
      ],
      transformSchema: (schema: GraphQLSchema) => composed(schema, composer),
      context: async (req: FastifyRequest): Promise<RequestContext> => {
        try {
          requireJson(req);
          return { req, caller: await doorkeeper.authenticate(req.headers) };
        } catch (error) {
          const known = databaseRefusal(error);
          throw known instanceof Refusal ? requestRefusal(known) : error;
        }
      },
    }),
  });
}

function requireJson(req: FastifyRequest): void {
  if (req.method !== 'POST' || /^application\/(json|graphql\+json)\b/i.test(req.headers['content-type'] ?? '')) return;
  throw new Refusal('BODY_TYPE_UNSUPPORTED', 'POST a query as application/json.');
}

/** Over HTTP there is one answer to a request, so a subscription has none. */
const oneAnswer: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation }) {
        if (operation?.operation !== 'subscription') return;
        throw requestRefusal(
          new Refusal(
            'QUERY_INVALID',
            'Subscribe over a WebSocket, or with `accept: text/event-stream`: this address answers it there.',
          ),
        );
      },
    };
  },
};

/** What is not the client's doing is told to the operator, and to the client only that it happened. */
const unexpectedErrors: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async didEncounterErrors({ errors, contextValue }) {
        for (const error of errors) {
          const refusal = refusalIn(error);
          const cause = refusal ? refusal.where.cause : (error.originalError ?? error);
          if (cause) contextValue.req.log.error({ err: cause }, 'a query failed');
        }
      },
    };
  },
};

/** Fields of a composed record are picked by response key, so both paths answer from the same statement. */
const byResponseKey: GraphQLFieldResolver<Record<string, unknown>, unknown> = (source, _args, _context, info) =>
  source[info.path.key];

/** Puts the composer behind its fields and the access rules in front of all. */
export function composed(schema: GraphQLSchema, composer: Composer): GraphQLSchema {
  composer.use(schema);
  const roots = [schema.getQueryType(), schema.getMutationType()];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || roots.includes(type)) continue;
    if (!composer.hasShapes(type.name) && !/(Connection|Edge|^PageInfo)$/.test(type.name)) continue;
    for (const field of Object.values(type.getFields())) field.resolve = byResponseKey;
  }
  enforceAccess(schema);
  tellFailures(schema);
  return schema;
}
