import { describe, expect, it } from 'vitest';
import { postmarkKind } from '../../../../src/connectors/webhooks/kinds/postmark.js';
import { requestOf, told, toldOne } from './request.js';

const postmark = (RecordType: string, more: object) =>
  told(postmarkKind, requestOf({ RecordType, MessageID: 'm-1', Recipient: 'Ann@Example.com', ...more }));

describe('Postmark', () => {
  it.each([
    ['Delivery', {}, 'email.delivered'],
    ['Bounce', { Recipient: undefined, Email: 'ann@example.com', Type: 'HardBounce' }, 'email.bounced'],
    ['Bounce', { Recipient: undefined, Email: 'ann@example.com', Type: 'Transient' }, 'email.deferred'],
    ['SpamComplaint', { Recipient: undefined, Email: 'ann@example.com' }, 'email.complained'],
    ['Open', { FirstOpen: true }, 'email.opened'],
    ['Click', { OriginalLink: 'https://example.com/' }, 'email.clicked'],
    ['SubscriptionChange', { SuppressSending: true, SuppressionReason: 'ManualSuppression' }, 'email.unsubscribed'],
    ['SubscriptionChange', { SuppressSending: true, SuppressionReason: 'HardBounce' }, 'email.bounced'],
    ['SubscriptionChange', { SuppressSending: false }, 'postmark.SubscriptionChange'],
    ['SubscriptionChange', { SuppressSending: true, MessageID: null }, 'postmark.SubscriptionChange'],
    ['SMTPApiError', {}, 'postmark.SMTPApiError'],
  ])('%s %j is %s', (type, more, kind) => {
    expect(postmark(type, more)).toMatchObject([{ kind, identifiers: [{ type: 'email', value: 'ann@example.com' }] }]);
  });

  it('tells a click as a visit of its own, in the mail’s thread', () => {
    const at = { ReceivedAt: '2026-11-01T10:00:00Z', OriginalLink: 'https://example.com/a' };
    const [click] = postmark('Click', at);
    const [another] = postmark('Click', { ...at, OriginalLink: 'https://example.com/b' });
    expect(click).toMatchObject({
      channel: 'WEB',
      direction: 'INBOUND',
      subject: 'https://example.com/a',
      occurredAt: '2026-11-01T10:00:00.000Z',
      conversation: { externalId: 'm-1@mtasv.net' },
    });
    expect(click?.externalId).not.toBe(another?.externalId);
  });

  it('receives a mail: the answer without what it quotes, and the thread that it belongs to', () => {
    const mail = {
      From: 'ann@example.com',
      FromFull: { Email: 'Ann@Example.com', Name: 'Ann "A." Lee', MailboxHash: '' },
      To: 'help@inbound.example.com',
      Subject: 'Re: Your order',
      MessageID: 'p-1',
      Date: 'Wed, 11 Oct 2017 18:31:04 -0700',
      TextBody: 'Thanks!\n> quoted',
      StrippedTextReply: 'Thanks!',
      Headers: [
        { Name: 'Message-ID', Value: '<answer@mail.example.com>' },
        { Name: 'References', Value: '<m-1@mtasv.net> <other@x>' },
        { Name: 'Auto-Submitted', Value: 'no' },
      ],
    };
    expect(toldOne(postmarkKind, requestOf(mail))).toMatchObject({
      externalId: 'answer@mail.example.com',
      identifiers: [{ type: 'email', value: 'ann@example.com' }],
      traits: { name: 'Ann A. Lee' },
      kind: 'email.received',
      direction: 'INBOUND',
      occurredAt: '2017-10-12T01:31:04.000Z',
      subject: 'Re: Your order',
      summary: 'Thanks!',
      conversation: { externalId: 'm-1@mtasv.net' },
    });
    const automatic = { ...mail, Headers: [{ Name: 'Auto-Submitted', Value: 'auto-replied' }] };
    expect(toldOne(postmarkKind, requestOf(automatic)).attributes).toMatchObject({ isAutomatic: true });
  });
});
