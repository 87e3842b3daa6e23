import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { whatsappCloud } from '../../../src/connectors/webhooks/kinds/whatsapp/whatsapp.js';
import { folded, named, sample, told, toldOf } from './vendor-request.js';

const change = (value: object, field = 'messages') => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: '1',
      changes: [{ field, value: { messaging_product: 'whatsapp', metadata: { phone_number_id: '106' }, ...value } }],
    },
  ],
});
const message = (content: object) => ({
  from: '4915112345678',
  id: 'wamid.1',
  timestamp: '1795600800',
  ...content,
});
const status = (content: object) =>
  change({ statuses: [{ id: 'wamid.OUT', recipient_id: '4915112345678', ...content }] });

describe('WhatsApp', () => {
  it('a message is from the number and from the id that stands for it, and knows the advertisement', () => {
    const [item] = toldOf(whatsappCloud, 'whatsapp_cloud/text.json');
    expect(item).toEqual({
      source: 'whatsapp_cloud',
      externalId: 'wamid.TEXT',
      isRepeatable: true,
      identifiers: [
        { type: 'whatsapp', value: '+4915112345678' },
        { type: 'phone', value: '+4915112345678' },
        { type: 'whatsapp', value: 'DE.13491208655302741918' },
      ],
      channel: 'SOCIAL',
      kind: 'message.received',
      direction: 'INBOUND',
      status: 'COMPLETED',
      occurredAt: '2026-11-25T10:00:00.000Z',
      sequence: 0,
      summary: 'Where is my order 4711?',
      traits: { name: 'Ada Lovelace' },
      attributes: {
        type: 'text',
        phoneNumberId: '106540352242922',
        displayPhoneNumber: '15550001111',
        advertisement: {
          id: '120208',
          type: 'ad',
          url: 'https://fb.example/ad',
          headline: 'Autumn sale',
          clickId: 'clid-1',
        },
      },
      conversation: { externalId: '106540352242922:4915112345678' },
    });
  });

  it('who hides the number is known by the id of the business, and by that of its parent', () => {
    const [item] = toldOf(whatsappCloud, 'whatsapp_cloud/without-number.json');
    expect(named(item!)).toEqual(['whatsapp=DE.13491208655302741918', 'whatsapp=DE.ENT.11815799212886844830']);
    expect(item).toMatchObject({
      summary: 'Yes, please',
      traits: { name: 'Ada Lovelace', whatsapp_username: 'countess' },
      attributes: { replyTo: 'wamid.OUT', buttonId: 'yes' },
    });
  });

  it('a new number or id of a user is the same person', () => {
    const [item] = toldOf(whatsappCloud, 'whatsapp_cloud/number-changed.json');
    expect(item).not.toHaveProperty('channel');
    expect(named(item!)).toEqual([
      'whatsapp=+4915112345678',
      'phone=+4915112345678',
      'whatsapp=+4915187654321',
      'phone=+4915187654321',
      'whatsapp=DE.99',
      'whatsapp=DE.13491208655302741918',
    ]);
  });

  it('what the business writes in its own app goes out to the customer', () => {
    const [item] = toldOf(whatsappCloud, 'whatsapp_cloud/echo.json');
    expect(item).toMatchObject({ kind: 'message.sent', direction: 'OUTBOUND', summary: 'It is on its way.' });
    expect(named(item!)).toContain('whatsapp=+4915112345678');
  });

  it('sent, delivered and read make one message, in whatever order they come, also within one second', () => {
    const items = toldOf(whatsappCloud, 'whatsapp_cloud/statuses.json').filter(
      (item) => item.externalId === 'wamid.OUT',
    );
    expect(items).toHaveLength(3);
    fc.assert(
      fc.property(fc.shuffledSubarray([...items], { minLength: 3 }), (some) => {
        expect(folded(some)).toMatchObject({ kind: 'message.read', occurredAt: Date.UTC(2026, 10, 25, 10, 0, 3) });
        expect(folded(some).attributes).toMatchObject({ pricingCategory: 'utility', callbackData: 'order-4711' });
      }),
    );
  });

  it('a message that came to nothing says why', () => {
    const failed = toldOf(whatsappCloud, 'whatsapp_cloud/statuses.json').find(
      (item) => item.externalId === 'wamid.LOST',
    );
    expect(failed).toMatchObject({ kind: 'message.failed', status: 'FAILED', outcome: 'Message undeliverable' });
  });

  it('the status of an echo updates it', () => {
    const [echo] = toldOf(whatsappCloud, 'whatsapp_cloud/echo.json');
    const [delivered] = told(whatsappCloud, status({ id: 'wamid.ECHO', status: 'delivered', timestamp: '1795600905' }));
    expect(folded([delivered!, echo!])).toMatchObject({
      kind: 'message.delivered',
      summary: 'It is on its way.',
      occurredAt: Date.UTC(2026, 10, 25, 10, 1, 40),
    });
  });

  it('a warning, and a status of tomorrow, say nothing of how far the message came: they are kept beside it', () => {
    for (const word of ['warning', 'constructor']) {
      expect(told(whatsappCloud, status({ status: word }))).toMatchObject([
        { externalId: `wamid.OUT:${word}`, channel: 'OTHER', kind: `whatsapp_cloud.${word}` },
      ]);
    }
    expect(told(whatsappCloud, status({ status: null }))).toEqual([]);
  });

  it.each([
    [{ type: 'image', image: { id: 'media-1', mime_type: 'image/jpeg', caption: 'The damage' } }, 'The damage'],
    [{ type: 'document', document: { filename: 'bill.pdf' } }, 'bill.pdf'],
    [{ type: 'button', button: { text: 'Stop', payload: 'STOP' } }, 'Stop'],
    [{ type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: '1', title: 'Monday' } } }, 'Monday'],
    [{ type: 'location', location: { latitude: 52.5, longitude: 13.4 } }, '52.5, 13.4'],
    [{ type: 'location', location: { latitude: 52.5, longitude: 13.4, name: 'The shop' } }, 'The shop'],
    [{ type: 'reaction', reaction: { message_id: 'wamid.OUT', emoji: '👍' } }, '👍'],
    [{ type: 'sticker', sticker: { id: 's' } }, undefined],
    [{ type: 'unsupported', errors: [{ code: 131051 }] }, undefined],
  ])('says what a person can read: %j', (content, summary) => {
    const [item] = told(whatsappCloud, change({ messages: [message(content)] }));
    expect(item).toMatchObject({ channel: 'SOCIAL', direction: 'INBOUND' });
    expect((item as { summary?: string }).summary).toBe(summary);
  });

  it('a reaction taken back, a first contact and a message taken back are told as such', () => {
    const kinds = (content: object) =>
      told(whatsappCloud, change({ messages: [message(content)] })).map((item) => item);
    expect(kinds({ type: 'reaction', reaction: { message_id: 'wamid.OUT' } })).toMatchObject([
      { kind: 'reaction.removed' },
    ]);
    expect(kinds({ type: 'request_welcome' })).toMatchObject([{ kind: 'conversation.started' }]);
    expect(kinds({ id: 'wamid.2', type: 'revoke', revoke: { original_message_id: 'wamid.1' } })).toMatchObject([
      { externalId: 'wamid.1', kind: 'message.deleted', summary: '' },
    ]);
  });

  it('a number that was shared when asked for is the customer’s own; one of a friend is not', () => {
    const contacts = [
      { name: { formatted_name: 'Ada' }, phones: [{ phone: '+49 151 12345678', wa_id: '4915112345678' }] },
    ];
    const shared = (origin: string) =>
      named(
        told(
          whatsappCloud,
          change({
            messages: [
              { from_user_id: 'DE.1', id: 'wamid.3', timestamp: '1795600800', type: 'contacts', origin, contacts },
            ],
          }),
        )[0]!,
      );
    expect(shared('contact_request')).toContain('phone=+4915112345678');
    expect(shared('other')).toEqual(['whatsapp=DE.1']);
  });

  it('each message of a batch finds its own sender', () => {
    const body = change({
      contacts: [
        { profile: { name: 'Ada' }, wa_id: '4915112345678' },
        { profile: { name: 'Bob' }, user_id: 'DE.2' },
      ],
      messages: [
        message({ type: 'text', text: { body: 'a' } }),
        { from_user_id: 'DE.2', id: 'wamid.2', type: 'text', text: { body: 'b' } },
      ],
    });
    expect(told(whatsappCloud, body).map(({ traits }) => traits)).toEqual([{ name: 'Ada' }, { name: 'Bob' }]);
  });

  it('a call is one touchpoint from ringing to its end', () => {
    const call = folded(toldOf(whatsappCloud, 'whatsapp_cloud/call.json'));
    expect(call).toMatchObject({
      kind: 'call.completed',
      durationSeconds: 80,
      abandoned: false,
      occurredAt: Date.UTC(2026, 10, 25, 10, 3, 20),
      endedAt: Date.UTC(2026, 10, 25, 10, 4, 50),
    });
  });

  it('the history of a business app comes with both sides', () => {
    const threads = [
      {
        id: '4915112345678',
        messages: [
          message({ id: 'wamid.h1', type: 'text', text: { body: 'Hi' } }),
          message({ id: 'wamid.h2', from: '15550001111', type: 'text', text: { body: 'Hello' } }),
        ],
      },
    ];
    const items = told(whatsappCloud, change({ history: [{ metadata: { phase: 0 }, threads }] }, 'history'));
    expect(items).toMatchObject([{ direction: 'INBOUND' }, { direction: 'OUTBOUND', kind: 'message.sent' }]);
    expect(items.map(named)).toEqual([named(items[0]!), named(items[0]!)]);
  });

  it('a preference is kept; news of templates and of the account are about nobody', () => {
    const stop = {
      wa_id: '4915112345678',
      detail: 'User asked to stop',
      category: 'marketing_messages',
      value: 'stop',
      timestamp: 1795600800,
    };
    expect(told(whatsappCloud, change({ user_preferences: [stop] }, 'user_preferences'))).toMatchObject([
      { kind: 'preference.changed', outcome: 'stop', topic: 'marketing_messages' },
    ]);
    expect(
      told(whatsappCloud, change({ event: 'APPROVED', message_template_id: 1 }, 'message_template_status_update')),
    ).toEqual([]);
  });

  it('a change of tomorrow is with the one contact that it names, with all that was sent', () => {
    const value = { contacts: [{ wa_id: '4915112345678', user_id: 'US.1' }], waves: [{ strength: 3 }] };
    const [item] = told(whatsappCloud, change(value, 'waves'));
    expect(item).toMatchObject({
      channel: 'OTHER',
      kind: 'whatsapp_cloud.waves',
      attributes: { whatsapp_cloud: { waves: [{ strength: 3 }] } },
    });
    expect(named(item!)).toEqual(['whatsapp=+4915112345678', 'phone=+4915112345678', 'whatsapp=US.1']);
    const several = { ...value, contacts: [...value.contacts, { wa_id: '4915100000000' }] };
    expect(told(whatsappCloud, change(several, 'waves'))).toEqual([]);
  });

  it('the dashboard’s test button, which sends no envelope, is understood', () => {
    const { entry } = sample('whatsapp_cloud/text.json') as { entry: [{ changes: [object] }] };
    expect(told(whatsappCloud, entry[0].changes[0])).toEqual(toldOf(whatsappCloud, 'whatsapp_cloud/text.json'));
  });
});
