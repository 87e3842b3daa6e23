import { describe, expect, it } from 'vitest';
import { instagram, messenger } from '../../../src/connectors/webhooks/kinds/meta-messaging/meta-messaging.js';
import { folded, named, told, toldOf } from './vendor-request.js';

const page = '1906385232743451';
const user = '6510001112223334';
const event = (content: object) => ({
  object: 'page',
  entry: [
    {
      id: page,
      time: 1,
      messaging: [{ sender: { id: user }, recipient: { id: page }, timestamp: 1795600800123, ...content }],
    },
  ],
});

describe('Messenger', () => {
  it('a message, its echo, a button and a reaction are with the user of this page', () => {
    const items = toldOf(messenger, 'messenger/conversation.json');
    expect(items).toMatchObject([
      {
        kind: 'message.received',
        direction: 'INBOUND',
        occurredAt: '2026-11-25T10:00:00.123Z',
        summary: 'Do you have it in blue?',
      },
      { kind: 'message.sent', direction: 'OUTBOUND', externalId: 'm_out', summary: 'We do.' },
      { kind: 'message.delivered', direction: 'OUTBOUND', externalId: 'm_out' },
      { kind: 'button.pressed', summary: 'Order now', attributes: { payload: 'ORDER' } },
      { kind: 'reaction.added', summary: '❤', attributes: { reactionTo: 'm_out' } },
    ]);
    expect(new Set(items.flatMap(named))).toEqual(new Set([`facebook=${page}:${user}`]));
  });

  it('a delivery that comes before the message updates it all the same', () => {
    const [, sent, delivered] = toldOf(messenger, 'messenger/conversation.json');
    const both = { kind: 'message.delivered', summary: 'We do.', occurredAt: Date.UTC(2026, 10, 25, 10, 0, 20, 456) };
    expect(folded([delivered!, sent!])).toMatchObject(both);
    expect(folded([sent!, delivered!])).toMatchObject(both);
  });

  it('the same number on another page is somebody else', () => {
    const [item] = told(messenger, {
      object: 'page',
      entry: [
        { id: '99', messaging: [{ sender: { id: user }, recipient: { id: '99' }, message: { mid: 'm', text: 'x' } }] },
      ],
    });
    expect(named(item!)).toEqual([`facebook=99:${user}`]);
  });

  it('what another app answers, in standby, is history too', () => {
    const { entry } = event({ message: { mid: 'm', text: 'x' } });
    const standby = { object: 'page', entry: [{ ...entry[0], messaging: undefined, standby: entry[0]!.messaging }] };
    expect(told(messenger, standby)).toMatchObject([{ kind: 'message.received' }]);
  });

  it('an edit and a removal change the message that they are about', () => {
    const items = [
      ...told(messenger, event({ message: { mid: 'm1', text: 'Helo' } })),
      ...told(messenger, event({ message_edit: { mid: 'm1', text: 'Hello', num_edit: 1 } })),
    ];
    expect(folded([items[1]!, items[0]!])).toMatchObject({ summary: 'Hello', kind: 'message.received' });
    const [gone] = told(messenger, event({ message: { mid: 'm1', is_deleted: true } }));
    expect(folded([gone!, ...items])).toMatchObject({ summary: '', kind: 'message.deleted' });
  });

  it.each([
    [{ read: { watermark: 1 } }, []],
    [{ delivery: { watermark: 1 } }, []],
    [{ typing: true }, []],
    [
      { referral: { ref: 'winter', source: 'SHORTLINK' } },
      [{ kind: 'referral.followed', attributes: { ref: 'winter' } }],
    ],
    [{ optin: { type: 'notification_messages', payload: 'p' } }, [{ kind: 'subscription.added' }]],
    [
      { optin: { type: 'notification_messages', notification_messages_status: 'STOP_NOTIFICATIONS' } },
      [{ kind: 'subscription.removed' }],
    ],
    [{ account_linking: { status: 'linked' } }, [{ kind: 'account.linked' }]],
    [{ pass_thread_control: { new_owner_app_id: 1 } }, [{ kind: 'conversation.transferred', direction: 'INTERNAL' }]],
    [
      { something_new: { a: 1 } },
      [{ kind: 'messenger.something_new', attributes: { messenger: { something_new: { a: 1 } } } }],
    ],
  ])('%j', (content, expected) => {
    expect(told(messenger, event(content))).toMatchObject(expected);
  });

  it('who opts in by the plug-in is a browser until it is known who it is', () => {
    const [item] = told(messenger, {
      object: 'page',
      entry: [
        {
          id: page,
          messaging: [{ recipient: { id: page }, timestamp: 1795600800123, optin: { ref: 'r', user_ref: 'u-r' } }],
        },
      ],
    });
    expect(named(item!)).toEqual([`anonymous_id=messenger:${page}:u-r`]);
  });

  it('a comment is from its author; the page’s own answer is with nobody', () => {
    const items = toldOf(messenger, 'messenger/comment.json');
    expect(items).toMatchObject([
      { kind: 'comment.received', summary: 'Lovely shop', traits: { name: 'Ada Lovelace' } },
    ]);
  });

  it('a comment that was changed and removed is one touchpoint', () => {
    const feed = (time: number, value: object) => ({
      object: 'page',
      entry: [
        {
          id: page,
          time,
          changes: [
            {
              field: 'feed',
              value: { from: { id: user }, item: 'comment', comment_id: 'c', created_time: 1795600700, ...value },
            },
          ],
        },
      ],
    });
    const items = [
      ...told(messenger, feed(1795600700, { verb: 'add', message: 'a' })),
      ...told(messenger, feed(1795600710, { verb: 'edited', message: 'b' })),
      ...told(messenger, feed(1795600720, { verb: 'remove' })),
    ];
    expect(folded(items.slice(0, 2))).toMatchObject({ summary: 'b', kind: 'comment.received' });
    expect(folded([items[2]!, items[0]!, items[1]!])).toMatchObject({ summary: '', kind: 'comment.removed' });
  });
});

describe('Instagram', () => {
  it('knows what was read, and what was unsent', () => {
    const items = toldOf(instagram, 'instagram/conversation.json');
    const about = (id: string) => folded(items.filter((item) => item.externalId === id).reverse());
    expect(about('ig_out')).toMatchObject({ kind: 'message.read', summary: 'Yes!' });
    expect(about('ig_in')).toMatchObject({
      kind: 'message.deleted',
      summary: '',
      occurredAt: Date.UTC(2026, 10, 25, 10, 0, 0, 123),
    });
    expect(new Set(items.flatMap(named))).toEqual(new Set(['instagram=17841400000000001:9110001112223334']));
  });

  it('a comment is from its author, whose name it tells', () => {
    expect(toldOf(instagram, 'instagram/comment.json')).toMatchObject([
      {
        kind: 'comment.received',
        summary: 'So pretty',
        occurredAt: '2026-11-25T09:58:20.000Z',
        traits: { instagram_username: 'countess' },
      },
    ]);
  });

  it('a message that comes as a change, with seconds for its time, is a message', () => {
    const value = {
      sender: { id: '12334' },
      recipient: { id: '23245' },
      timestamp: '1795600800',
      message: { mid: 'random_mid', text: 'random_text' },
    };
    const [item] = told(instagram, { field: 'messages', value });
    expect(item).toMatchObject({ kind: 'message.received', occurredAt: '2026-11-25T10:00:00.000Z' });
    expect(named(item!)).toEqual(['instagram=23245:12334']);
  });
});
