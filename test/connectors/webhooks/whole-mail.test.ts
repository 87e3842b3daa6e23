import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amazonSesKind } from '../../../src/connectors/webhooks/kinds/amazon-ses/amazon-ses.js';
import { dataOf } from '../../access/world.js';
import { bounce, message, multipart } from '../email-messages.js';
import { noMail } from './kinds/request.js';
import { envelopeOf, snsRequest } from './kinds/sns.js';
import { delivery, type MadeConnector, startWebhookClient, type WebhookClient } from './webhook-client.js';

let client: WebhookClient;
let connector: MadeConnector;

const setOwn = async (version: number, ownMail: string) =>
  dataOf(
    await client.t.graphql(
      `mutation { updateIntakeSettings(input: { version: ${version}, ownMail: ${ownMail} }) { settings { version ownMail updatedBy } } }`,
    ),
  ).updateIntakeSettings.settings;

beforeAll(async () => {
  client = await startWebhookClient();
  connector = await client.make('sendgrid_inbound');
  await setOwn(1, '["@Acme.Example", "help@elsewhere.example", "acme.example"]');
});
afterAll(() => client.t.stop());

/** A message as SendGrid's setting «raw» posts it: a field of a form, byte for byte. */
function parse(raw: string | Buffer): Promise<Response> {
  const head = '--xYz\r\nContent-Disposition: form-data; name="email"\r\n\r\n';
  const rest = '\r\n--xYz\r\nContent-Disposition: form-data; name="SPF"\r\n\r\npass\r\n--xYz--\r\n';
  const body = Buffer.concat([Buffer.from(head), Buffer.from(raw), Buffer.from(rest)]);
  return client.post(connector.callUrl, body, { 'content-type': 'multipart/form-data; boundary=xYz' });
}

describe('a message that a vendor hands over as it came', () => {
  it('has its text without what it answers, its thread and its attachments, in whatever alphabet', async () => {
    const { type, body } = multipart(
      'mixed',
      message(
        { 'Content-Type': 'text/plain; charset=iso-8859-1' },
        'Es ist h\xfcbsch.\n\nOn Monday, we wrote:\n> Hello',
      ),
      message(
        { 'Content-Type': 'image/png', 'Content-Disposition': 'attachment; filename="cup.png"' },
        'not really a picture',
      ),
    );
    const raw = message(
      {
        From: 'Ann <ann@example.com>',
        To: 'support@acme.example',
        Subject: '=?utf-8?Q?Caf=C3=A9?=',
        Date: 'Thu, 15 Jan 2026 10:00:00 +0000',
        'Message-ID': '<raw-1@example.com>',
        References: '<first@acme.example> <second@acme.example>',
        'Content-Type': type,
      },
      body,
    );
    expect((await parse(Buffer.from(raw, 'latin1'))).status).toBe(200);
    const [one] = await client.touchpoints('raw-1%');
    expect(one).toMatchObject({
      source: 'sendgrid_inbound',
      kind: 'email.received',
      subject: 'Café',
      summary: 'Es ist hübsch.',
      attributes: { spf: 'pass', attachments: [{ name: 'cup.png', type: 'image/png' }] },
    });
    const asked = await client.t.graphql(
      `{ customer(identifier: { type: "email", value: "ann@example.com" }) {
        touchpoints(first: 1) { nodes { direction queue conversation { externalId source } } } } }`,
    );
    expect(dataOf(asked).customer.touchpoints.nodes).toEqual([
      {
        direction: 'INBOUND',
        queue: 'support@acme.example',
        conversation: { externalId: 'first@acme.example', source: 'sendgrid' },
      },
    ]);
  });

  it('and that a machine wrote is told from what a person wrote', async () => {
    await parse(
      message({ From: 'bea@example.com', 'Message-ID': '<auto-1@example.com>', 'Auto-Submitted': 'auto-replied' }),
    );
    expect(await client.touchpoints('auto-1%')).toMatchObject([{ kind: 'email.auto_reply' }]);
  });

  it('that we wrote is told of each recipient, and has failed when a report says so, by whatever way', async () => {
    const sent = message({
      From: 'Support <support@mail.acme.example>',
      To: 'carl@example.com, dora@example.com, help@elsewhere.example',
      Date: 'Thu, 15 Jan 2026 10:00:00 +0000',
      'Message-ID': '<sent-1@acme.example>',
    });
    await client.post(`${client.t.url}/v1/email`, sent, { authorization: `Bearer ${client.t.key}` });
    await parse(bounce({ recipient: 'carl@example.com', originalId: 'sent-1@acme.example' }));
    expect(await client.touchpoints('sent-1%')).toMatchObject([
      { source: 'email', external_id: 'sent-1@acme.example carl@example.com', outcome: 'bounced', summary: 'Hello' },
      { source: 'email', external_id: 'sent-1@acme.example dora@example.com', outcome: null },
    ]);
  });

  it('that names nobody is a dead letter with its reason, and one that is none too', async () => {
    const before = (await client.deadLetters()).length;
    expect((await parse(message({ Subject: 'From nobody' }))).status).toBe(200);
    expect((await parse('no message at all')).status).toBe(200);
    expect((await client.deadLetters()).slice(before).map(({ reason }) => reason)).toEqual([
      'TOO_FEW',
      'BODY_MALFORMED',
    ]);
  });

  it('is found in a notification of Amazon SES, as text or in base64', () => {
    const raw = 'From: ann@example.com\r\nSubject: Caf\u00e9\r\n\r\nHello';
    const bytesOf = (content: string, encoding?: string) => {
      const event = { notificationType: 'Received', mail: {}, content, receipt: { action: { type: 'SNS', encoding } } };
      return amazonSesKind.wholeMail?.(snsRequest(envelopeOf(event)))?.toString();
    };
    expect(bytesOf(raw, 'UTF8')).toBe(raw);
    expect(bytesOf(raw)).toBe(raw);
    expect(bytesOf(Buffer.from(raw).toString('base64'), 'BASE64')).toBe(raw);
    expect(bytesOf(Buffer.from(raw).toString('base64'))).toBe(raw);
    expect(amazonSesKind.wholeMail?.(snsRequest(envelopeOf({ eventType: 'Send', content: raw })))).toBeNull();
    expect(amazonSesKind.translate(snsRequest(envelopeOf('It works.')), {}, noMail)).toEqual([]);
  });
});

describe('whose an address is', () => {
  it('holds for mails of which a vendor tells headers only', async () => {
    const postmark = await client.make('postmark');
    const mail = { From: 'support@acme.example', To: 'Emil <emil@example.com>, us@acme.example', TextBody: 'Hello' };
    await client.post(postmark.callUrl, JSON.stringify({ ...mail, MessageID: 'pm-1' }));
    expect(await client.touchpoints('pm-1%')).toMatchObject([
      { kind: 'email.sent', external_id: 'pm-1 emil@example.com', summary: 'Hello' },
    ]);
    await client.post(postmark.callUrl, delivery('pm-2'));
    expect(await client.touchpoints('pm-2%')).toMatchObject([{ kind: 'email.delivered' }]);
  });

  it('is set for the version that was read, and said as it is compared', async () => {
    expect(dataOf(await client.t.graphql('{ intakeSettings { version ownMail } }')).intakeSettings).toEqual({
      version: 2,
      ownMail: ['acme.example', 'help@elsewhere.example'],
    });
    const change = (input: string) =>
      client.t.graphql(`mutation { updateIntakeSettings(input: ${input}) { settings { version } } }`);
    const stale = await change('{ version: 1, ownMail: [] }');
    expect(stale.errors?.[0]?.extensions).toMatchObject({ reason: 'VERSION_STALE', field: 'input.version' });
    const bad = await change('{ version: 2, ownMail: ["no domain"] }');
    expect(bad.errors?.[0]?.extensions).toMatchObject({ reason: 'INPUT_INVALID', field: 'input.ownMail' });
    expect(dataOf(await client.t.graphql('{ intakeSettings { version } }')).intakeSettings.version).toBe(2);
  });
});
