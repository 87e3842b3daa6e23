import { describe, expect, it } from 'vitest';
import { telegram } from '../../../src/connectors/webhooks/kinds/telegram/telegram.js';
import { folded, named, sample, told, toldOf } from './vendor-request.js';

const ada = { id: 4242, is_bot: false, first_name: 'Ada' };

describe('Telegram', () => {
  it('a message is from its sender, in the sender’s language', () => {
    const [item] = toldOf(telegram, 'telegram/message.json');
    expect(item).toMatchObject({
      externalId: '4242:17',
      channel: 'SOCIAL',
      kind: 'message.received',
      direction: 'INBOUND',
      occurredAt: '2026-11-25T10:00:00.000Z',
      summary: 'My parcel is late',
      language: 'de',
      traits: { name: 'Ada Lovelace', telegram_username: 'countess' },
      attributes: { replyTo: '12' },
      conversation: { externalId: '4242' },
    });
    expect(named(item!)).toEqual(['telegram=4242']);
  });

  it('an edit changes the message, also when it comes first', () => {
    const [item] = toldOf(telegram, 'telegram/message.json');
    const [edit] = toldOf(telegram, 'telegram/edited.json');
    expect(folded([edit!, item!])).toMatchObject({ summary: 'My parcel is very late', occurredAt: 1795600800000 });
  });

  it('a number that the sender shared of its own is a telephone number; one of a friend is not', () => {
    expect(named(toldOf(telegram, 'telegram/contact.json')[0]!)).toEqual(['telegram=4242', 'phone=+4915112345678']);
    const body = JSON.stringify(sample('telegram/contact.json')).replace('"user_id":4242', '"user_id":1');
    expect(named(told(telegram, body)[0]!)).toEqual(['telegram=4242']);
  });

  it('what the business answers in its own account goes out, and is taken back as it was', () => {
    const [sent] = toldOf(telegram, 'telegram/business.json');
    expect(sent).toMatchObject({ kind: 'message.sent', direction: 'OUTBOUND', agentId: '777' });
    expect(named(sent!)).toEqual(['telegram=4242']);
    const [gone] = told(telegram, {
      update_id: 1,
      deleted_business_messages: { chat: { id: 4242, type: 'private' }, message_ids: [19] },
    });
    expect(folded([sent!, gone!])).toMatchObject({ kind: 'message.deleted', summary: '' });
  });

  it('a button, a reaction, a poll and blocking the bot are told', () => {
    expect(toldOf(telegram, 'telegram/callback.json')).toMatchObject([{ kind: 'button.pressed', summary: 'yes' }]);
    const chat = { id: 4242, type: 'private' };
    const of = (update: object) => told(telegram, { update_id: 7, ...update });
    expect(
      of({
        message_reaction: {
          chat,
          message_id: 1,
          user: ada,
          date: 1795600800,
          new_reaction: [{ type: 'emoji', emoji: '👍' }],
        },
      }),
    ).toMatchObject([{ kind: 'reaction.added', summary: '👍' }]);
    expect(
      of({ my_chat_member: { chat, from: ada, date: 1795600800, new_chat_member: { status: 'kicked' } } }),
    ).toMatchObject([{ kind: 'bot.blocked' }]);
    expect(of({ poll_answer: { poll_id: 'p', user: ada, option_ids: [1] } })).toMatchObject([
      { kind: 'poll.answered' },
    ]);
    expect(of({ chat_join_request: { chat, from: ada, date: 1795600800 } })).toMatchObject([
      { channel: 'OTHER', kind: 'telegram.chat_join_request' },
    ]);
  });

  it('who types the bot’s name, a channel’s post and another bot tell of no customer', () => {
    const of = (update: object) => told(telegram, { update_id: 7, ...update });
    expect(of({ inline_query: { id: '1', from: ada, query: 'pi' } })).toEqual([]);
    expect(of({ channel_post: { message_id: 1, chat: { id: -100, type: 'channel' }, date: 1, text: 'news' } })).toEqual(
      [],
    );
    expect(
      of({ message: { message_id: 1, from: { id: 9, is_bot: true }, chat: { id: -5, type: 'group' }, text: 'x' } }),
    ).toEqual([]);
  });

  it('in a group everybody is themselves', () => {
    const message = {
      message_id: 5,
      from: ada,
      chat: { id: -5, type: 'supergroup', title: 'Help' },
      message_thread_id: 3,
      date: 1795600800,
      text: 'x',
    };
    const [item] = told(telegram, { update_id: 7, message });
    expect(item).toMatchObject({
      externalId: '-5:5',
      direction: 'INBOUND',
      conversation: { externalId: '-5:3' },
      attributes: { group: 'Help' },
    });
    expect(named(item!)).toEqual(['telegram=4242']);
  });

  it('two bots that count alike are kept apart by their setting', () => {
    const of = (bot: string) => told(telegram, sample('telegram/message.json'), { settings: { bot } })[0]!.externalId;
    expect(of('shop_bot')).toBe('shop_bot:4242:17');
    expect(of('other_bot')).not.toBe(of('shop_bot'));
    expect(() => telegram.checkSettings?.({ bot: '@shop bot' })).toThrow(/user name/);
  });
});
