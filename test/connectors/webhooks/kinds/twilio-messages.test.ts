import { describe, expect, it } from 'vitest';
import { twilioKind } from '../../../../src/connectors/webhooks/kinds/twilio/twilio.js';
import { formOf, now, requestOf, sample, sampleJson, told, toldOne } from './request.js';

const iso = (time: number) => new Date(time).toISOString();
const ann = '+14155550123';
const us = '+14155550199';

describe('a message of Twilio', () => {
  it('of the published sample, as a form or as JSON, is one that came in', () => {
    const form = requestOf(sample('twilio/botbuilder_NoMediaPayload.txt'), {
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' },
    });
    const one = toldOne(twilioKind, form);
    expect(one).toMatchObject({
      source: 'twilio',
      externalId: '3333',
      channel: 'SMS',
      kind: 'message.received',
      direction: 'INBOUND',
      summary: 'Hello',
      occurredAt: iso(now),
    });
    const json = requestOf(sampleJson('twilio/botbuilder_DictionaryPayload.json'), {
      headers: { 'content-type': 'application/json' },
    });
    expect(toldOne(twilioKind, json)).toMatchObject({ externalId: '3333', kind: 'message.received', summary: 'Hello' });
  });

  it('by SMS names the sender’s number, and shows what it carried', () => {
    const fields = {
      MessageSid: 'SM1',
      SmsStatus: 'received',
      From: ann,
      To: us,
      Body: 'See this',
      NumMedia: '1',
      MediaUrl0: 'https://api.twilio.com/1',
      MediaContentType0: 'image/jpeg',
      OptOutType: 'STOP',
    };
    expect(toldOne(twilioKind, formOf(fields))).toMatchObject({
      identifiers: [{ type: 'phone', value: ann }],
      conversation: { externalId: `phone:${us}:${ann}` },
      kind: 'message.received',
      attributes: { medium: 'sms', media: [{ type: 'image/jpeg', url: 'https://api.twilio.com/1' }], optOut: 'STOP' },
    });
  });

  it('by WhatsApp names number and id, or the id alone where the number is hidden', () => {
    const fields = { MessageSid: 'SM2', SmsStatus: 'received', To: `whatsapp:${us}`, Body: 'Hi', ProfileName: 'Ann' };
    const known = formOf({ ...fields, From: `whatsapp:${ann}`, ExternalUserIdentifier: 'US.13491208655302741918' });
    expect(toldOne(twilioKind, known)).toMatchObject({
      channel: 'SOCIAL',
      kind: 'message.received',
      attributes: { medium: 'whatsapp' },
      traits: { name: 'Ann' },
      identifiers: [
        { type: 'whatsapp', value: ann },
        { type: 'phone', value: ann },
        { type: 'whatsapp', value: 'US.13491208655302741918' },
      ],
    });
    const hidden = formOf({ ...fields, From: 'whatsapp:US.13491208655302741918' });
    expect(toldOne(twilioKind, hidden).identifiers).toEqual([{ type: 'whatsapp', value: 'US.13491208655302741918' }]);
  });

  it('by Messenger names a user of one page', () => {
    const fields = { MessageSid: 'SM3', SmsStatus: 'received', From: 'messenger:111', To: 'messenger:999', Body: 'Hi' };
    expect(toldOne(twilioKind, formOf(fields))).toMatchObject({
      channel: 'SOCIAL',
      identifiers: [{ type: 'facebook', value: '999:111' }],
    });
  });

  it('that went out is told by its statuses, the latest in its life the last', () => {
    const statuses = [
      'accepted',
      'scheduled',
      'queued',
      'sending',
      'sent',
      'delivered',
      'read',
      'undelivered',
      'failed',
      'canceled',
    ];
    const items = statuses.map((MessageStatus) =>
      toldOne(twilioKind, formOf({ MessageSid: 'SM4', MessageStatus, From: us, To: ann, ErrorCode: '30003' })),
    );
    expect(items.map((item) => item.kind)).toEqual([
      'message.queued',
      'message.queued',
      'message.queued',
      'message.sent',
      'message.sent',
      'message.delivered',
      'message.read',
      'message.failed',
      'message.failed',
      'message.canceled',
    ]);
    expect(items.map((item) => item.outcome)).toEqual(statuses);
    expect(items.map((item) => item.status)).toEqual([
      'PLANNED',
      'PLANNED',
      'PLANNED',
      'ACTIVE',
      'ACTIVE',
      'COMPLETED',
      'COMPLETED',
      'FAILED',
      'FAILED',
      'CANCELLED',
    ]);
    const places = items.map((item) => item.sequence as number);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    for (const item of items) {
      expect(item).toMatchObject({
        externalId: 'SM4',
        direction: 'OUTBOUND',
        identifiers: [{ type: 'phone', value: ann }],
      });
    }
    // When it was read says nothing of when it was sent.
    expect(items[6]?.occurredAt).toBeUndefined();
  });

  it('from one of our own numbers is ours, whatever it looks like; between two of them it tells of nobody', () => {
    const fields = { MessageSid: 'SM5', Body: 'Hello', From: us, To: ann };
    expect(toldOne(twilioKind, formOf(fields), { ownNumbers: [us] })).toMatchObject({
      direction: 'OUTBOUND',
      identifiers: [{ type: 'phone', value: ann }],
    });
    expect(told(twilioKind, formOf(fields), { ownNumbers: ['14155550199', 'whatsapp:+14155550123'] })).toEqual([]);
    expect(toldOne(twilioKind, formOf({ ...fields, From: 'ACME' })).direction).toBe('OUTBOUND');
  });

  it('by RCS is told from SMS by its medium; a status that nobody knows yet keeps the vocabulary', () => {
    const fields = { MessageSid: 'SM7', From: 'rcs:acme', To: ann, MessageStatus: 'teleported' };
    expect(toldOne(twilioKind, formOf(fields))).toMatchObject({
      channel: 'SMS',
      kind: 'message.sent',
      outcome: 'teleported',
      attributes: { medium: 'rcs' },
    });
  });

  it('sent by GET is read from the address', () => {
    const url = `https://throughline.example/v1/webhooks/con_1?MessageSid=SM6&SmsStatus=received&Body=Hi&From=%2B14155550123&To=${encodeURIComponent(us)}`;
    expect(toldOne(twilioKind, requestOf('', { method: 'GET', url }))).toMatchObject({
      externalId: 'SM6',
      summary: 'Hi',
    });
  });
});

describe('settings of Twilio', () => {
  it.each([{ ownNumbers: 'x' }, { ownNumbers: [1] }, { oneCustomerPerConversation: 'yes' }, { other: 1 }])(
    '%j are refused',
    (settings) => {
      expect(() => twilioKind.checkSettings?.(settings)).toThrow();
    },
  );

  it('may be left out', () => {
    expect(() => twilioKind.checkSettings?.({})).not.toThrow();
    expect(() => twilioKind.checkSettings?.({ ownNumbers: [us], oneCustomerPerConversation: true })).not.toThrow();
  });
});
