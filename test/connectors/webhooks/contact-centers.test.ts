import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amazonConnect } from '../../../src/connectors/webhooks/kinds/contact-center/amazon-connect.js';
import { genesysCloud } from '../../../src/connectors/webhooks/kinds/contact-center/genesys-cloud.js';
import { noMail } from './kinds/request.js';
import { folded, named, request, sample, sampleBytes, told, toldOf } from './vendor-request.js';

const record = (more: object = {}) => ({ ...sample('amazon_connect/contact-record.json'), ...more });
const base64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');

describe('Amazon Connect', () => {
  it('a contact record is a call with its times', () => {
    const [item] = toldOf(amazonConnect, 'amazon_connect/contact-record.json');
    expect(item).toMatchObject({
      externalId: 'c-1',
      channel: 'CALL',
      kind: 'call.completed',
      direction: 'INBOUND',
      status: 'COMPLETED',
      occurredAt: '2026-11-24T10:00:00.000Z',
      endedAt: '2026-11-24T10:06:00.000Z',
      waitSeconds: 85,
      holdSeconds: 30,
      handleSeconds: 300,
      abandoned: false,
      agentId: 'agent.smith',
      queue: 'Refunds',
      outcome: 'CUSTOMER_DISCONNECT',
      conversation: { externalId: 'c-1' },
      attributes: { systemEndpoint: '+498912345678', holds: 2, contactAttributes: { reason: 'refund' } },
    });
    expect(named(item!)).toEqual(['phone=+4915112345678', 'user_id=cust-1']);
  });

  it('who waited and reached nobody gave up; who went on to a callback did not', () => {
    expect(toldOf(amazonConnect, 'amazon_connect/abandoned.json')).toMatchObject([
      { kind: 'call.abandoned', abandoned: true, waitSeconds: 55 },
    ]);
    const [item] = told(amazonConnect, { ...sample('amazon_connect/abandoned.json'), NextContactId: 'c-3' });
    expect(item).toMatchObject({ kind: 'call.completed' });
    expect(item).not.toHaveProperty('abandoned');
  });

  const wrapped: readonly [string, unknown][] = [
    ['a record of its own', record()],
    ['a list', [record()]],
    ['Firehose', { requestId: 'r', timestamp: 1, records: [{ data: base64(record()) }] }],
    [
      'Firehose with several in one record',
      {
        requestId: 'r',
        records: [{ data: base64(`${JSON.stringify(record())}${JSON.stringify(record({ ContactId: 'c-9' }))}`) }],
      },
    ],
    [
      'Kinesis, as a function gets it',
      { Records: [{ kinesis: { data: base64(record()) }, eventSource: 'aws:kinesis' }] },
    ],
    ['a queue', { Records: [{ body: JSON.stringify(record()) }] }],
    ['a topic', { Type: 'Notification', Message: JSON.stringify(record()) }],
    [
      'a topic in a queue',
      { Records: [{ body: JSON.stringify({ Type: 'Notification', Message: JSON.stringify(record()) }) }] },
    ],
    ['EventBridge', { version: '0', 'detail-type': 'CTR', detail: record() }],
    ['lines', `${JSON.stringify(record())}\n${JSON.stringify(record({ ContactId: 'c-9' }))}\n`],
  ];

  it.each(wrapped)('the record is the same in %s', (_, body) => {
    expect(told(amazonConnect, body)[0]).toEqual(told(amazonConnect, record())[0]);
  });

  it('several that follow each other are all told', () => {
    expect(told(amazonConnect, wrapped[3]![1]).map((item) => item.externalId)).toEqual(['c-1', 'c-9']);
    expect(told(amazonConnect, wrapped[9]![1])).toHaveLength(2);
    expect(() => told(amazonConnect, 'no JSON at all')).toThrow(/no JSON/);
  });

  it('a record that cannot be read is told as such, and keeps no neighbour out', () => {
    const records = [{ data: base64('half a rec') }, { data: base64(record()) }, { data: '%%%' }, { data: '' }];
    const items = amazonConnect.translate(request({ requestId: 'r', records }), {}, noMail);
    const unreadable = { identifiers: [], fault: { reason: 'BODY_MALFORMED' } };
    expect(items).toMatchObject([unreadable, { externalId: 'c-1' }, unreadable]);
  });

  it('events, the record, a newer record and the analysis are one call, in whatever order they come', () => {
    const items = [
      ...toldOf(amazonConnect, 'amazon_connect/event.json'),
      ...told(amazonConnect, record()),
      ...told(
        amazonConnect,
        record({ LastUpdateTimestamp: '2026-11-24T11:00:00Z', Attributes: { CustomerNumber: 'cust-1', case: '7' } }),
      ),
      ...toldOf(amazonConnect, 'amazon_connect/contact-lens.json'),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(items, { minLength: items.length }), (some) => {
        expect(folded(some)).toMatchObject({
          kind: 'call.completed',
          agentId: 'agent.smith',
          sentiment: -0.5,
          topic: 'refund',
          language: 'de-DE',
          summary: 'The customer asked about a refund.',
          attributes: { contactAttributes: { case: '7' }, interruptions: 1 },
        });
      }),
    );
  });

  it.each([
    [
      { Channel: 'CHAT', InitiationMethod: 'API', CustomerEndpoint: null },
      { channel: 'CHAT', direction: 'INBOUND', kind: 'chat.completed' },
    ],
    [{ Channel: 'VOICE', InitiationMethod: 'API' }, { direction: 'OUTBOUND' }],
    [{ Channel: 'VOICE', InitiationMethod: 'CALLBACK' }, { direction: 'OUTBOUND' }],
    [
      { Channel: 'TASK', InitiationMethod: 'API' },
      { channel: 'OTHER', direction: 'INTERNAL', kind: 'task.completed' },
    ],
    [{ Channel: 'CHAT', SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:SMS' } } }, { channel: 'SMS' }],
    [
      { Channel: 'CHAT', SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:WhatsApp' } } },
      { channel: 'SOCIAL' },
    ],
    [
      { Channel: 'EMAIL', CustomerEndpoint: { Type: 'EMAIL_ADDRESS', Address: 'ada@example.com' } },
      {
        channel: 'EMAIL',
        identifiers: [
          { type: 'email', value: 'ada@example.com' },
          { type: 'user_id', value: 'cust-1' },
        ],
      },
    ],
    [
      { CustomerEndpoint: null, Attributes: {} },
      { identifiers: [{ type: 'anonymous_id', value: 'amazon_connect:c-1' }] },
    ],
    [{ DisconnectTimestamp: null }, { status: 'ACTIVE', kind: 'call.started' }],
  ])('%j', (more, expected) => {
    expect(told(amazonConnect, record(more))).toMatchObject([expected]);
  });

  it('the setting says which attribute names the customer', () => {
    const attributes = { Attributes: { vip: 'yes', 'Kunden-Nr': 'K-7', CustomerNumber: 'no' } };
    const settings = { identifierAttributes: { crm_id: 'Kunden-Nr' } };
    expect(named(told(amazonConnect, record(attributes), { settings })[0]!)).toEqual([
      'phone=+4915112345678',
      'crm_id=K-7',
    ]);
    expect(() => amazonConnect.checkSettings?.({ identifierAttributes: { crm_id: 7 } })).toThrow(/attribute/);
    expect(() => amazonConnect.checkSettings?.(settings)).not.toThrow();
  });

  it('a rule of Contact Lens that matched is noted on the contact', () => {
    const detail = {
      ruleName: 'Wants to leave',
      actionName: 'Tell',
      contactArn: 'arn:aws:connect:eu-central-1:1:instance/i-1/contact/c-1',
    };
    const [item] = told(amazonConnect, {
      'detail-type': 'Contact Lens Post Call Rules Matched',
      time: '2026-11-24T10:10:00Z',
      detail,
    });
    expect(folded([...told(amazonConnect, record()), item!])).toMatchObject({
      attributes: { 'rule Wants to leave': 'Tell' },
    });
  });
});

describe('Genesys Cloud', () => {
  it('the events of a conversation are one call, in whatever order they come', () => {
    const items = toldOf(genesysCloud, 'genesys_cloud/events.json');
    expect(items).toHaveLength(7);
    fc.assert(
      fc.property(fc.shuffledSubarray([...items], { minLength: items.length }), (some) => {
        expect(folded(some)).toMatchObject({
          kind: 'call.completed',
          occurredAt: 1795600800000,
          endedAt: 1795601165000,
          waitSeconds: 60,
          holdSeconds: 30,
          handleSeconds: 300,
          abandoned: false,
          agentId: 'u-1',
          queue: 'q-1',
          outcome: 'w-refund',
          summary: 'Refund promised',
        });
      }),
    );
    expect(named(items[0]!)).toEqual(['phone=tel:+4915112345678']);
  });

  it('who hung up in the queue gave up, though the call ended at the same instant', () => {
    const [start, queued, , , , end] = JSON.parse(sampleBytes('genesys_cloud/events.json').toString());
    const left = {
      detail: {
        topicName: 'v2.detail.events.conversation.{id}.acd.end',
        eventBody: { ...end.detail.eventBody, acdOutcome: 'ABANDON', queueId: 'q-1', connectedDurationMs: 45000 },
      },
    };
    const items = told(genesysCloud, [end, left, queued, start]);
    expect(folded(items)).toMatchObject({ kind: 'call.abandoned', abandoned: true, waitSeconds: 45, status: 2 });
  });

  it('an agent who did not answer is not whom it was with', () => {
    const [, , , , left] = JSON.parse(sampleBytes('genesys_cloud/events.json').toString());
    left.detail.eventBody = { ...left.detail.eventBody, interactingDurationMs: 0, heldDurationMs: undefined };
    const [item] = told(genesysCloud, left);
    expect(item).toMatchObject({ kind: 'call.unanswered' });
    expect(item).not.toHaveProperty('agentId');
  });

  it('the conversation as a whole has the last word', () => {
    const [item] = toldOf(genesysCloud, 'genesys_cloud/conversation.json');
    expect(item).toMatchObject({
      kind: 'call.completed',
      direction: 'INBOUND',
      occurredAt: '2026-11-24T10:00:00.000Z',
      endedAt: '2026-11-24T10:06:05.000Z',
      waitSeconds: 60,
      holdSeconds: 30,
      handleSeconds: 335,
      abandoned: false,
      agentId: 'u-1',
      queue: 'q-1',
      outcome: 'w-refund',
      traits: { name: 'Ada Lovelace' },
    });
    expect(named(item!)).toEqual([
      'phone=tel:+4915112345678',
      'anonymous_id=genesys_cloud:contact:ec-1',
      'user_id=cust-1',
    ]);
    expect(told(genesysCloud, { conversations: [sample('genesys_cloud/conversation.json')], totalHits: 1 })).toEqual([
      item,
    ]);
  });

  it('a conversation that nobody took was abandoned', () => {
    const conversation = sample('genesys_cloud/conversation.json') as { participants: object[] };
    const acd = {
      purpose: 'acd',
      sessions: [
        {
          mediaType: 'voice',
          metrics: [
            { name: 'tAbandon', value: 20000 },
            { name: 'tAcd', value: 20000 },
          ],
        },
      ],
    };
    expect(told(genesysCloud, { ...conversation, participants: [conversation.participants[0], acd] })).toMatchObject([
      { kind: 'call.abandoned', abandoned: true, waitSeconds: 20 },
    ]);
  });

  const event = (more: object, stage = 'customer.start') => ({
    topicName: `v2.detail.events.conversation.x.${stage}`,
    eventBody: { conversationId: 'x', eventTime: 1795600800000, direction: 'INBOUND', ...more },
  });

  it.each([
    [
      { mediaType: 'MESSAGE', messageType: 'WHATSAPP', addressFrom: '4915112345678' },
      {
        channel: 'SOCIAL',
        kind: 'conversation.started',
        identifiers: [
          { type: 'whatsapp', value: '+4915112345678' },
          { type: 'phone', value: '+4915112345678' },
        ],
      },
    ],
    [
      { mediaType: 'MESSAGE', messageType: 'WEBMESSAGING', addressFrom: 'guest-1' },
      {
        channel: 'CHAT',
        kind: 'chat.started',
        identifiers: [{ type: 'anonymous_id', value: 'genesys_cloud:webmessaging:guest-1' }],
      },
    ],
    [
      { mediaType: 'EMAIL', addressFrom: 'ada@example.com', subject: 'Refund' },
      {
        channel: 'EMAIL',
        kind: 'email.started',
        subject: 'Refund',
        identifiers: [{ type: 'email', value: 'ada@example.com' }],
      },
    ],
    [
      { mediaType: 'VOICE', direction: 'OUTBOUND', ani: 'tel:+498912345678', dnis: 'tel:+4915112345678' },
      { direction: 'OUTBOUND', identifiers: [{ type: 'phone', value: 'tel:+4915112345678' }] },
    ],
    [
      { mediaType: 'VOICE', ani: 'sip:5a1b@phone' },
      { identifiers: [{ type: 'anonymous_id', value: 'genesys_cloud:x' }] },
    ],
  ])('%j', (more, expected) => {
    expect(told(genesysCloud, event(more))).toMatchObject([expected]);
  });

  it('a step that is not known adds what it tells; what names no conversation tells nothing', () => {
    expect(told(genesysCloud, event({ mediaType: 'VOICE', flowId: 'f-1' }, 'flow.start'))).toMatchObject([
      { kind: 'call.flow.start', attributes: { 'flow.start': { flowId: 'f-1' } } },
    ]);
    expect(told(genesysCloud, { topicName: 'v2.users.1.presence', eventBody: { id: '1' } })).toEqual([]);
    expect(
      told(genesysCloud, { topicName: 'channel.metadata', eventBody: { message: 'WebSocket Heartbeat' } }),
    ).toEqual([]);
  });
});
