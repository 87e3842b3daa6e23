import { Args, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '../../access/caller.js';
import { CurrentCaller } from '../../platform/current-caller.js';
import { Access } from '../../platform/field-access.js';
import type { Refusal } from '../../platform/refusal.js';
import { JsonScalar } from '../../platform/scalars.js';
import type { RecordError } from '../../touchpoints/record.types.js';
import { objectOf } from '../json-value.js';
import { MappingTest } from './mapping.types.js';
import { MappingTests } from './mapping-test.service.js';

@Resolver()
export class MappingResolver {
  constructor(private readonly tests: MappingTests) {}

  @Query(() => MappingTest, {
    description:
      'Tries a mapping on a sample: the touchpoints that it makes, or what is wrong per field. Stores nothing.',
  })
  @Access('admin')
  async testMapping(
    @CurrentCaller() caller: Caller,
    @Args('mapping', { type: () => JsonScalar, description: 'In the mapping language.' }) mapping: unknown,
    @Args('sample', { type: () => JsonScalar, description: 'A payload, or a row of a table as an object.' })
    sample: unknown,
    @Args('headers', { type: () => JsonScalar, nullable: true, description: 'What paths under `$headers` see.' })
    headers?: unknown,
    @Args('query', { type: () => JsonScalar, nullable: true, description: 'What paths under `$query` see.' })
    query?: unknown,
  ): Promise<MappingTest> {
    const payload = { payload: sample, headers: objectOf(headers), query: objectOf(query) };
    const tested = await this.tests.test(caller, mapping, payload);
    return {
      touchpoints: tested.map((one) => ({
        rule: one.rule,
        touchpoint: 'touchpoint' in one ? one.touchpoint : null,
        errors: one.errors.map(errorOf),
      })),
    };
  }
}

function errorOf({ code, reason, message, where }: Refusal): RecordError {
  return { code, reason, message, field: where.field ?? null, limit: where.limit ?? null };
}
