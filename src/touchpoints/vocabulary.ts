import { registerEnumType } from '@nestjs/graphql';
import { enumOf } from '../platform/enum-of.js';

/** Stored as its place in this list: append only. */
export const channels = ['CALL', 'CHAT', 'EMAIL', 'WEB', 'SOCIAL', 'SMS', 'APP', 'STORE', 'OTHER'] as const;
export const directions = ['INBOUND', 'OUTBOUND', 'INTERNAL'] as const;
export const statuses = ['PLANNED', 'ACTIVE', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;

/** Code of the direction that customers never see. */
export const internal = directions.indexOf('INTERNAL');

/** Of a touchpoint by which a customer says what something was like: an answer, and no contact about it. */
export const answeredKind = 'survey.answered';

export type Channel = (typeof channels)[number];
export type Direction = (typeof directions)[number];
export type TouchpointStatus = (typeof statuses)[number];

export const Channel = enumOf(channels);
export const Direction = enumOf(directions);
export const TouchpointStatus = enumOf(statuses);
export const SentimentSource = enumOf(['SENDER', 'COMPUTED'] as const);

registerEnumType(Channel, { name: 'Channel', description: 'Where a touchpoint took place.' });
registerEnumType(Direction, {
  name: 'Direction',
  description: 'INBOUND from the customer, OUTBOUND to the customer, INTERNAL between our own people.',
});
registerEnumType(TouchpointStatus, { name: 'TouchpointStatus', description: 'Where a touchpoint is in its life.' });
registerEnumType(SentimentSource, {
  name: 'SentimentSource',
  description: 'Who says how a customer sounded.',
  valuesMap: {
    SENDER: { description: 'The system that told of the touchpoint, or whoever works with it.' },
    COMPUTED: { description: 'Nobody did: it is computed from what the customer said.' },
  },
});
