import { Refusal } from '../../platform/refusal.js';

/** What a preset leaves to whom it is used by. */
export interface PresetWish {
  /** The identifier type that the column of the customer, or of the case, is of. */
  readonly identifier?: string | undefined;
  readonly zone?: string | undefined;
  readonly region?: string | undefined;
}

interface Preset {
  readonly does: string;
  mapping(wish: PresetWish): object;
}

const date = (zone?: string) => ({ date: zone === undefined ? {} : { zone } });

/** The first of several columns that has a value: tables of one kind differ in how they call them. */
const anyOf = (names: readonly string[], more: object = {}) => ({
  first: names.map((name) => `$[${JSON.stringify(name)}]`),
  ...more,
});

const caseId = anyOf(['case:concept:name', 'Case ID', 'CaseID', 'case_id', 'Case']);
const ticketIds = ['Ticket ID', 'Ticket id', 'ticket_id', 'Id', 'ID', 'id'];
const deskChannels = {
  email: 'EMAIL',
  mail: 'EMAIL',
  phone: 'CALL',
  voice: 'CALL',
  chat: 'CHAT',
  messaging: 'CHAT',
  web: 'WEB',
  portal: 'WEB',
  api: 'OTHER',
  sms: 'SMS',
  'social media': 'SOCIAL',
  '*': 'OTHER',
};

const twilioStatus = {
  completed: 'COMPLETED',
  delivered: 'COMPLETED',
  sent: 'COMPLETED',
  received: 'COMPLETED',
  read: 'COMPLETED',
  failed: 'FAILED',
  undelivered: 'FAILED',
  busy: 'FAILED',
  'no-answer': 'FAILED',
  canceled: 'CANCELLED',
  accepted: 'ACTIVE',
  scheduled: 'PLANNED',
  receiving: 'ACTIVE',
  queued: 'ACTIVE',
  sending: 'ACTIVE',
  ringing: 'ACTIVE',
  'in-progress': 'ACTIVE',
};

/** One vocabulary of messages, as Twilio's webhooks are translated by it too. */
const twilioMessageKind = {
  accepted: 'message.queued',
  scheduled: 'message.queued',
  queued: 'message.queued',
  sending: 'message.sent',
  sent: 'message.sent',
  partially_delivered: 'message.sent',
  delivered: 'message.delivered',
  read: 'message.read',
  undelivered: 'message.failed',
  failed: 'message.failed',
  canceled: 'message.canceled',
  receiving: 'message.received',
  received: 'message.received',
};

/**
 * Twilio names the customer on the side that is not ours, always as an international number, but warehouses land it
 * without its plus.
 */
const twilioParty = (region?: string) => {
  const isInbound = { path: '$.direction', is: 'inbound' };
  const sides = [
    { path: '$.from', when: isInbound },
    { path: '$.to', when: { not: isInbound } },
  ];
  return sides.flatMap(({ path, when }) => {
    const isWhatsapp = { path, startsWith: whatsapp };
    const value = { path, apply: [{ removePrefix: whatsapp }, { addPrefix: '+' }] };
    const more = region === undefined ? {} : { region };
    return [
      { type: 'phone', value, when: { all: [when, { not: isWhatsapp }] }, ...more },
      { type: 'whatsapp', value, when: { all: [when, isWhatsapp] } },
    ];
  });
};

const whatsapp = 'whatsapp:';
const twilioDirection = { path: '$.direction', map: { inbound: 'INBOUND', '*': 'OUTBOUND' } };

/** Mappings for tables that many systems export. */
const presets: Readonly<Record<string, Preset>> = {
  'event-log': {
    does: 'process-mining logs: case:concept:name, concept:name, time:timestamp, org:resource, or Case ID, Activity, …',
    mapping: ({ identifier, zone }) => ({
      name: 'event-log',
      touchpoints: [
        {
          channel: 'OTHER',
          kind: anyOf(['concept:name', 'Activity', 'activity', 'ActivityName']),
          occurredAt: anyOf(
            ['time:timestamp', 'Complete Timestamp', 'Timestamp', 'timestamp', 'Start Timestamp', 'Event Time'],
            { apply: [date(zone)] },
          ),
          agentId: anyOf(['org:resource', 'Resource', 'resource', 'User']),
          queue: anyOf(['org:group', 'org:role', 'Role', 'role']),
          outcome: anyOf(['lifecycle:transition', 'Lifecycle']),
          identifiers: [{ type: required(identifier, 'event-log'), value: caseId }],
          conversation: { externalId: caseId },
          attributes: '$',
        },
      ],
    }),
  },
  'twilio-calls': {
    does: 'calls of Twilio, as its API names them or as a warehouse lands them',
    mapping: ({ region }) => ({
      name: 'twilio-calls',
      touchpoints: [
        {
          source: 'twilio',
          externalId: anyOf(['sid', 'id']),
          channel: 'CALL',
          kind: { template: 'call.{$.status}' },
          status: { path: '$.status', map: twilioStatus },
          direction: twilioDirection,
          occurredAt: anyOf(['start_time', 'created_at'], { apply: ['date'] }),
          endedAt: { path: '$.end_time', apply: ['date'] },
          durationSeconds: { path: '$.duration', apply: [{ duration: 'seconds' }] },
          waitSeconds: { path: '$.queue_time', apply: [{ duration: 'milliseconds' }] },
          identifiers: twilioParty(region),
          attributes: { answeredBy: '$.answered_by', forwardedFrom: '$.forwarded_from', price: '$.price' },
        },
      ],
    }),
  },
  'twilio-messages': {
    does: 'messages of Twilio, as its API names them or as a warehouse lands them',
    mapping: ({ region }) => ({
      name: 'twilio-messages',
      touchpoints: [
        {
          source: 'twilio',
          externalId: anyOf(['sid', 'id']),
          channel: 'SMS',
          kind: { path: '$.status', map: twilioMessageKind },
          status: { path: '$.status', map: twilioStatus },
          outcome: '$.status',
          direction: twilioDirection,
          occurredAt: anyOf(['date_sent', 'created_at'], { apply: ['date'] }),
          summary: { path: '$.body', apply: [{ cut: 10_000 }] },
          identifiers: twilioParty(region),
          attributes: { errorCode: '$.error_code', segments: '$.num_segments' },
        },
      ],
    }),
  },
  'help-desk': {
    does: 'tickets of a help desk: id, subject, requester or e-mail, status, created at, …',
    mapping: ({ zone }) => ({
      name: 'help-desk',
      touchpoints: [
        {
          externalId: anyOf(ticketIds),
          channel: anyOf(['Channel', 'channel', 'Via', 'via', 'Source'], {
            apply: ['trim', 'lower'],
            map: deskChannels,
            default: 'EMAIL',
          }),
          kind: 'ticket.opened',
          occurredAt: anyOf(['Created at', 'created_at', 'Created time', 'Created', 'created'], {
            apply: [date(zone)],
          }),
          subject: anyOf(['Subject', 'subject', 'Title', 'title']),
          summary: anyOf(['Description', 'description', 'Body', 'body'], { apply: ['stripHtml', { cut: 10_000 }] }),
          topic: anyOf(['Ticket type', 'Type', 'type', 'Category', 'category']),
          agentId: anyOf(['Assignee', 'assignee', 'Agent', 'agent', 'assignee_id']),
          queue: anyOf(['Group', 'group', 'Team', 'team', 'group_id']),
          identifiers: [
            {
              type: 'email',
              value: anyOf(['Requester email', 'requester_email', 'Contact email', 'Customer email', 'Email', 'email']),
            },
            { type: 'phone', value: anyOf(['Requester phone', 'Phone', 'phone', 'Customer phone']) },
            { type: 'user_id', value: anyOf(['Requester id', 'requester_id', 'Customer ID', 'customer_id']) },
          ],
          // Not as an issue: that would open one, and most tickets of a history are closed.
          conversation: { externalId: anyOf(ticketIds) },
          attributes: {
            status: anyOf(['Status', 'status', 'Ticket Status']),
            priority: anyOf(['Priority', 'priority', 'Ticket Priority']),
          },
        },
      ],
    }),
  },
};

export const presetNames = Object.keys(presets);

/** Each preset with what it is for. */
export function presetList(): { readonly name: string; readonly does: string }[] {
  return Object.entries(presets).map(([name, { does }]) => ({ name, does }));
}

/** A preset as a mapping that can be shown, changed and saved. */
export function presetMapping(name: string, wish: PresetWish): object {
  const preset = Object.hasOwn(presets, name) ? presets[name] : undefined;
  if (preset) return preset.mapping(wish);
  throw new Refusal('INPUT_INVALID', `Presets are ${presetNames.join(', ')}.`, { field: 'preset' });
}

function required(identifier: string | undefined, preset: string): string {
  if (identifier !== undefined) return identifier;
  const sentence = `The preset ${preset} needs the identifier type that its cases are of, such as user_id.`;
  throw new Refusal('TOO_FEW', sentence, { field: 'identifier', limit: 1 });
}
