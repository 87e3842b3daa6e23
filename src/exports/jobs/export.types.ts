import { Field, Float, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../../platform/page.js';
import { DateTime, JsonScalar } from '../../platform/scalars.js';
import { exportStates } from '../export.queries.js';
import { exportKinds } from '../export-kinds.js';
import { compressions, formats } from '../export-wish.js';

/** Words of ours as an enum of GraphQL, whose names have neither small letters nor hyphens. */
const enumOfWords = (words: readonly string[]) =>
  Object.fromEntries(words.map((word) => [nameOfWord(word), nameOfWord(word)]));

export const nameOfWord = (word: string): string => word.toUpperCase().replaceAll('-', '_');

export const wordOfName = (name: string): string => name.toLowerCase().replaceAll('_', '-');

export const ExportWhat = enumOfWords(Object.keys(exportKinds));
registerEnumType(ExportWhat, { name: 'ExportWhat', description: 'What can be exported; docs/exports.md has columns.' });

export const ExportFormat = enumOfWords(formats);
registerEnumType(ExportFormat, {
  name: 'ExportFormat',
  description: 'In which format; docs/exports.md describes each.',
});

export const ExportCompression = enumOfWords(compressions);
registerEnumType(ExportCompression, { name: 'ExportCompression', description: 'How a file is packed.' });

export const FormulaCare = { ESCAPE: 'ESCAPE', KEEP: 'KEEP' } as const;
registerEnumType(FormulaCare, {
  name: 'FormulaCare',
  description: 'What becomes of cells of CSV that a spreadsheet would take for a formula.',
  valuesMap: {
    ESCAPE: { description: 'They get an apostrophe before them.' },
    KEEP: { description: 'They stay as they are: for programs.' },
  },
});

export const ExportState = Object.fromEntries(exportStates.map((state) => [state, state]));
registerEnumType(ExportState, {
  name: 'ExportState',
  description: 'How far an export is.',
  valuesMap: {
    QUEUED: { description: 'It waits for its turn.' },
    RUNNING: { description: 'Its rows are being written.' },
    COMPLETED: { description: 'It is whole.' },
    FAILED: { description: 'It broke off; `failure` says why. Nothing of it is kept.' },
    CANCELLED: { description: 'Somebody cancelled it. Nothing of it is kept.' },
  },
});

@ObjectType({ description: 'Somebody who took a file, or some of it.' })
export class ExportDownload {
  @Field(() => DateTime, { description: 'When.' })
  at!: string;

  @Field({ description: 'Who: `key:…` or `user:…`.' })
  by!: string;

  @Field(() => Float, { description: 'From which byte on.' })
  fromByte!: number;

  @Field(() => Float, { description: 'How many bytes were sent.' })
  bytes!: number;
}

@ObjectType({ description: 'Rows that went out, or are about to: an entry of the audit trail.' })
export class Export {
  @Field(() => ID, { description: 'As `createExport` gives it, and the header `throughline-export` of a stream.' })
  id!: string;

  @Field(() => ExportWhat)
  what!: string;

  @Field(() => ExportFormat)
  format!: string;

  @Field(() => ExportCompression)
  compression!: string;

  @Field(() => [String], { description: 'The columns, in their order.' })
  columns!: string[];

  @Field(() => JsonScalar, {
    nullable: true,
    description: 'The filters, by name, as they were given; null for masked callers.',
  })
  filters!: unknown;

  @Field(() => String, { nullable: true, description: 'What it was for; null for masked callers.' })
  purpose!: string | null;

  @Field({ description: 'Who began it: `key:…` or `user:…`.' })
  createdBy!: string;

  @Field({ description: 'Whether personal data went out masked.' })
  isMasked!: boolean;

  @Field({ description: 'True when it went out within one request, and there is no file to download.' })
  isStream!: boolean;

  @Field(() => ExportState)
  state!: string;

  @Field(() => DateTime, { description: 'When it was asked for.' })
  createdAt!: string;

  @Field(() => DateTime, { nullable: true, description: 'When the service began to write it.' })
  startedAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was completed, failed or cancelled.' })
  finishedAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When its file goes, or went.' })
  expiresAt!: string | null;

  @Field(() => Float, { description: 'Rows so far; in the end, all.' })
  rows!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'How many rows it will be, roughly: what the database expected at the beginning.',
  })
  estimatedRows!: number | null;

  @Field(() => Float, { description: 'Bytes of the file so far.' })
  bytes!: number;

  @Field(() => String, { nullable: true, description: 'SHA-256 of the whole file, in hexadecimal digits.' })
  sha256!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where the file is: a path below the address of the service. Null while, or when, there is none.',
  })
  downloadPath!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it failed: a reason of docs/errors.md.' })
  failureReason!: string | null;

  @Field(() => String, { nullable: true, description: 'The same in a sentence.' })
  failure!: string | null;

  @Field(() => [ExportDownload], { description: 'Who took the file: the latest 100 times.' })
  downloads!: ExportDownload[];
}

export const ExportConnection = connectionOf(() => Export, 'Export');

@InputType({ description: 'What to export.' })
export class CreateExportInput {
  @Field(() => ExportWhat)
  what!: string;

  @Field(() => JsonScalar, {
    nullable: true,
    description: 'Filters by name, as docs/exports.md lists them: `{ "channels": ["CALL"], "topic": "billing" }`.',
  })
  filters?: unknown;

  @Field(() => [String], { nullable: true, description: 'Columns in the order wished; all when left out.' })
  columns?: string[] | null;

  @Field(() => ExportFormat, { defaultValue: 'CSV' })
  format!: string;

  @Field(() => ExportCompression, {
    nullable: true,
    description: 'Left out, it is NONE, and SNAPPY within Parquet.',
  })
  compression?: string | null;

  @Field(() => FormulaCare, { defaultValue: 'ESCAPE' })
  formulas!: string;

  @Field({ description: 'What the data is for: 1 to 200 characters. It stays in the audit trail.' })
  purpose!: string;
}

@ObjectType()
export class CreateExportPayload {
  @Field(() => ID, { description: 'To ask `export` how far it is.' })
  exportId!: string;
}

@InputType({ description: 'Which export to cancel.' })
export class CancelExportInput {
  @Field(() => ID)
  id!: string;
}

@ObjectType()
export class CancelExportPayload {
  @Field(() => ID, { description: 'The export that is cancelled now.' })
  exportId!: string;
}
