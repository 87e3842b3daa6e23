import { Args, Context, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { renderSVG } from 'uqr';
import type { Caller } from '../access/caller.js';
import type { GraphqlContext } from '../platform/answers.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { payloadNode } from '../platform/payload-node.js';
import { HandOffs } from './hand-off.service.js';
import { journeyNode } from './journey.resolver.js';
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
    @Context() context: GraphqlContext<Caller>,
  ): Promise<object> {
    const { id, isChanged, links, caller } = await this.resumes.resume(context.caller, input);
    context.caller = caller;
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

export const resumePayloadResolvers = [
  payloadNode(CreateResumeCodePayload, journeyNode),
  payloadNode(RevokeResumeCodesPayload, journeyNode),
  payloadNode(ResumeJourneyPayload, { ...journeyNode, nullable: true }),
  payloadNode(HandOffJourneyPayload, journeyNode),
];
