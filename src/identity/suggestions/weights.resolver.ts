import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '../../access/caller.js';
import { CurrentCaller } from '../../platform/current-caller.js';
import { Access } from '../../platform/field-access.js';
import { Weights } from './weights.service.js';
import {
  ActivateMatchWeightsInput,
  ActivateMatchWeightsPayload,
  EstimateMatchWeightsPayload,
  MatchWeights,
} from './weights.types.js';

@Resolver()
export class WeightsResolver {
  constructor(private readonly weights: Weights) {}

  @Query(() => [MatchWeights], {
    description:
      'Weights that were estimated of the workspace’s own customers, the newest first: the last 20, and the active ones.',
  })
  @Access('admin')
  matchWeights(@CurrentCaller() caller: Caller): Promise<MatchWeights[]> {
    return this.weights.list(caller);
  }

  @Mutation(() => EstimateMatchWeightsPayload, {
    description:
      'Estimates weights of the workspace’s own customers, in the background. Suggestions stay as they are until ' +
      '`activateMatchWeights`.',
  })
  @Access('admin')
  estimateMatchWeights(@CurrentCaller() caller: Caller): Promise<EstimateMatchWeightsPayload> {
    return this.weights.begin(caller);
  }

  @Mutation(() => ActivateMatchWeightsPayload, {
    description:
      'Makes weights hold, or the shipped ones again; all customers are then compared anew in the background.',
  })
  @Access('admin')
  activateMatchWeights(
    @Args('input', { description: 'Which.' }) input: ActivateMatchWeightsInput,
    @CurrentCaller() caller: Caller,
  ): Promise<ActivateMatchWeightsPayload> {
    return this.weights.activate(caller, input.version ?? null);
  }
}
