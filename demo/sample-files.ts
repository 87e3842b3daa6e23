import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export type JsonObject = Readonly<Record<string, unknown>>;
export type Row = Readonly<Record<string, string>>;

/** A dialogue of the ABCD data set: who it is with, what it is about, and each turn as `[speaker, text]`. */
export interface Dialogue {
  readonly convo_id: number;
  readonly scenario: {
    readonly personal: {
      readonly customer_name: string;
      readonly email?: string;
      readonly member_level: string;
      readonly phone: string;
      readonly username?: string;
    };
    readonly order: { readonly order_id?: string };
    readonly product: { readonly names: readonly string[]; readonly amounts: readonly number[] };
    readonly subflow: string;
  };
  readonly original: readonly (readonly ['agent' | 'customer' | 'action', string])[];
}

/** What the demo is made of; `samples/README.md` says where each file comes from. */
export interface SampleFiles {
  readonly dialogues: readonly Dialogue[];
  /** MultiDoGO: the customer’s side of each conversation. */
  readonly serviceChats: readonly (readonly Row[])[];
  readonly calls: readonly Row[];
  readonly messages: readonly Row[];
  readonly twilioWebhook: JsonObject;
  readonly mailgunOpened: JsonObject;
  readonly postmarkDelivered: JsonObject;
  readonly intercomConversation: JsonObject;
  readonly email: { readonly headers: Row; readonly text: string };
}

/** The folder `demo` of the repository, from source and from `dist` alike: the compiler copies no samples. */
const folder = ['.', '../../demo']
  .map((relative) => path.resolve(path.dirname(fileURLToPath(import.meta.url)), relative))
  .find((candidate) => existsSync(path.join(candidate, 'one-query.graphql')));

/** The full path of a file of the demo. */
export function demoFile(name: string): string {
  if (!folder) throw new Error('The folder demo/ with its samples is missing from this installation.');
  return path.join(folder, name);
}

export function readDemoFile(name: string): string {
  return readFileSync(demoFile(name), 'utf8');
}

export function readSampleFiles(): SampleFiles {
  const sample = (name: string) => readDemoFile(`samples/${name}`);
  const json = <T>(name: string): T => JSON.parse(sample(name)) as T;
  return {
    dialogues: json('abcd-dialogues.json'),
    serviceChats: groupsOf(table(sample('multidogo-media.tsv'), '\t'), 'conversationId'),
    calls: table(sample('twilio-calls.csv'), ','),
    messages: table(sample('twilio-messages.csv'), ','),
    twilioWebhook: json('twilio-webhook.json'),
    mailgunOpened: json('mailgun-opened.json'),
    postmarkDelivered: json('postmark-delivered.json'),
    intercomConversation: json('intercom-conversation.json'),
    email: emailOf(sample('rfc2822-example.eml')),
  };
}

/** Rows by the names of the first line. None of our tables quotes a cell, so a cell ends at the next separator. */
function table(text: string, separator: string): Row[] {
  const [names = [], ...rows] = text
    .trim()
    .split('\n')
    .map((line) => line.split(separator));
  return rows.map((cells) => Object.fromEntries(names.map((name, place) => [name, cells[place] ?? ''])));
}

function groupsOf(rows: readonly Row[], key: string): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(row[key] ?? '', [...(groups.get(row[key] ?? '') ?? []), row]);
  return [...groups.values()];
}

function emailOf(text: string): SampleFiles['email'] {
  const [head = '', ...body] = text.split(/\r?\n\r?\n/);
  const headers = head.split(/\r?\n/).map((line) => line.split(/: (.*)/s).slice(0, 2));
  return { headers: Object.fromEntries(headers), text: body.join('\n').trim() };
}
