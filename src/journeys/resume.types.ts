import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Verification } from '../identity/customer.types.js';
import { IdentifierInput } from '../identity/identifier.input.js';
import { enumOf } from '../platform/enum-of.js';
import { DateTime } from '../platform/scalars.js';
import { Channel, type Channel as ChannelWord } from '../touchpoints/vocabulary.js';
import { JourneyActInput } from './journey-acts.types.js';
import type { Turn } from './journey-state.js';
import { Journey, TurnTarget } from './journeys.types.js';

const linkStatuses = ['LINKED', 'BLOCKED', 'INVALID', 'DEMOTED', 'HELD_BACK'] as const;
export const ResumeLinkStatus = enumOf(linkStatuses);

registerEnumType(ResumeLinkStatus, {
  name: 'ResumeLinkStatus',
  description: 'What became of an identifier of who goes on.',
  valuesMap: {
    LINKED: { description: 'It is the customer’s now.' },
    BLOCKED: { description: 'A placeholder: it names nobody.' },
    INVALID: { description: 'Not a value of its type.' },
    DEMOTED: { description: 'The rules of identity kept it apart.' },
    HELD_BACK: { description: 'It is another known customer’s, and the code does not prove enough to join the two.' },
  },
});

@InputType({ description: 'A code by which a journey is resumed elsewhere.' })
export class CreateResumeCodeInput {
  @Field(() => ID, { description: 'The journey; one that is over takes none.' })
  journeyId!: string;

  @Field(() => Int, { defaultValue: 1, description: 'How often it can be used: 1 to 100.' })
  uses!: number;

  @Field(() => Int, { defaultValue: 86_400, description: 'For how long: 1 to 604,800 seconds, a week.' })
  expiresInSeconds!: number;

  @Field(() => Verification, {
    defaultValue: 'CLAIMED',
    description:
      'What it proves of who uses it. CLAIMED joins the new device to the customer, but never a customer who is known ' +
      'already. VERIFIED joins that one too; it needs the scope `customers:write`.',
  })
  verification!: keyof typeof Verification;

  @Field(() => String, {
    nullable: true,
    description: 'An https page of the portal; the link is this page with the token behind its `#`.',
  })
  linkUrl?: string | null;
}

@ObjectType({ description: 'What resumes the journey. It is shown once and stored hashed.' })
export class CreateResumeCodePayload {
  @Field({ description: 'To be spoken or typed: nine letters and digits of which no two look alike.' })
  code!: string;

  @Field({ description: 'For links; nobody can guess it.' })
  linkToken!: string;

  @Field(() => String, { nullable: true, description: 'The page with the token; null without `linkUrl`.' })
  link?: string | null;

  @Field({ description: 'What a QR code should hold: the link, or without one the token.' })
  qrPayload!: string;

  @Field({ description: 'The QR code as an SVG image.' })
  qrSvg!: string;

  @Field(() => DateTime, { description: 'When it ends.' })
  expiresAt!: string;

  @Field(() => Int, { description: 'How often it can be used.' })
  uses!: number;

  @Field(() => Journey, { description: 'The journey.' })
  journey!: Journey;
}

@InputType({ description: 'Whose codes end.' })
export class RevokeResumeCodesInput {
  @Field(() => ID, { description: 'The journey.' })
  journeyId!: string;
}

@ObjectType({ description: 'The codes and links that nobody can use any more.' })
export class RevokeResumeCodesPayload {
  @Field(() => Int, { description: 'How many could still be used; 0 when it was done before.' })
  count!: number;

  @Field(() => Journey, { description: 'The journey.' })
  journey!: Journey;
}

@InputType({ description: 'A journey to go on with. Exactly one of code, linkToken, identifier and journeyId.' })
export class ResumeJourneyInput {
  @Field(() => String, { nullable: true, description: 'The spoken code, however it was written down.' })
  code?: string | null;

  @Field(() => String, { nullable: true, description: 'The token of a link or QR code.' })
  linkToken?: string | null;

  @Field(() => IdentifierInput, {
    nullable: true,
    description: 'By what somebody is recognised: the journey that she was on last. A portal token leaves all out.',
  })
  identifier?: IdentifierInput | null;

  @Field(() => ID, { nullable: true, description: 'The journey itself, such as one that was paused.' })
  journeyId?: string | null;

  @Field(() => String, { nullable: true, description: 'When recognised: only a journey of this blueprint.' })
  blueprint?: string | null;

  @Field(() => Channel, { description: 'Where it goes on.' })
  channel!: ChannelWord;

  @Field(() => [IdentifierInput], {
    nullable: true,
    description:
      'Who it is here, such as the new device: at most 5. They are joined as far as the code proves; one that is ' +
      'VERIFIED in this very contact is joined when the key has `customers:write`.',
  })
  identifiers?: IdentifierInput[] | null;

  @Field(() => String, { nullable: true, description: 'Sent again with the same key, it is resumed once.' })
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'What became of an identifier of who goes on.' })
export class ResumeLink {
  @Field({ description: 'Its type.' })
  type!: string;

  @Field(() => ResumeLinkStatus, { description: 'What became of it.' })
  status!: (typeof linkStatuses)[number];

  @Field(() => String, { nullable: true, description: 'Why it was not linked.' })
  reason?: string | null;
}

@ObjectType({ description: 'The journey that goes on.' })
export class ResumeJourneyPayload {
  @Field(() => Journey, {
    nullable: true,
    description: 'The journey as it is now. Null when the rules of identity keep its customer apart from who asks.',
  })
  journey?: Journey | null;

  @Field({ description: 'False when the same request was carried out before.' })
  isChanged!: boolean;

  @Field(() => [ResumeLink], { description: 'What became of the identifiers of who goes on.' })
  links!: ResumeLink[];
}

@InputType({ description: 'To whom a journey goes, and what they should know.' })
export class HandOffJourneyInput extends JourneyActInput {
  @Field(() => TurnTarget, { description: 'What kind of place.' })
  to!: Turn['to'];

  @Field({ description: 'Which: an agent’s id, a queue’s name, or a channel such as `CALL`.' })
  name!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What they should know beside the brief: at most 10,000 characters.',
  })
  note?: string | null;
}

@ObjectType({ description: 'The journey that was handed over; its `brief` says what they should know.' })
export class HandOffJourneyPayload {
  @Field(() => Journey, { description: 'The journey as it is now.' })
  journey!: Journey;

  @Field({ description: 'False when the same request was carried out before.' })
  isChanged!: boolean;
}
