import { describe, expect, it } from 'vitest';
import { twilioKind } from '../../../../src/connectors/webhooks/kinds/twilio/twilio.js';
import { formOf, told, toldOne } from './request.js';

const ann = '+14155550123';
const us = '+14155550199';

describe('a call of Twilio', () => {
  const call = (more: Record<string, string>, settings: object = {}) =>
    toldOne(twilioKind, formOf({ CallSid: 'CA1', From: ann, To: us, Direction: 'inbound', ...more }), settings);

  it.each([
    ['queued', 'call.queued', 'PLANNED'],
    ['initiated', 'call.initiated', 'ACTIVE'],
    ['ringing', 'call.ringing', 'ACTIVE'],
    ['in-progress', 'call.answered', 'ACTIVE'],
    ['completed', 'call.completed', 'COMPLETED'],
    ['busy', 'call.busy', 'FAILED'],
    ['no-answer', 'call.no_answer', 'FAILED'],
    ['failed', 'call.failed', 'FAILED'],
    ['canceled', 'call.canceled', 'CANCELLED'],
  ])('that is %s is %s', (CallStatus, kind, status) => {
    expect(call({ CallStatus })).toMatchObject({
      channel: 'CALL',
      externalId: 'CA1',
      kind,
      status,
      direction: 'INBOUND',
    });
  });

  it('that has ended began when it was answered, and lasted as long as Twilio says', () => {
    const ended = {
      CallStatus: 'completed',
      CallDuration: '125',
      Duration: '3',
      Timestamp: 'Tue, 24 Nov 2026 10:10:05 +0000',
    };
    expect(call(ended)).toMatchObject({
      occurredAt: '2026-11-24T10:08:00.000Z',
      endedAt: '2026-11-24T10:10:05.000Z',
      durationSeconds: 125,
      outcome: 'completed',
      attributes: { billedMinutes: '3' },
    });
  });

  it('names as customer the caller, or whom we called', () => {
    expect(call({ CallStatus: 'completed' }).identifiers).toEqual([{ type: 'phone', value: ann }]);
    const out = { CallStatus: 'completed', Direction: 'outbound-api', From: us, To: ann };
    expect(call(out)).toMatchObject({ direction: 'OUTBOUND', identifiers: [{ type: 'phone', value: ann }] });
    const softphone = { CallStatus: 'completed', Direction: 'inbound', From: 'client:agent-7', To: ann };
    expect(call(softphone)).toMatchObject({
      direction: 'OUTBOUND',
      agentId: 'agent-7',
      identifiers: [{ type: 'phone', value: ann }],
    });
    const toAgent = {
      CallStatus: 'completed',
      Direction: 'outbound-dial',
      From: ann,
      To: 'client:agent-7',
      ParentCallSid: 'CA0',
    };
    expect(call(toAgent)).toMatchObject({
      direction: 'INBOUND',
      agentId: 'agent-7',
      conversation: { externalId: 'CA0' },
    });
    const between = formOf({ CallSid: 'CA2', CallStatus: 'completed', From: us, To: 'client:agent-7' });
    expect(told(twilioKind, between, { ownNumbers: [us] })).toEqual([]);
  });

  it('from a withheld number is kept, and names nobody', () => {
    expect(call({ CallStatus: 'completed', From: 'anonymous' })).toMatchObject({
      direction: 'INBOUND',
      identifiers: [{ type: 'phone', value: 'anonymous' }],
    });
  });

  it('that was given up while it waited says how long it waited', () => {
    const waited = { CallStatus: 'completed', QueueResult: 'hangup', QueueTime: '2400', QueueSid: 'QU1' };
    expect(call(waited)).toMatchObject({ waitSeconds: 2400, abandoned: true, queue: 'QU1' });
    expect(call({ CallStatus: 'no-answer' })).toMatchObject({ abandoned: true });
    expect(call({ CallStatus: 'no-answer', Direction: 'outbound-api', From: us, To: ann }).abandoned).toBeUndefined();
  });

  it('answered by a machine is a voicemail', () => {
    expect(call({ CallStatus: 'completed', AnsweredBy: 'machine_start' })).toMatchObject({
      outcome: 'voicemail',
      attributes: { answeredBy: 'machine_start' },
    });
  });

  it.each([
    [
      { RecordingSid: 'RE1', RecordingUrl: 'https://api.twilio.com/RE1', RecordingDuration: '20' },
      'call.recorded',
      { recordingUrl: 'https://api.twilio.com/RE1', recordingSeconds: 20 },
    ],
    [{ AnsweredBy: 'human', MachineDetectionDuration: '2000' }, 'call.screened', { answeredBy: 'human' }],
  ])('is told more of by %j, which hides no status', (fields, kind, attributes) => {
    const detail = toldOne(twilioKind, formOf({ CallSid: 'CA1', ...fields }));
    expect(detail).toMatchObject({ externalId: 'CA1', kind, attributes, identifiers: [] });
    expect(detail.sequence).toBeLessThan(call({ CallStatus: 'queued' }).sequence as number);
  });

  it('of a status that nobody knows yet is kept with what was sent', () => {
    expect(call({ CallStatus: 'teleported' })).toMatchObject({
      kind: 'twilio.teleported',
      identifiers: [{ type: 'phone', value: ann }],
      attributes: { twilio: { CallStatus: 'teleported' } },
    });
  });
});
