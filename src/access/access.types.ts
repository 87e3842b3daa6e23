import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { DateTime } from '../platform/scalars.js';

@ObjectType({ description: 'A key of the workspace. Its secret is shown once, when it is made.' })
export class ApiKey {
  @Field(() => ID)
  id!: string;

  @Field()
  name!: string;

  @Field({ description: 'The part of the key that may be shown, to tell keys apart.' })
  prefix!: string;

  @Field(() => [String], { description: 'What it may do.' })
  scopes!: string[];

  @Field({ description: 'True when personal data leaves masked.' })
  masked!: boolean;

  @Field(() => DateTime)
  createdAt!: string;

  @Field(() => DateTime, { nullable: true })
  expiresAt!: string | null;

  @Field(() => DateTime, { nullable: true })
  revokedAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'To the minute.' })
  lastUsedAt!: string | null;
}

@InputType()
export class CreateApiKeyInput {
  @Field({ description: 'What it is for: 1 to 200 characters.' })
  name!: string;

  @Field(() => [String], { description: 'At least one, such as `touchpoints:write` or `customers:read`.' })
  scopes!: string[];

  @Field(() => DateTime, { nullable: true, description: 'Never, when left out.' })
  expiresAt?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Masks personal data in everything that it reads.' })
  masked!: boolean;
}

@ObjectType()
export class CreateApiKeyPayload {
  @Field(() => ApiKey)
  apiKey!: ApiKey;

  @Field({ description: 'The key itself. It is stored hashed and cannot be shown again.' })
  secret!: string;
}

@InputType()
export class RevokeApiKeyInput {
  @Field(() => ID)
  id!: string;
}

@ObjectType()
export class RevokeApiKeyPayload {
  @Field(() => ApiKey)
  apiKey!: ApiKey;
}
