import { describe, expect, it } from 'vitest';
import { sendgridKind } from '../../../../src/connectors/webhooks/kinds/sendgrid.js';
import { requestOf, told } from './request.js';

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
});
