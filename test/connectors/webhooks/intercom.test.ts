import { describe, expect, it } from 'vitest';
import { intercom } from '../../../src/connectors/webhooks/kinds/intercom/intercom.js';
import { folded, named, sample, told, toldOf } from './vendor-request.js';

const topic = (name: string, item: object, id = 'n') => ({
  type: 'notification_event',
  app_id: 'a',
  topic: name,
  id,
  created_at: 1795601000,
  delivered_at: 0,
  data: { item },
});
const conversation = (file: string) => (sample(`intercom/${file}.json`)['data'] as { item: object }).item;

describe('Intercom', () => {
  it('a new conversation of the first version of the API is its first message', () => {
    const [item] = toldOf(intercom, 'intercom/user-created.json');
    expect(item).toMatchObject({
      externalId: 'message:331494375',
      kind: 'message.received',
      direction: 'INBOUND',
      channel: 'CHAT',
      summary: 'Hello everyone!',
      occurredAt: '2019-03-22T21:29:58.000Z',
      conversation: { externalId: '21321941764' },
    });
    expect(named(item!)).toEqual([
      'user_id=75067020-1204-495c-8edc-abb7d88bdd43',
      'anonymous_id=intercom:5c9553cb27e377f24eed49f7',
    ]);
  });

  it.each([
    [
      'admin-replied',
      {
        externalId: 'part:301',
        kind: 'message.sent',
        direction: 'OUTBOUND',
        agentId: '814860',
        summary: 'It is here.',
      },
    ],
    ['user-replied', { externalId: 'part:302', kind: 'message.received', direction: 'INBOUND', summary: 'Thank you!' }],
    ['admin-noted', { externalId: 'part:303', kind: 'note.added', direction: 'INTERNAL', summary: 'VIP' }],
    ['admin-closed', { kind: 'conversation.closed', direction: 'INTERNAL' }],
  ])('%s is with the customer, never with the admin', (file, expected) => {
    const [item] = toldOf(intercom, `intercom/${file}.json`);
    expect(item).toMatchObject({
      channel: 'EMAIL',
      subject: 'Where is it?',
      conversation: { externalId: '215' },
      occurredAt: '2026-11-25T10:03:10.000Z',
      ...expected,
    });
    expect(named(item!)).toEqual(['user_id=cust-1', 'anonymous_id=intercom:5c95', 'email=ada@example.com']);
    expect(JSON.stringify(item)).not.toContain('agent@shop.example');
  });

  it('contacts that were joined are one person', () => {
    const [item] = toldOf(intercom, 'intercom/contact-merged.json');
    expect(item).not.toHaveProperty('channel');
    expect(named(item!)).toEqual([
      'user_id=cust-1',
      'email=ada@example.com',
      'phone=+4915112345678',
      'anonymous_id=intercom:5c95',
      'anonymous_id=intercom:lead7',
    ]);
    expect(item).toMatchObject({ traits: { name: 'Ada Lovelace', plan: 'gold' } });
  });

  it('a ticket is an issue', () => {
    expect(toldOf(intercom, 'intercom/ticket-created.json')).toMatchObject([
      {
        kind: 'ticket.created',
        direction: 'INBOUND',
        subject: 'Broken kettle',
        summary: 'It leaks.',
        issue: { externalId: '53' },
        occurredAt: '2026-11-25T09:46:40.000Z',
      },
    ]);
    const ticket = (sample('intercom/ticket-created.json')['data'] as { item: object }).item;
    const part = {
      type: 'ticket_part',
      id: '9',
      part_type: 'comment',
      body: '<p>Soon.</p>',
      created_at: 1795600990,
      author: { type: 'admin', id: '814860' },
    };
    const [reply] = told(intercom, topic('ticket.admin.replied', { ...part, ticket }));
    expect(reply).toMatchObject({
      externalId: 'part:9',
      kind: 'message.sent',
      summary: 'Soon.',
      issue: { externalId: '53' },
    });
    expect(told(intercom, topic('ticket.state.updated', ticket))).toMatchObject([
      { kind: 'ticket.status_changed', outcome: 'submitted', direction: 'INTERNAL' },
    ]);
  });

  it('a part that was redacted loses its words', () => {
    const [sent] = toldOf(intercom, 'intercom/admin-replied.json');
    const [gone] = told(intercom, topic('conversation_part.redacted', conversation('admin-replied')));
    expect(folded([gone!, sent!])).toMatchObject({ summary: '' });
  });

  it('a rating is the customer’s', () => {
    const rated = {
      ...conversation('admin-closed'),
      conversation_rating: {
        rating: 4,
        remark: 'Nice',
        created_at: 1795600995,
        teammate: { type: 'admin', id: 814860 },
      },
    };
    expect(told(intercom, topic('conversation.rating.added', rated))).toMatchObject([
      { kind: 'survey.answered', direction: 'INBOUND', outcome: '4', summary: 'Nice', agentId: '814860' },
    ]);
  });

  it('a call is one touchpoint from ringing to its end', () => {
    const call = {
      type: 'call',
      id: '77',
      conversation_id: '215',
      contact_id: '5c95',
      phone: '+4915112345678',
      direction: 'inbound',
      admin_id: 5,
    };
    const items = [
      ...told(
        intercom,
        topic('call.ended', {
          ...call,
          initiated_at: 1795600000,
          answered_at: 1795600020,
          ended_at: 1795600120,
          updated_at: 1795600121,
        }),
      ),
      ...told(intercom, topic('call.started', { ...call, initiated_at: 1795600000, updated_at: 1795600000 })),
    ];
    expect(folded(items)).toMatchObject({
      kind: 'call.completed',
      waitSeconds: 20,
      durationSeconds: 120,
      abandoned: false,
    });
    const missed = told(
      intercom,
      topic('call.ended', { ...call, initiated_at: 1795600000, ended_at: 1795600030, updated_at: 1795600031 }),
    );
    expect(missed).toMatchObject([{ kind: 'call.missed', abandoned: true }]);
  });

  it('what a customer did in the product is kept by the name that it was told under', () => {
    const item = {
      type: 'event',
      event_name: 'ordered',
      created_at: 1795600000,
      user_id: 'cust-1',
      intercom_user_id: '5c95',
      metadata: { total: 42 },
    };
    expect(told(intercom, topic('event.created', item))).toMatchObject([
      { kind: 'ordered', channel: 'OTHER', attributes: { total: 42 } },
    ]);
  });

  it('a ping, an admin and a company are about nobody; an unknown topic of a contact is kept', () => {
    expect(told(intercom, topic('ping', { type: 'ping', message: 'hi' }))).toEqual([]);
    expect(told(intercom, topic('admin.logged_in', { type: 'admin', id: '1', email: 'agent@shop.example' }))).toEqual(
      [],
    );
    expect(told(intercom, topic('company.created', { type: 'company', id: '1' }))).toEqual([]);
    expect(told(intercom, topic('survey.done', { contact: { id: '5c95' }, score: 1 }))).toMatchObject([
      { kind: 'intercom.survey.done', channel: 'OTHER', attributes: { intercom: { score: 1 } } },
    ]);
  });

  it('told again with another count of attempts, it is the same', () => {
    const again = { ...sample('intercom/admin-replied.json'), delivery_attempts: 3, first_sent_at: 1795601111 };
    expect(told(intercom, again)).toEqual(toldOf(intercom, 'intercom/admin-replied.json'));
  });
});
