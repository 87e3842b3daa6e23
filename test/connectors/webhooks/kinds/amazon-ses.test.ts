import { describe, expect, it } from 'vitest';
import { amazonSesKind } from '../../../../src/connectors/webhooks/kinds/amazon-ses/amazon-ses.js';
import { sampleJson, told, toldOne } from './request.js';
import { envelopeOf, snsRequest } from './sns.js';

describe('an event of Amazon SES', () => {
  const mail = {
    timestamp: '2026-11-24T11:00:00.000Z',
    messageId: '0102-ses',
    sourceArn: 'arn:aws:ses:eu-west-1:123456789012:identity/example.com',
    destination: ['Jane@Example.com', 'Mary <mary@example.com>'],
    commonHeaders: { subject: 'Hello' },
    tags: { 'ses:source-ip': ['192.0.2.0'], campaign: ['spring'] },
  };
  const event = (type: string, part: object, name = type.toLowerCase()) =>
    told(amazonSesKind, snsRequest(envelopeOf({ eventType: type, mail, [name]: part })));

  it('of the published sample tells that one of three recipients has it', () => {
    const one = toldOne(amazonSesKind, snsRequest(envelopeOf(sampleJson('amazon-ses/delivery_event.json'))));
    expect(one).toMatchObject({
      source: 'amazon_ses',
      externalId: '0000014644fe5ef6-9a483358-9170-4cb4-a269-f5dcdf415321-000000/jane@example.com',
      identifiers: [{ type: 'email', value: 'jane@example.com' }],
      channel: 'EMAIL',
      direction: 'OUTBOUND',
      kind: 'email.delivered',
      status: 'COMPLETED',
      occurredAt: '2016-01-27T14:59:38.237Z',
      conversation: {
        externalId: '0000014644fe5ef6-9a483358-9170-4cb4-a269-f5dcdf415321-000000@eu-west-1.amazonses.com',
      },
      attributes: { response: '250 ok:  Message 64111812 accepted', deliveredAt: '2016-01-27T14:59:38.237Z' },
    });
  });

  it.each([
    ['Send', {}, undefined, 'email.sent', 'ACTIVE', 2],
    ['Reject', { reason: 'Bad content' }, undefined, 'email.rejected', 'FAILED', 2],
    ['Rendering Failure', { errorMessage: 'name is missing' }, 'failure', 'email.rejected', 'FAILED', 2],
    ['Open', { timestamp: '2026-11-24T11:30:00Z', userAgent: 'Mozilla' }, undefined, 'email.opened', 'COMPLETED', 2],
    [
      'Bounce',
      { bounceType: 'Permanent', bouncedRecipients: [{ emailAddress: 'jane@example.com', status: '5.1.1' }] },
      undefined,
      'email.bounced',
      'FAILED',
      1,
    ],
    [
      'Bounce',
      { bounceType: 'Transient', bouncedRecipients: [{ emailAddress: 'jane@example.com' }] },
      undefined,
      'email.deferred',
      'ACTIVE',
      1,
    ],
    [
      'Complaint',
      { complainedRecipients: [{ emailAddress: 'mary@example.com' }], complaintFeedbackType: 'abuse' },
      undefined,
      'email.complained',
      'COMPLETED',
      1,
    ],
    [
      'DeliveryDelay',
      { delayType: 'MailboxFull', delayedRecipients: [{ emailAddress: 'jane@example.com' }] },
      'deliveryDelay',
      'email.deferred',
      'ACTIVE',
      1,
    ],
    ['Subscription', { contactList: 'news' }, undefined, 'email.unsubscribed', 'COMPLETED', 2],
    [
      'Click',
      { timestamp: '2026-11-24T11:31:00Z', link: 'https://example.com/' },
      undefined,
      'email.clicked',
      undefined,
      2,
    ],
    ['Invented', { x: 1 }, undefined, 'amazon_ses.Invented', undefined, 2],
  ])('%s %j is told of each whom it is about', (type, part, name, kind, status, count) => {
    const items = event(type, part, name);
    expect(items).toHaveLength(count);
    for (const item of items) expect(item).toMatchObject({ kind, ...(status ? { status } : {}) });
    expect(new Set(items.map((item) => item.externalId)).size).toBe(count);
  });

  it('keeps the sender’s tags, the reason and the other server’s answer', () => {
    const [bounced] = event('Bounce', {
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: [
        { emailAddress: 'jane@example.com', status: '5.1.1', diagnosticCode: 'smtp; 550 no such user' },
      ],
      timestamp: '2026-11-24T11:01:00Z',
    });
    expect(bounced).toMatchObject({
      subject: 'Hello',
      occurredAt: '2026-11-24T11:00:00.000Z',
      attributes: {
        bouncedAt: '2026-11-24T11:01:00.000Z',
        tags: { campaign: ['spring'] },
        bounceSubType: 'General',
        code: '5.1.1',
        response: 'smtp; 550 no such user',
      },
    });
  });

  it('that a mail was received names its sender and its thread', () => {
    const received = {
      notificationType: 'Received',
      mail: {
        timestamp: '2026-11-24T11:00:00Z',
        messageId: 'ses-1',
        source: 'envelope@example.org',
        headers: [
          { name: 'From', value: '"Sender, Inc." <from@example.org>' },
          { name: 'Message-ID', value: '<answer@mail.example.org>' },
          { name: 'In-Reply-To', value: '<0102-ses@eu-west-1.amazonses.com>' },
        ],
        commonHeaders: { from: ['"Sender, Inc." <from@example.org>'], subject: 'Re: Hello' },
      },
    };
    expect(toldOne(amazonSesKind, snsRequest(envelopeOf(received)))).toMatchObject({
      externalId: 'answer@mail.example.org',
      identifiers: [{ type: 'email', value: 'from@example.org' }],
      traits: { name: 'Sender, Inc.' },
      kind: 'email.received',
      direction: 'INBOUND',
      subject: 'Re: Hello',
      conversation: { externalId: '0102-ses@eu-west-1.amazonses.com' },
    });
  });
});
