import { describe, expect, it } from 'vitest';
import { resendKind } from '../../../../src/connectors/webhooks/kinds/resend.js';
import { requestOf, told } from './request.js';

describe('Resend', () => {
  const event = (type: string, data: object) =>
    told(
      resendKind,
      requestOf(
        {
          type,
          created_at: '2026-11-01T10:00:05Z',
          data: { email_id: 'r-1', created_at: '2026-11-01T10:00:00Z', to: ['ann@example.com'], ...data },
        },
        { headers: { 'svix-id': 'msg_1' } },
      ),
    );

  it.each([
    ['email.scheduled', {}, 'email.queued'],
    ['email.sent', {}, 'email.sent'],
    ['email.delivered', {}, 'email.delivered'],
    ['email.delivery_delayed', {}, 'email.deferred'],
    ['email.bounced', { bounce: { type: 'Permanent', message: 'no such user' } }, 'email.bounced'],
    ['email.failed', { failed: { reason: 'reached_daily_quota' } }, 'email.rejected'],
    ['email.suppressed', {}, 'email.rejected'],
    ['email.opened', {}, 'email.opened'],
    ['email.clicked', { click: { link: 'https://example.com/', timestamp: '2026-11-01T10:00:04Z' } }, 'email.clicked'],
    ['email.complained', {}, 'email.complained'],
    ['email.invented', {}, 'resend.invented'],
    ['contact.created', { to: undefined, email_id: undefined, email: 'ann@example.com' }, 'resend.contact.created'],
  ])('%s %j is %s', (type, data, kind) => {
    expect(event(type, data)).toMatchObject([{ kind, identifiers: [{ type: 'email', value: 'ann@example.com' }] }]);
  });

  it('tells a mail to several of each', () => {
    const items = event('email.delivered', { to: ['Ann <ann@example.com>', 'bob@example.com'] });
    expect(items.map((item) => item.externalId)).toEqual(['r-1/ann@example.com', 'r-1/bob@example.com']);
    const others = event('email.invented', { to: ['ann@example.com', 'bob@example.com'] });
    expect(others.map((item) => item.externalId)).toEqual(['msg_1/ann@example.com', 'msg_1/bob@example.com']);
  });

  it('receives a mail whose recipients are no addresses, and leaves those out', () => {
    const spoilt = JSON.parse('{"toString": null, "constructor": "c"}');
    const received = { from: 'ann@example.com', message_id: '<m@example.com>', to: [spoilt, 'us@shop.example', null] };
    expect(event('email.received', received)).toMatchObject([{ attributes: { to: 'us@shop.example' } }]);
  });

  it('receives a mail', () => {
    const received = {
      from: 'Ann Lee <ann@example.com>',
      to: ['us@example.com'],
      message_id: '<in-1@x>',
      subject: 'Help',
      attachments: [{}],
    };
    expect(event('email.received', received)).toMatchObject([
      {
        externalId: 'in-1@x',
        kind: 'email.received',
        direction: 'INBOUND',
        subject: 'Help',
        traits: { name: 'Ann Lee' },
      },
    ]);
  });
});
