import { describe, expect, it } from 'vitest';
import { mailgunKind } from '../../../../src/connectors/webhooks/kinds/mailgun.js';
import { postmarkKind } from '../../../../src/connectors/webhooks/kinds/postmark.js';
import { resendKind } from '../../../../src/connectors/webhooks/kinds/resend.js';
import { sendgridKind } from '../../../../src/connectors/webhooks/kinds/sendgrid.js';
import { sendgridInboundKind } from '../../../../src/connectors/webhooks/kinds/sendgrid-inbound.js';
import { requestOf, sample, sampleJson, told, toldOne } from './request.js';

describe('the published samples', () => {
  it('of Postmark: a mail was delivered', () => {
    expect(toldOne(postmarkKind, requestOf(sampleJson('postmark/delivered_event.json')))).toEqual({
      source: 'postmark',
      externalId: '883953f4-6105-42a2-a16a-77a8eac79483/recipient@example.com',
      identifiers: [{ type: 'email', value: 'recipient@example.com' }],
      channel: 'EMAIL',
      kind: 'email.delivered',
      direction: 'OUTBOUND',
      status: 'COMPLETED',
      outcome: 'delivered',
      sequence: 4,
      occurredAt: '2014-08-01T17:28:10.273Z',
      conversation: { externalId: '883953f4-6105-42a2-a16a-77a8eac79483@mtasv.net' },
      attributes: {
        deliveredAt: '2014-08-01T17:28:10.273Z',
        tag: 'welcome-email',
        metadata: { cohort: '2014-08-A', userid: '12345' },
        response: 'Test delivery webhook details',
      },
      isRepeatable: true,
    });
  });

  it('of Mailgun: a mail was opened', () => {
    expect(toldOne(mailgunKind, requestOf(sampleJson('mailgun/opened_event.json')))).toMatchObject({
      externalId: '20180812213139.1.BC6694A917BB7E6A@example.org/recipient@example.com',
      kind: 'email.opened',
      conversation: { externalId: '20180812213139.1.BC6694A917BB7E6A@example.org' },
      attributes: {
        openedAt: '2018-08-12T21:33:20.090Z',
        tags: ['welcome', 'variation-A'],
        metadata: { cohort: '2018-08-B', user_id: '123456' },
        country: 'US',
        client: 'Chrome',
      },
    });
  });

  it('of Resend: a mail was delivered', () => {
    expect(toldOne(resendKind, requestOf(sampleJson('resend/delivered_event.json')))).toMatchObject({
      externalId: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee/to@example.org',
      kind: 'email.delivered',
      subject: 'Sending test',
      occurredAt: '2023-09-28T17:19:43.982Z',
      attributes: { deliveredAt: '2023-09-28T17:19:44.823Z' },
    });
  });

  it('of SendGrid: two events of one mail name one touchpoint', () => {
    const events = [...sampleJson('sendgrid/open_event.json'), ...sampleJson('sendgrid/delivered_event.json')];
    const [opened, delivered] = told(sendgridKind, requestOf(events));
    expect(opened?.externalId).toBe('wrfRRvF7Q0GgwUo2CvDmEA/recipient@example.com');
    expect(delivered).toMatchObject({
      externalId: opened?.externalId,
      kind: 'email.delivered',
      conversation: { externalId: 'wrfRRvF7Q0GgwUo2CvDmEA@ismtpd0006p1sjc2.sendgrid.net' },
      attributes: {
        response: '250 2.0.0 OK 1461095248 m143si2210036ioe.159 - gsmtp ',
        metadata: { anymail_id: '4ab185c2-0171-492f-9ce0-27de258efc99' },
      },
    });
  });

  it('of SendGrid’s Inbound Parse: a mail was received', () => {
    const request = requestOf(sample('sendgrid/inbound_default_multipart.txt'), {
      headers: { 'content-type': 'multipart/form-data; boundary=xYzZY' },
    });
    expect(toldOne(sendgridInboundKind, request)).toMatchObject({
      source: 'sendgrid_inbound',
      identifiers: [{ type: 'email', value: 'test@example.com' }],
      traits: { name: 'Example User' },
      kind: 'email.received',
      direction: 'INBOUND',
      occurredAt: '2016-08-11T01:10:13.000Z',
      subject: 'Testing non-raw',
      summary: expect.stringMatching(/^Hello Twilio SendGrid!\s*$/),
      conversation: { source: 'sendgrid' },
    });
  });
});
