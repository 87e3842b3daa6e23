import { describe, expect, it } from 'vitest';
import { chatwoot } from '../../../src/connectors/webhooks/kinds/chatwoot.js';
import { folded, named, sample, told, toldOf } from './vendor-request.js';

const ada = ['user_id=cust-1', 'email=ada@example.com', 'phone=+4915112345678', 'anonymous_id=chatwoot:1:77'];
const message = (more: object) => ({ ...sample('chatwoot/outgoing.json'), ...more });

describe('Chatwoot', () => {
  it.each([
    [
      'incoming',
      { kind: 'message.received', direction: 'INBOUND', occurredAt: '2026-11-24T10:00:00.000Z', queue: 'Website' },
    ],
    ['outgoing', { kind: 'message.sent', direction: 'OUTBOUND', occurredAt: '2026-11-24T10:01:00.000Z', agentId: '2' }],
    ['note', { kind: 'note.added', direction: 'INTERNAL', occurredAt: '2026-11-25T10:01:40.000Z' }],
    ['resolved', { kind: 'conversation.resolved', direction: 'INTERNAL', outcome: 'resolved' }],
  ])('%s is with the contact, never with the agent', (file, expected) => {
    const [item] = toldOf(chatwoot, `chatwoot/${file}.json`);
    expect(item).toMatchObject({ channel: 'CHAT', conversation: { externalId: '1:5' }, ...expected });
    expect(named(item!)).toEqual(ada);
    expect(JSON.stringify(item)).not.toContain('agent@shop.example');
  });

  it('statuses update the message, in whatever order they come', () => {
    const items = [
      ...told(chatwoot, message({ event: 'message_updated', status: 'read' })),
      ...told(chatwoot, message({ status: 'sent' })),
      ...told(chatwoot, message({ event: 'message_updated', status: 'delivered' })),
    ];
    expect(folded(items)).toMatchObject({ kind: 'message.read', summary: 'Here I am.' });
    const failed = told(
      chatwoot,
      message({ event: 'message_updated', status: 'failed', content_attributes: { external_error: '131026' } }),
    );
    expect(failed).toMatchObject([
      { kind: 'message.failed', status: 'FAILED', attributes: { externalError: '131026' } },
    ]);
    const gone = told(
      chatwoot,
      message({ event: 'message_updated', content: 'This message was deleted', content_attributes: { deleted: true } }),
    );
    expect(folded([...gone, ...items])).toMatchObject({ kind: 'message.deleted', summary: '' });
  });

  it.each([
    ['Channel::Email', 'EMAIL'],
    ['Channel::Whatsapp', 'SOCIAL'],
    ['Channel::TwilioSms', 'SMS'],
    ['Channel::Telegram', 'SOCIAL'],
    ['Channel::Api', 'CHAT'],
  ])('an inbox of %s is on %s', (channel, expected) => {
    const conversation = { ...(sample('chatwoot/incoming.json')['conversation'] as object), channel };
    expect(told(chatwoot, { ...sample('chatwoot/incoming.json'), conversation })).toMatchObject([
      { channel: expected },
    ]);
  });

  it('the address of a channel names the contact there, too', () => {
    const conversation = (channel: string, source_id: string) => ({
      id: 5,
      channel,
      contact_inbox: { source_id, contact_id: 77 },
    });
    const of = (channel: string, id: string) =>
      named(told(chatwoot, { ...sample('chatwoot/incoming.json'), conversation: conversation(channel, id) })[0]!);
    expect(of('Channel::Telegram', '4242')).toContain('telegram=4242');
    expect(of('Channel::Whatsapp', '4915112345678')).toContain('whatsapp=+4915112345678');
  });

  it('a contact that changes is identified, with what is known of it', () => {
    const [item] = toldOf(chatwoot, 'chatwoot/contact.json');
    expect(item).not.toHaveProperty('channel');
    expect(named(item!)).toEqual(ada);
    expect(item).toMatchObject({
      traits: { name: 'Ada Lovelace', company: 'Analytical Engines', city: 'London', plan: 'gold' },
    });
  });

  it('the answer to the survey is an act of its own', () => {
    const items = told(
      chatwoot,
      message({
        event: 'message_updated',
        message_type: 'template',
        content_type: 'input_csat',
        content_attributes: { submitted_values: { csat_survey_response: { rating: 5, feedback_message: 'Great' } } },
      }),
    );
    expect(items).toMatchObject([
      { kind: 'message.sent', attributes: { automatic: true } },
      { kind: 'survey.answered', direction: 'INBOUND', outcome: '5', summary: 'Great' },
    ]);
  });

  it('typing and the desk’s own remarks tell nothing; a new conversation and the widget do', () => {
    const { event: _, ...conversation } = sample('chatwoot/resolved.json');
    expect(told(chatwoot, { ...conversation, event: 'conversation_typing_on' })).toEqual([]);
    expect(told(chatwoot, message({ message_type: 'activity', content: 'Agent joined' }))).toEqual([]);
    expect(told(chatwoot, { ...conversation, event: 'conversation_created' })).toMatchObject([
      { kind: 'conversation.started', direction: 'INBOUND', occurredAt: '2026-11-25T09:58:20.000Z' },
    ]);
    const widget = {
      event: 'webwidget_triggered',
      contact: { id: 77 },
      account: { id: 1 },
      event_info: { referer: 'https://shop.example/', initiated_at: 'x' },
    };
    expect(told(chatwoot, widget)).toMatchObject([
      { channel: 'WEB', kind: 'widget.opened', attributes: { page: 'https://shop.example/' } },
    ]);
    expect(told(chatwoot, { event: 'inbox_created', id: 1, account: { id: 1 } })).toEqual([]);
  });
});
