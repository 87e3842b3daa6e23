import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sentimentOf, sentimentOfEnglish } from '../../src/touchpoints/sentiment.js';
import { channels, directions } from '../../src/touchpoints/vocabulary.js';
import { startTestService, type TestService } from '../setup/service.js';

const said = (
  summary: string | null,
  more: { channel?: string; direction?: string; language?: string; subject?: string },
) =>
  sentimentOf({
    channel: channels.findIndex((one) => one === (more.channel ?? 'CHAT')),
    direction: directions.findIndex((one) => one === (more.direction ?? 'INBOUND')),
    language: more.language ?? null,
    subject: more.subject ?? null,
    summary,
  });

describe('how a customer sounds', () => {
  test.each([
    ['Thank you so much, that was perfect!', 0.79],
    ['This is awful.', -0.61],
    // Denied: weaker, and the other way round; up to three words behind the denial, and not beyond the clause.
    ['I am not happy with it', -0.5],
    ['It isn’t perfect', -0.5],
    ['nobody was ever really very happy', 0.61],
    ['No, it is perfect', 0.61],
    // Phrases mean something else than their words.
    ['this is not good', -0.46],
    ['It does not work', -0.61],
    // As much of the one as of the other.
    ['It was good, but then it was bad.', 0],
  ])('is heard in her words: “%s” is %d', (text, sentiment) => {
    expect(sentimentOfEnglish(text)).toBe(sentiment);
  });

  test('stays between -1 and 1 however much she says', () => {
    const much = sentimentOfEnglish('awful terrible '.repeat(1_000)) as number;
    expect(much).toBeGreaterThanOrEqual(-1);
    expect(said(`fine ${'word '.repeat(400)} terrible terrible`, { language: 'en' })).toBeGreaterThan(0);
  });

  test.each([
    ['no word says how she feels', 'my order number is 7916', {}],
    ['she said nothing', null, {}],
    ['her language is told, and is not English', 'gut, not bad', { language: 'de-AT' }],
    ['her language is none that we know', 'bad bad', { language: 'enm' }],
    ['it is plainly another language', 'die Lieferung war ein Fun-Desaster und das Bad ist kalt', {}],
    ['it is too short to tell the language', 'thanks', {}],
    ['we said it', 'We are sorry for the terrible mistake.', { direction: 'OUTBOUND' }],
    ['we said it among ourselves', 'This customer is terrible.', { direction: 'INTERNAL' }],
    ['it is the title of a page', 'The best and most beautiful shirts', { channel: 'WEB' }],
  ])('is not guessed where %s', (_, text, more) => {
    expect(said(text, more)).toBeNull();
  });

  test.each([
    ['en', 'That is awful'],
    ['EN-gb', 'That is awful'],
    [undefined, 'That is awful, I waited for an hour'],
  ])('is told of English, whether the language is told or not (%s)', (language, text) => {
    expect(said(text, language === undefined ? {} : { language })).toBe(-0.61);
  });

  test('of an e-mail is that of subject and text together, and of others that of the text alone', () => {
    expect(said('Awful.', { channel: 'EMAIL', subject: 'Terrible', language: 'en' })).toBe(-0.84);
    expect(said(null, { channel: 'EMAIL', subject: 'Terrible', language: 'en' })).toBe(-0.61);
    expect(said('Awful.', { channel: 'CALL', subject: 'Terrible', language: 'en' })).toBe(-0.61);
  });

  test('is right as often as docs/signals.md says, on sentences that people have judged', () => {
    const require = createRequire(import.meta.url);
    const counts = ['amazon', 'imdb', 'yelp'].map((name) => {
      const judged: { text: string; class: 0 | 1 | null }[] = require(`sentiment/test/fixtures/${name}.json`);
      const sentences = judged.filter((one) => one.class !== null);
      const heard = sentences.map((one) => ({ isGood: one.class === 1, sentiment: sentimentOfEnglish(one.text) }));
      const told = heard.filter(({ sentiment }) => sentiment);
      const right = told.filter(({ isGood, sentiment }) => isGood === (sentiment as number) > 0);
      return { name, sentences: sentences.length, told: told.length, right: right.length };
    });
    const document = readFileSync(new URL('../../docs/signals.md', import.meta.url), 'utf8');
    for (const { name, sentences, told, right } of counts) {
      const share = (100 * right) / told;
      expect(document).toContain(`| ${name} | ${sentences} | ${told} | ${right} | ${share.toFixed(1)} % |`);
    }
  });
});

describe('a touchpoint whose sender tells no sentiment', () => {
  let it: TestService;

  beforeAll(async () => {
    it = await startTestService();
  });

  afterAll(() => it?.stop());

  const identifiers = [{ type: 'email', value: 'ada@example.com' }];

  async function record(message: object): Promise<string> {
    const answer = await it.graphql(
      `mutation ($t: [TouchpointInput!]!) { recordTouchpoints(input: { touchpoints: $t }) {
        results { touchpointId error { message } } } }`,
      { t: [{ source: 'desk', channel: 'CHAT', kind: 'chat.message', language: 'en', identifiers, ...message }] },
    );
    expect(answer.data.recordTouchpoints.results[0].error).toBeNull();
    return answer.data.recordTouchpoints.results[0].touchpointId;
  }

  async function heard(id: string, key?: string) {
    const { data } = await it.graphql(
      'query ($id: ID!) { touchpoint(id: $id) { sentiment sentimentSource } }',
      { id },
      key,
    );
    return data.touchpoint;
  }

  test('shows how she sounded in her words, and that we computed it', async () => {
    const id = await record({ externalId: randomUUID(), summary: 'This is awful.' });
    expect(await heard(id)).toEqual({ sentiment: -0.61, sentimentSource: 'COMPUTED' });
    const masked = await it.makeKey(['customers:read'], { masked: true });
    expect(await heard(id, masked)).toEqual({ sentiment: -0.61, sentimentSource: 'COMPUTED' });
    const silent = await record({ externalId: randomUUID(), summary: 'My number is 7' });
    expect(await heard(silent)).toEqual({ sentiment: null, sentimentSource: null });
  });

  test('is judged anew when its words are corrected, and never against what the sender says', async () => {
    const externalId = randomUUID();
    const id = await record({ externalId, summary: 'This is awful.', sequence: 1 });
    await record({ externalId, summary: 'This is perfect.', sequence: 3 });
    expect(await heard(id)).toEqual({ sentiment: 0.61, sentimentSource: 'COMPUTED' });
    // Late, and of an earlier time: what is said later stands.
    await record({ externalId, summary: 'This is bad.', sequence: 2 });
    expect(await heard(id)).toEqual({ sentiment: 0.61, sentimentSource: 'COMPUTED' });
    await record({ externalId, sentiment: -0.5, sequence: 4 });
    expect(await heard(id)).toEqual({ sentiment: -0.5, sentimentSource: 'SENDER' });
    await record({ externalId, summary: 'Truly perfect.', sequence: 5 });
    expect(await heard(id)).toEqual({ sentiment: -0.5, sentimentSource: 'SENDER' });
    await record({ externalId, summary: '', sequence: 6 });
    expect(await heard(id)).toEqual({ sentiment: -0.5, sentimentSource: 'SENDER' });
  });

  test('loses what was computed of words that are taken back', async () => {
    const externalId = randomUUID();
    const id = await record({ externalId, summary: 'This is awful.', sequence: 1 });
    await record({ externalId, summary: '', sequence: 2 });
    expect(await heard(id)).toEqual({ sentiment: null, sentimentSource: null });
  });

  test('counts in the figures and signals of the customer like any other', async () => {
    const grace = [{ type: 'email', value: 'grace@example.com' }];
    const tell = (summary: string) => record({ externalId: randomUUID(), identifiers: grace, summary });
    for (const summary of ['This is awful.', 'Still awful!', 'Awful.']) await tell(summary);
    const { data } = await it.graphql(
      `{ customer(identifier: { type: "email", value: "grace@example.com" }) {
        metrics { averageSentiment30d attitude } signals { kind } } }`,
    );
    expect(data.customer.metrics).toEqual({ averageSentiment30d: -0.61, attitude: 'CRITIC' });
    expect(data.customer.signals).toContainEqual({ kind: 'NEGATIVE_SENTIMENT' });
  });
});
