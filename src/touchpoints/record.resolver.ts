import { Args, Mutation, Resolver } from '@nestjs/graphql';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Direct } from '../platform/direct-mutation.js';
import { Access } from '../platform/field-access.js';
import { externalId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { Ingest, type Recorded } from './ingest.service.js';
import { IdentifyCustomerInput, RecordTouchpointsInput } from './record.input.js';
import { IdentifyCustomerPayload, RecordResult, RecordTouchpointsPayload } from './record.types.js';
import { checkIdentification, checkTouchpoint } from './touchpoint-check.js';

@Resolver()
export class RecordResolver {
  constructor(private readonly ingest: Ingest) {}

  @Mutation(() => RecordTouchpointsPayload, {
    description:
      'Stores 1 to 1,000 touchpoints, in one transaction, and answers when they are durable. One that cannot be stored ' +
      'is REJECTED with its reason; its neighbours are stored.',
  })
  @Access('touchpoints:write')
  @Direct()
  async recordTouchpoints(
    @CurrentCaller() caller: Caller,
    @Args('input') input: RecordTouchpointsInput,
  ): Promise<RecordTouchpointsPayload> {
    requireBatch(input.touchpoints.length);
    const recorded = await this.ingest.record(
      caller.workspace,
      input.touchpoints,
      (touchpoint, index, context) => checkTouchpoint(touchpoint, `touchpoints[${index}]`, context),
      input.backfill,
    );
    return { results: recorded.map(resultOf) };
  }

  @Mutation(() => IdentifyCustomerPayload, {
    description: 'Says who a customer is, without a touchpoint: identifiers that belong together, and traits.',
  })
  @Access('customers:write')
  async identifyCustomer(
    @CurrentCaller() caller: Caller,
    @Args('input') input: IdentifyCustomerInput,
  ): Promise<IdentifyCustomerPayload> {
    const [recorded] = await this.ingest.record(caller.workspace, [input], (one, _, context) =>
      checkIdentification(one, 'input', context),
    );
    if (!recorded || 'refusal' in recorded) throw recorded?.refusal ?? new Error('Nothing was recorded.');
    return { customerId: externalId('customer', String(recorded.customer)) };
  }
}

function requireBatch(size: number): void {
  const field = 'input.touchpoints';
  const limit = limits.touchpointsPerBatchMax;
  if (size > limit) throw new Refusal('TOO_MANY', `A batch has at most ${limit} touchpoints.`, { field, limit });
  if (size === 0) throw new Refusal('TOO_FEW', 'A batch has at least one touchpoint.', { field, limit: 1 });
}

function resultOf(recorded: Recorded, index: number): RecordResult {
  if ('refusal' in recorded) {
    const { code, reason, message, where } = recorded.refusal;
    const error = { code, reason, message, field: where.field ?? null, limit: where.limit ?? null };
    return { index, outcome: 'REJECTED', touchpointId: null, customerId: null, error };
  }
  return {
    index,
    outcome: recorded.outcome as 'CREATED' | 'UPDATED' | 'DUPLICATE',
    touchpointId: externalId('touchpoint', recorded.id),
    customerId: externalId('customer', String(recorded.customer)),
    error: null,
  };
}
