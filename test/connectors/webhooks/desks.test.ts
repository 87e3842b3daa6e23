import { describe, expect, it } from 'vitest';
import { channelOf } from '../../../src/connectors/webhooks/kinds/desk/desk-ticket.js';
import { freshdesk } from '../../../src/connectors/webhooks/kinds/freshdesk.js';
import { zendesk } from '../../../src/connectors/webhooks/kinds/zendesk/zendesk.js';
import { named, sample, told, toldOf } from './vendor-request.js';

describe('Zendesk events', () => {
  it('a ticket is an issue, opened by the customer’s first words', () => {
    const [item] = toldOf(zendesk, 'zendesk/ticket-created.json');
    expect(item).toMatchObject({
      externalId: 'event:e-1',
      channel: 'EMAIL',
      kind: 'ticket.created',
      direction: 'INBOUND',
      occurredAt: '2026-11-24T10:00:00.000Z',
      subject: 'Refund of order 4711',
      summary: 'My refund has not arrived.',
      conversation: { externalId: '5158' },
      issue: { externalId: '5158' },
      attributes: { status: 'OPEN', priority: 'LOW', tags: ['refund'] },
    });
    expect(named(item!)).toEqual(['anonymous_id=zendesk:8447388090494']);
  });

  it.each([
    ['customer-comment', { kind: 'message.received', direction: 'INBOUND', summary: 'Any news?' }],
    ['agent-comment', { kind: 'message.sent', direction: 'OUTBOUND', agentId: '8447388090000' }],
    ['private-note', { kind: 'note.added', direction: 'INTERNAL', summary: 'Customer is upset.' }],
    ['status-changed', { kind: 'ticket.status_changed', direction: 'INTERNAL', outcome: 'solved' }],
  ])('%s is with the requester, never with the agent', (file, expected) => {
    const [item] = toldOf(zendesk, `zendesk/${file}.json`);
    expect(item).toMatchObject({ ...expected, issue: { externalId: '5158' } });
    expect(named(item!)).toEqual(['anonymous_id=zendesk:8447388090494']);
  });

  it('a user’s address joins Zendesk’s number of it', () => {
    const [item] = toldOf(zendesk, 'zendesk/identity-created.json');
    expect(named(item!)).toEqual([
      'user_id=cust-1',
      'email=ada@example.com',
      'anonymous_id=zendesk:8447388090494',
      'phone=+4915112345678',
    ]);
    const agent = JSON.stringify(sample('zendesk/identity-created.json')).replace('end-user', 'agent');
    expect(told(zendesk, agent)).toEqual([]);
  });

  it('two users that were joined become one', () => {
    const body = {
      ...sample('zendesk/identity-created.json'),
      type: 'zen:event-type:user.merged',
      event: { user: { id: '99', email: 'ada@old.example' } },
    };
    expect(named(told(zendesk, body)[0]!)).toEqual(
      expect.arrayContaining(['anonymous_id=zendesk:99', 'email=ada@old.example', 'email=ada@example.com']),
    );
  });

  it('both sides of a chat are with one person, though an agent’s message does not name it', () => {
    const [theirs] = toldOf(zendesk, 'zendesk/messaging.json');
    const body = sample('zendesk/messaging.json');
    const event = {
      ...(body['event'] as object),
      actor: { id: '1', type: 'agent' },
      message: { id: 'm2', body: 'Hi' },
    };
    const [ours] = told(zendesk, { ...body, event });
    expect(theirs).toMatchObject({ channel: 'CHAT', kind: 'message.received', traits: { name: 'Ada Lovelace' } });
    expect(ours).toMatchObject({ kind: 'message.sent', direction: 'OUTBOUND', agentId: '1' });
    expect(named(ours!)).toEqual(['anonymous_id=zendesk:conversation:67ab5f53a96f98663935c3f2']);
    expect(named(theirs!)).toEqual(expect.arrayContaining(named(ours!)));
  });

  it('events by Amazon EventBridge are the same', () => {
    const ticket = {
      id: 35436,
      requester_id: 20978392,
      submitter_id: 20978392,
      status: 'open',
      via: { channel: 'email' },
    };
    const comment = { id: 7, body: 'Hello', is_public: true, author: { id: 20978392, is_staff: false } };
    const body = {
      version: '0',
      id: 'x',
      'detail-type': 'Support Ticket: Comment Created',
      detail: {
        ticket_event: {
          meta: { occurred_at: '2026-11-24T10:00:00.465719851Z' },
          type: 'Comment Created',
          comment,
          ticket,
        },
      },
    };
    expect(told(zendesk, body)).toMatchObject([
      {
        externalId: 'comment:7',
        kind: 'message.received',
        issue: { externalId: '35436' },
        occurredAt: '2026-11-24T10:00:00.465Z',
      },
    ]);
  });

  it('news of organizations and articles are about nobody; an unknown event of a requester is kept', () => {
    const body = {
      ...sample('zendesk/ticket-created.json'),
      type: 'zen:event-type:organization.created',
      detail: { id: '1', name: 'Acme' },
    };
    expect(told(zendesk, body)).toEqual([]);
    const rating = { ...sample('zendesk/ticket-created.json'), type: 'zen:event-type:rating.given' };
    expect(told(zendesk, rating)).toMatchObject([{ channel: 'OTHER', kind: 'zendesk.rating.given' }]);
  });
});

describe('a desk’s own form', () => {
  it('Zendesk: a trigger says who wrote what to which ticket', () => {
    const [item] = toldOf(zendesk, 'zendesk/trigger.json');
    expect(item).toMatchObject({
      channel: 'EMAIL',
      kind: 'message.received',
      direction: 'INBOUND',
      summary: 'Any news?',
      queue: 'Refunds',
      agentId: 'Agent Smith',
      issue: { externalId: '5158' },
      traits: { name: 'Ada Lovelace' },
    });
    expect(named(item!)).toEqual([
      'user_id=cust-1',
      'email=ada@example.com',
      'phone=+49 1511 2345678',
      'anonymous_id=zendesk:8447388090494',
    ]);
  });

  it('Zendesk: flat names, placeholders that were not filled in, and numbers will do', () => {
    const body = {
      ticket_id: 5158,
      ticket_title: 'Refund',
      requester_email: 'ada@example.com',
      requester_phone: '{{ticket.requester.phone}}',
      comment: 'Hello',
      comment_public: 'false',
    };
    const [item] = told(zendesk, body);
    expect(item).toMatchObject({ kind: 'note.added', direction: 'INTERNAL', issue: { externalId: '5158' } });
    expect(named(item!)).toEqual(['email=ada@example.com']);
  });

  it('Freshdesk: a rule tells of a new ticket, as JSON and as a form', () => {
    const [item] = toldOf(freshdesk, 'freshdesk/rule.json');
    expect(item).toMatchObject({
      channel: 'EMAIL',
      kind: 'ticket.created',
      direction: 'INBOUND',
      subject: 'Broken kettle',
      summary: 'It leaks.',
      outcome: 'Open',
      queue: 'Returns',
      issue: { externalId: '42' },
      traits: { name: 'Ada Lovelace', company: 'Analytical Engines' },
    });
    const fields = (sample('freshdesk/rule.json') as { freshdesk_webhook: Record<string, string> }).freshdesk_webhook;
    const form = new URLSearchParams(
      Object.fromEntries(Object.entries(fields).map(([key, value]) => [`freshdesk_webhook[${key}]`, String(value)])),
    );
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(told(freshdesk, form.toString(), { headers })[0]).toMatchObject({
      kind: 'ticket.created',
      subject: 'Broken kettle',
      issue: { externalId: '42' },
    });
  });

  it.each([
    ['{reply_sent:sent}', 'Agent Smith : It is on its way', { kind: 'message.sent', direction: 'OUTBOUND' }],
    ['{reply_sent:sent}', 'Ada Lovelace : Thank you', { kind: 'message.received', direction: 'INBOUND' }],
    ['{note_type:private}', 'x', { kind: 'note.added', direction: 'INTERNAL' }],
    ['{status:{from:Open,to:Resolved}}', undefined, { kind: 'ticket.status_changed', direction: 'INTERNAL' }],
    ['{responder_id:{from:1,to:2}}', undefined, { kind: 'ticket.assigned' }],
    ['{priority:{from:Low,to:High}}', undefined, { kind: 'ticket.updated' }],
  ])('Freshdesk: %s', (triggered_event, ticket_latest_public_comment, expected) => {
    const rule = sample('freshdesk/rule.json')['freshdesk_webhook'] as object;
    expect(
      told(freshdesk, { freshdesk_webhook: { ...rule, triggered_event, ticket_latest_public_comment } }),
    ).toMatchObject([expected]);
  });

  it('Freshdesk: who is the contact of a ticket is its requester', () => {
    const fields = { ticket_id: 5, ticket_subject: 'Kettle', ticket_contact_email: 'ada@example.com' };
    const [item] = told(freshdesk, { freshdesk_webhook: { ...fields, ticket_contact_name: 'Ada Lovelace' } });
    expect(named(item!)).toEqual(['email=ada@example.com']);
    expect(item).toMatchObject({ traits: { name: 'Ada Lovelace' }, issue: { externalId: '5' } });
  });

  it('Freshdesk: an app’s event knows who wrote', () => {
    expect(toldOf(freshdesk, 'freshdesk/conversation.json')).toMatchObject([
      {
        externalId: 'comment:1001',
        kind: 'message.sent',
        direction: 'OUTBOUND',
        summary: 'A new one is on its way.',
        occurredAt: '2026-11-24T10:20:00.000Z',
        outcome: 'open',
      },
    ]);
    const contact = {
      id: 43001,
      email: 'ada@example.com',
      mobile: '+4915112345678',
      unique_external_id: 'cust-1',
      name: 'Ada',
    };
    const [item] = told(freshdesk, { event: 'onContactUpdate', data: { contact } });
    expect(item).not.toHaveProperty('channel');
    expect(named(item!)).toEqual([
      'user_id=cust-1',
      'email=ada@example.com',
      'phone=+4915112345678',
      'anonymous_id=freshdesk:43001',
    ]);
  });

  it.each([
    ['email', 'EMAIL'],
    ['Phone call (incoming)', 'CALL'],
    ['web_service', 'OTHER'],
    ['Web form', 'WEB'],
    ['facebook_message', 'SOCIAL'],
    ['native_messaging', 'CHAT'],
    ['sms', 'SMS'],
    ['mobile_sdk', 'APP'],
    ['1', 'EMAIL'],
    ['10', 'EMAIL'],
    ['7', 'CHAT'],
    [undefined, 'OTHER'],
  ])('a ticket by %s is on %s', (via, channel) => {
    expect(channelOf(via)).toBe(channel);
  });
});
