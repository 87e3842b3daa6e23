import { describe, expect, it } from 'vitest';
import { twilioKind } from '../../../../src/connectors/webhooks/kinds/twilio/twilio.js';
import { formOf, told } from './request.js';

const ann = '+14155550123';
const us = '+14155550199';

describe('a conversation of Twilio', () => {
  const one = { oneCustomerPerConversation: true };
  const event = (EventType: string, more: Record<string, string>, settings: object = {}) =>
    told(twilioKind, formOf({ EventType, ConversationSid: 'CH1', ...more }), settings);
  const thread = { type: 'anonymous_id', value: 'twilio:CH1' };

  it('takes a message of the customer by whatever address it came from', () => {
    const message = {
      MessageSid: 'IM1',
      Body: 'Hello',
      Index: '0',
      DateCreated: '2026-11-24T10:00:00.000Z',
      Source: 'SMS',
    };
    expect(event('onMessageAdded', { ...message, Author: ann })).toMatchObject([
      {
        externalId: 'IM1',
        kind: 'message.received',
        direction: 'INBOUND',
        channel: 'SMS',
        summary: 'Hello',
        occurredAt: '2026-11-24T10:00:00.000Z',
        identifiers: [{ type: 'phone', value: ann }],
        conversation: { externalId: 'CH1' },
      },
    ]);
    expect(event('onMessageAdded', { ...message, Author: 'whatsapp:US.ABC123XYZ' })).toMatchObject([
      { channel: 'SOCIAL', identifiers: [{ type: 'whatsapp', value: 'US.ABC123XYZ' }] },
    ]);
  });

  it('knows whom an agent wrote to only where a conversation has one customer', () => {
    const message = { MessageSid: 'IM2', Body: 'How can I help?', Author: 'agent-7', Source: 'SDK' };
    expect(event('onMessageAdded', message)).toEqual([]);
    expect(event('onMessageAdded', message, one)).toMatchObject([
      { kind: 'message.sent', direction: 'OUTBOUND', agentId: 'agent-7', channel: 'CHAT', identifiers: [thread] },
    ]);
    expect(event('onMessageAdded', { ...message, Author: ann }, one)).toMatchObject([
      { identifiers: [{ type: 'phone', value: ann }, thread] },
    ]);
  });

  it('tells of a delivery, a change and a removal as of the same message', () => {
    const delivered = { MessageSid: 'IM2', Status: 'delivered', ErrorCode: '0', ParticipantSid: 'MB1' };
    expect(event('onDeliveryUpdated', delivered)).toEqual([]);
    expect(event('onDeliveryUpdated', delivered, one)).toMatchObject([
      { externalId: 'IM2', kind: 'message.delivered', outcome: 'delivered', status: 'COMPLETED' },
    ]);
    expect(event('onMessageUpdated', { MessageSid: 'IM1', Author: ann, Body: 'Better' })).toMatchObject([
      { externalId: 'IM1', summary: 'Better', sequence: 2 },
    ]);
    expect(event('onMessageRemoved', { MessageSid: 'IM1', Author: ann, Body: 'Better' })).toMatchObject([
      { externalId: 'IM1', kind: 'message.deleted', status: 'CANCELLED', summary: '' },
    ]);
  });

  it('joins a participant’s address to it, where it has one customer', () => {
    const joined = { ParticipantSid: 'MB1', 'MessagingBinding.Address': ann, 'MessagingBinding.ProxyAddress': us };
    expect(event('onParticipantAdded', joined)).toEqual([]);
    expect(event('onParticipantAdded', joined, one)).toMatchObject([
      { externalId: 'MB1', identifiers: [{ type: 'phone', value: ann }, thread] },
    ]);
  });

  it('leaves alone what was only asked, and keeps what it does not know', () => {
    expect(event('onMessageAdd', { Author: ann, Body: 'Hello' }, one)).toEqual([]);
    expect(
      event('onConversationStateUpdated', { StateTo: 'closed', DateUpdated: '2026-11-24T10:00:00Z' }, one),
    ).toMatchObject([
      {
        kind: 'twilio.onConversationStateUpdated',
        direction: 'INTERNAL',
        attributes: { twilio: { StateTo: 'closed' } },
      },
    ]);
  });
});
