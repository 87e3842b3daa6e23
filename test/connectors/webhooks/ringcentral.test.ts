import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ringcentral } from '../../../src/connectors/webhooks/kinds/ringcentral/ringcentral.js';
import { folded, named, sample, told, toldOf } from './vendor-request.js';

const of = (name: string) => toldOf(ringcentral, `ringcentral/${name}.json`);
const sms = (more: object) => {
  const whole = sample('ringcentral/sms.json');
  return { ...whole, body: { ...(whole['body'] as object), ...more } };
};

describe('RingCentral', () => {
  it('the legs of a call and its record are one call, in whatever order they come', () => {
    const items = [...of('ringing'), ...of('answered'), ...of('disconnected'), of('call-log')[0]!];
    fc.assert(
      fc.property(fc.shuffledSubarray(items, { minLength: items.length }), (some) => {
        expect(folded(some)).toMatchObject({
          kind: 'call.completed',
          status: 2,
          abandoned: false,
          agentId: '201',
          durationSeconds: 320,
          outcome: 'Accepted',
          occurredAt: Date.UTC(2026, 10, 24, 10),
        });
      }),
    );
    expect(named(items[0]!)).toEqual(['phone=+4915112345678']);
  });

  it('a call that nobody took was missed', () => {
    expect(of('missed')).toMatchObject([
      { kind: 'call.missed', abandoned: true, direction: 'INBOUND', endedAt: '2026-11-24T10:01:00.000Z' },
    ]);
  });

  it('of the call log, our own call to a customer is kept, and colleagues are left to themselves', () => {
    const items = of('call-log');
    expect(items.map(({ externalId }) => externalId)).toEqual(['call:s-abc', 'call:9002']);
    const inside = { direction: 'Inbound', from: { phoneNumber: '+498912345679', extensionId: '202' } };
    expect(
      told(ringcentral, { ...inside, startTime: '2026-11-24T11:00:00Z', id: 'Q4', to: { extensionId: '201' } }),
    ).toEqual([]);
    expect(items[1]).toMatchObject({ direction: 'OUTBOUND', kind: 'call.missed', outcome: 'No Answer' });
    expect(items[1]).not.toHaveProperty('abandoned');
    expect(named(items[1]!)).toEqual(['phone=+4915112345678']);
  });

  it.each([
    [{ result: 'Voicemail' }, { kind: 'call.voicemail' }],
    [{ result: 'Missed' }, { kind: 'call.missed', abandoned: true }],
    [{ result: 'Call Failed' }, { kind: 'call.failed', status: 'FAILED' }],
    [
      { type: 'Fax', result: 'Received' },
      { kind: 'fax.received', channel: 'OTHER' },
    ],
  ])('a record with %j', (more, expected) => {
    const [first] = (sample('ringcentral/call-log.json') as { records: [object] }).records;
    expect(told(ringcentral, { ...first, ...more })).toMatchObject([expected]);
  });

  it('a text message is from who sent it', () => {
    const [item] = of('sms');
    expect(item).toMatchObject({
      externalId: 'message:5001',
      channel: 'SMS',
      kind: 'message.received',
      direction: 'INBOUND',
      summary: 'Please call me back',
      occurredAt: '2026-11-24T10:30:00.000Z',
      conversation: { externalId: '777' },
      traits: { name: 'Ada Lovelace' },
    });
    expect(named(item!)).toEqual(['phone=+4915112345678']);
  });

  it('queued, sent and delivered are one message, within one second, too', () => {
    const ours = {
      direction: 'Outbound',
      from: { phoneNumber: '+498912345678', extensionId: '201' },
      to: [{ phoneNumber: '+4915112345678' }],
    };
    const items = ['Delivered', 'Queued', 'Sent'].flatMap((messageStatus) =>
      told(ringcentral, sms({ ...ours, messageStatus })),
    );
    expect(folded(items)).toMatchObject({ kind: 'message.delivered', direction: 1, status: 2 });
    expect(told(ringcentral, sms({ ...ours, messageStatus: 'SendingFailed' }))).toMatchObject([
      { kind: 'message.failed', status: 'FAILED', agentId: '201' },
    ]);
  });

  it('a text to several is with each of them', () => {
    const to = [{ phoneNumber: '+4915112345678' }, { phoneNumber: '+4915187654321' }, { extensionId: '202' }];
    const items = told(ringcentral, sms({ direction: 'Outbound', to, from: { phoneNumber: '+498912345678' } }));
    expect(items.flatMap(named)).toEqual(['phone=+4915112345678', 'phone=+4915187654321']);
    expect(items.map(({ externalId }) => externalId)).toEqual([
      'message:5001:+4915112345678',
      'message:5001:+4915187654321',
    ]);
  });

  it('a voicemail has its length', () => {
    const body = sms({
      type: 'VoiceMail',
      messageStatus: 'Received',
      subject: undefined,
      attachments: [{ type: 'AudioRecording', vmDuration: 17 }],
    });
    expect(told(ringcentral, body)).toMatchObject([
      { channel: 'CALL', kind: 'voicemail.received', durationSeconds: 17 },
    ]);
  });

  it('summaries, presence and renewals name nobody', () => {
    const note = (event: string, body: object) =>
      told(ringcentral, { uuid: 'u', event, timestamp: '2026-11-24T10:00:00Z', body });
    expect(
      note('/restapi/v1.0/account/1/extension/2/message-store', {
        accountId: 1,
        changes: [{ type: 'SMS', newCount: 1 }],
      }),
    ).toEqual([]);
    expect(
      note('/restapi/v1.0/account/1/extension/2/presence', { extensionId: 2, telephonyStatus: 'Ringing' }),
    ).toEqual([]);
    expect(note('/restapi/v1.0/subscription/~?threshold=60', { id: 's' })).toEqual([]);
    expect(
      note('/restapi/v1.0/account/1/new-thing', { direction: 'Inbound', from: { phoneNumber: '+4915112345678' } }),
    ).toMatchObject([{ channel: 'OTHER', kind: 'ringcentral.account.new-thing' }]);
  });
});
