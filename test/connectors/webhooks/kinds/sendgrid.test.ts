import { describe, expect, it } from 'vitest';
import { sendgridKind } from '../../../../src/connectors/webhooks/kinds/sendgrid.js';
import { sendgridInboundKind } from '../../../../src/connectors/webhooks/kinds/sendgrid-inbound.js';
import { formOf, requestOf, told, toldOne } from './request.js';

describe('SendGrid', () => {
  const base = { email: 'ann@example.com', timestamp: 1_461_095_250, sg_message_id: 'abc.filter1.2', sg_event_id: 'e' };

  it('tells many events of many mails at once, each in its place', () => {
    const types = [
      'processed',
      'deferred',
      'delivered',
      'open',
      'click',
      'bounce',
      'dropped',
      'spamreport',
      'unsubscribe',
      'group_unsubscribe',
      'group_resubscribe',
    ];
    const events = types.map((event, i) => ({
      ...base,
      sg_event_id: `e-${i}`,
      sg_message_id: `m${i}.x`,
      event,
      url: 'https://example.com/',
    }));
    expect(
      told(sendgridKind, requestOf([...events, 'no event', null, { event: 'open' }])).map(
        (item) => 'kind' in item && item.kind,
      ),
    ).toEqual([
      'email.sent',
      'email.deferred',
      'email.delivered',
      'email.opened',
      'email.clicked',
      'email.bounced',
      'email.rejected',
      'email.complained',
      'email.unsubscribed',
      'email.unsubscribed',
      'sendgrid.group_resubscribe',
    ]);
  });

  it('leaves out what a machine has opened', () => {
    expect(told(sendgridKind, requestOf([{ ...base, event: 'open', sg_machine_open: true }]))).toEqual([]);
  });

  it('reads the headers of a mail that it passes on as it came', () => {
    const raw = [
      'From: =?UTF-8?B?w4FubmE=?= <anna@example.com>',
      'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe_und?=',
      ' =?utf-8?Q?_mehr?=',
      'Message-ID: <raw-1@mail.example.com>',
      'In-Reply-To: <wrf@ismtpd.sendgrid.net>',
      'Date: Wed, 10 Aug 2016 18:10:13 -0700',
      '',
      'Body',
    ].join('\r\n');
    const one = toldOne(
      sendgridInboundKind,
      formOf({ email: raw, envelope: '{"from":"envelope@example.com"}', to: 'us@example.com' }),
    );
    expect(one).toMatchObject({
      externalId: 'raw-1@mail.example.com',
      identifiers: [{ type: 'email', value: 'anna@example.com' }],
      traits: { name: 'Ánna' },
      subject: 'Grüße und mehr',
      conversation: { source: 'sendgrid', externalId: 'wrf@ismtpd.sendgrid.net' },
    });
  });
});
