import { Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../../platform/page.js';
import { DateTime } from '../../platform/scalars.js';

export const ImportState = {
  RUNNING: 'RUNNING',
  STALLED: 'STALLED',
  COMPLETED: 'COMPLETED',
  FAILED: 'FAILED',
} as const;
export type ImportState = keyof typeof ImportState;
registerEnumType(ImportState, {
  name: 'ImportState',
  description: 'How far an import is.',
  valuesMap: {
    RUNNING: { description: 'Rows are coming.' },
    STALLED: {
      description:
        'Nothing was heard of it for a quarter of an hour: it was probably killed. What is counted is durable; repeated, the command goes on.',
    },
    COMPLETED: { description: 'All rows were read. Some may have been refused.' },
    FAILED: {
      description:
        'It could not be read or stored further; what is counted is durable, and the command may go on with it.',
    },
  },
});

@ObjectType({ description: 'One thing of a file that was not stored.' })
export class ImportRefusal {
  @Field(() => Int, { description: 'Where its row begins, from 1.' })
  line!: number;

  @Field({ description: 'A reason of docs/errors.md.' })
  reason!: string;

  @Field(() => String, { nullable: true, description: 'The field of the touchpoint.' })
  field!: string | null;

  @Field(() => String, { nullable: true, description: 'The same in a sentence; null for masked callers.' })
  message!: string | null;
}

@ObjectType({
  description: 'A file that was imported by `POST /v1/import` or the command `throughline import`, and how far it is.',
})
export class Import {
  @Field(() => ID, { description: 'As the answer of the import names it, or the command with --json.' })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What its sender called it; the command, when it is told nothing else, by the name of the file.',
  })
  name!: string | null;

  @Field({ description: 'Who sent it: `key:…`, `user:…`, or `cli` for the command on the database itself.' })
  startedBy!: string;

  @Field(() => ImportState, { description: 'How far it is.' })
  state!: ImportState;

  @Field({ description: 'True for history, which raises no alarm.' })
  backfill!: boolean;

  @Field(() => DateTime, { description: 'When its first bytes came.' })
  startedAt!: string;

  @Field(() => DateTime, { description: 'When a batch was stored last.' })
  updatedAt!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it was completed or failed.' })
  finishedAt!: string | null;

  @Field(() => Float, { description: 'Rows read.' })
  rows!: number;

  @Field(() => Float, { description: 'Touchpoints stored.' })
  created!: number;

  @Field(() => Float, { description: 'Touchpoints that were known and are told more of.' })
  updated!: number;

  @Field(() => Float, { description: 'Touchpoints that were known as they are.' })
  duplicates!: number;

  @Field(() => Float, { description: 'Rows that the mapping passes over.' })
  skipped!: number;

  @Field(() => Float, { description: 'Touchpoints that were not stored.' })
  refused!: number;

  @Field(() => String, { nullable: true, description: 'Why it failed: a reason of docs/errors.md.' })
  failureReason!: string | null;

  @Field(() => String, { nullable: true, description: 'The same in a sentence.' })
  failure!: string | null;

  @Field(() => [ImportRefusal], { description: 'The first 100 refusals; the answer of the import has more.' })
  refusals!: ImportRefusal[];
}

export const ImportConnection = connectionOf(() => Import, 'Import');
