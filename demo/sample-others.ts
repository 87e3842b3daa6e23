import type { TouchpointInput } from '../src/touchpoints/record.input.js';
import { callerConversation, type Wave } from './sample-caller.js';
import type { Ago } from './sample-clock.js';
import type { JsonObject, Row, SampleFiles } from './sample-files.js';
import { call, chat, emailEvents, type Identifiers, serviceChat, sms, traitsOf } from './sample-touchpoints.js';
import { identify, page, track, type Visit } from './sample-visits.js';

/** MultiDoGO’s customers have no names: these are invented, as are their addresses and their reserved numbers. */
const names = [
  'Amina Haddad',
  'Bruno Costa',
  'Chloe Martin',
  'Daniel Okafor',
  'Elena Petrova',
  'Farah Siddiqui',
  'George Papadakis',
  'Hana Suzuki',
  'Isabel Romero',
  'Jonas Lindqvist',
  'Kavya Nair',
  'Liam Byrne',
  'Mei Tanaka',
];

/** Rows of the two Twilio tables that the caller’s story leaves. */
const callsFrom = 1;
const callsTo = 8;
const messagesFrom = 2;

/** Everybody but the caller, so that lists and search have something to show. */
export function otherStories(files: SampleFiles, ago: Ago): Wave[] {
  const newcomers = files.serviceChats.map((turns, place) => newcomer(files, turns, place, ago));
  const visits = newcomers.flatMap((one) => one.visits);
  const touchpoints = [
    ...newcomers.flatMap((one) => one.touchpoints),
    ...shoppers(files, ago),
    ...correspondents(files, ago),
  ];
  return [{ visits, touchpoints }];
}

/** Somebody who looked at a few pages, asked for a service in a chat, and was told by e-mail that it is ordered. */
function newcomer(files: SampleFiles, turns: readonly Row[], place: number, ago: Ago): Wave {
  const name = names[place % names.length] ?? '';
  const email = `${name.toLowerCase().replace(' ', '.')}@example.com`;
  const phone = `+1201555${String(100 + place).padStart(4, '0')}`;
  const [userId, anonymousId] = [`customer-${1001 + place}`, `web-${turns[0]?.['conversationId']?.slice(0, 8)}`];
  const visitor = { userId, anonymousId };
  const day = 1 + ((place * 5) % 19);
  const who: Identifiers = [
    { type: 'user_id', value: userId },
    { type: 'email', value: email },
    { type: 'phone', value: phone },
  ];
  const visits: Visit[] = [
    page({ anonymousId }, ago(day, 1, 20), '/services', 'Internet, cable and phone'),
    page({ anonymousId }, ago(day, 1, 14), '/services/plans', 'Compare plans'),
    identify(visitor, ago(day, 1, 5), { name, email }),
    page(visitor, ago(day, 1, 4), '/account', 'Your account'),
    track(visitor, ago(day, 0, 20), 'Plan Selected', { chat: turns[0]?.['conversationId'] }),
  ];
  const [callRow, messageRow] = [files.calls[callsFrom + place], files.messages[messagesFrom + place]];
  return {
    visits,
    touchpoints: [
      ...serviceChat(turns, who, ago(day, 0, 50), { subject: 'New service', traits: { name } }),
      ...emailEvents(files, email, `order-${userId}`, 'Your new service', ago(day, -4)),
      ...(callRow && callsFrom + place < callsTo ? [call(callRow, who, ago(day, -8), { topic: 'installation' })] : []),
      ...(messageRow ? [sms(messageRow, who, ago(day, -9), { topic: 'installation' })] : []),
    ],
  };
}

/** The other customers of ABCD: one whose telephone number is not valid, and one who left nothing but a number. */
function shoppers(files: SampleFiles, ago: Ago): TouchpointInput[] {
  const dialogues = files.dialogues.filter((dialogue) => dialogue.convo_id !== callerConversation);
  return dialogues.flatMap((dialogue, place) => {
    const { subflow, personal } = dialogue.scenario;
    const isReturn = subflow.startsWith('return');
    const issue = isReturn ? { source: 'helpdesk', externalId: `RETURN-${dialogue.convo_id}` } : undefined;
    const subject = isReturn ? 'Return after 90 days' : 'When do promo codes expire?';
    const mails = personal.email
      ? emailEvents(files, personal.email, `chat-${dialogue.convo_id}`, 'Your chat with us', ago(3 + place, -2))
      : [];
    return [...chat(dialogue, ago(3 + place), { subject, issue, traits: traitsOf(dialogue) }), ...mails];
  });
}

/** One message each, as Intercom’s webhook and an RFC 2822 message tell of it. */
function correspondents(files: SampleFiles, ago: Ago): TouchpointInput[] {
  const { item } = files.intercomConversation['data'] as { item: JsonObject };
  const user = item['user'] as { user_id: string; name: string };
  const message = item['conversation_message'] as { id: string; body: string };
  const { headers, text } = files.email;
  const [, name, address = ''] = /^(.*) <(.*)>$/.exec(headers['From'] ?? '') ?? [];
  return [
    {
      source: 'intercom',
      externalId: message.id,
      identifiers: [{ type: 'user_id', value: user.user_id }],
      channel: 'CHAT',
      kind: 'conversation.user.created',
      occurredAt: ago(2, 6),
      summary: message.body.replace(/<[^>]+>/g, ''),
      traits: { name: user.name },
      attributes: { intercom: files.intercomConversation },
      conversation: { externalId: String(item['id']) },
    },
    {
      source: 'mail',
      externalId: headers['Message-ID'],
      identifiers: [{ type: 'email', value: address }],
      channel: 'EMAIL',
      kind: 'email.received',
      occurredAt: ago(8, 2),
      subject: headers['Subject'],
      summary: text,
      traits: { name },
      attributes: { headers },
    },
  ];
}
