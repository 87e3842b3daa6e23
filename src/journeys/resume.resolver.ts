import type { Type } from '@nestjs/common';
import { Args, Context, Info, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { renderSVG } from 'uqr';
import type { Caller } from '../access/caller.js';
import { Answers, type GraphqlContext } from '../platform/answers.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { HandOffs } from './hand-off.service.js';
import { Journey } from './journeys.types.js';
import { Resumes } from './resume.service.js';
import {
  CreateResumeCodeInput,
  CreateResumeCodePayload,
  HandOffJourneyInput,
  HandOffJourneyPayload,
  ResumeJourneyInput,
  ResumeJourneyPayload,
  RevokeResumeCodesInput,
  RevokeResumeCodesPayload,
} from './resume.types.js';
import { ResumeCodes } from './resume-codes.service.js';

@Resolver()
export class ResumeResolver {
  constructor(
    private readonly codes: ResumeCodes,
    private readonly resumes: Resumes,
    private readonly handOffs: HandOffs,
  ) {}

  @Mutation(() => CreateResumeCodePayload, {
    description: 'Makes a code to be spoken, and a link, by which the journey goes on elsewhere.',
  })
  @Access('journeys:write', { customer: true })
  async createResumeCode(
    @Args('input', { description: 'For which journey, and for how long.' }) input: CreateResumeCodeInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.codes.create(caller, input);
  }

  @Mutation(() => RevokeResumeCodesPayload, {
    description: 'Ends every code and link of a journey that could still be used: one was lost, or overheard.',
  })
  @Access('journeys:write', { customer: true })
  async revokeResumeCodes(
    @Args('input', { description: 'Of which journey.' }) input: RevokeResumeCodesInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.codes.revoke(caller, input.journeyId);
  }

  @Mutation(() => ResumeJourneyPayload, {
    description: 'Goes on with a journey by a code, by a link, or by being recognised; a touchpoint tells of it.',
  })
  @Access('journeys:write', { customer: true })
  async resumeJourney(
    @Args('input', { description: 'By what, and where.' }) input: ResumeJourneyInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    const { id, isChanged, links } = await this.resumes.resume(caller, input);
    return { innerId: id, isChanged, links };
  }

  @Mutation(() => HandOffJourneyPayload, {
    description: 'Hands a journey to an agent, a queue or a channel; a touchpoint tells of it.',
  })
  @Access('journeys:write')
  async handOffJourney(
    @Args('input', { description: 'To whom.' }) input: HandOffJourneyInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    const { id, isChanged } = await this.handOffs.handOff(caller, input);
    return { innerId: id, isChanged };
  }
}

@Resolver(() => CreateResumeCodePayload)
export class ResumeCodeImageResolver {
  @ResolveField(() => String, { description: 'The QR code as an SVG image.' })
  qrSvg(@Parent() { qrPayload }: CreateResumeCodePayload): string {
    return renderSVG(qrPayload, { ecc: 'M' });
  }
}

/** The journey that an act was about, read by what the client selects of it. */
function journeyOf(payload: () => Type<object>, nullable: boolean): Type<object> {
  @Resolver(payload)
  class JourneyOfPayloadResolver {
    constructor(private readonly answers: Answers) {}

    @ResolveField(() => Journey, { nullable, description: 'The journey as it is now.' })
    async journey(
      @Parent() act: { innerId: string },
      @Context() context: GraphqlContext,
      @Info() info: GraphQLResolveInfo,
    ): Promise<object | null> {
      return this.answers.node(context, info, 'journey', act.innerId);
    }
  }
  return JourneyOfPayloadResolver;
}

export const resumePayloadResolvers = [
  journeyOf(() => CreateResumeCodePayload, false),
  journeyOf(() => RevokeResumeCodesPayload, false),
  journeyOf(() => ResumeJourneyPayload, true),
  journeyOf(() => HandOffJourneyPayload, false),
];
