import 'reflect-metadata';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import * as rows from './entities.js';
import { CustomerResolver, MembershipResolver } from './resolvers.js';

const entities = Object.values(rows);

/** Nest, Apollo and TypeORM with their defaults: what a team writes first. No keys, no row-level security. */
@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env['DATABASE_URL'] as string,
      entities,
      poolSize: Number(process.env['POOL_SIZE']),
    }),
    TypeOrmModule.forFeature(entities),
    GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true, graphiql: false }),
  ],
  providers: [CustomerResolver, MembershipResolver],
})
class NaiveModule {}

const app = await NestFactory.create(NaiveModule, new FastifyAdapter(), { logger: ['error', 'warn'] });
await app.listen(Number(process.env['PORT']), '127.0.0.1');
