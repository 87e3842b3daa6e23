import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ImportWish } from '../../../src/connectors/import/import-plan.js';
import { requireMapping } from '../../../src/connectors/import/import-plan.js';
import { presetList } from '../../../src/connectors/import/presets.js';
import { translateRow } from '../../../src/connectors/import/translate-row.js';
import { checkMapped } from '../../../src/connectors/mapping/check-mapped.js';
import { context } from '../checked-message.js';
import { csvOf, planOf, rowsOf } from './file.js';

/** What the rows of a table become: touchpoints that may be stored, or the fields that are wrong. */
async function become(table: string | Uint8Array, wish: ImportWish): Promise<unknown[]> {
  const mapping = requireMapping(await planOf(table, wish));
  const rows = await rowsOf(table, wish);
  return rows.flatMap((row): unknown[] => {
    if ('refusal' in row) return [row.refusal.reason];
    return translateRow(row.record, { mapping, source: 'import' }).map((item) => {
      if ('refusals' in item) return item.refusals.map((one) => one.where.field);
      checkMapped(item.touchpoint, context);
      return item.touchpoint;
    });
  });
}

describe('a preset', () => {
  it('reads calls of Twilio as a warehouse lands them; the call on 30 February is refused by its field', async () => {
    const calls = await become(readFileSync('test/samples/import/twilio_call_data.csv'), { preset: 'twilio-calls' });
    expect(calls).toHaveLength(9);
    expect(calls[0]).toMatchObject({
      source: 'twilio',
      externalId: 'CA25fbfeda4ab426ce7c4fe252271337d1',
      channel: 'CALL',
      kind: 'call.canceled',
      status: 'CANCELLED',
      direction: 'INBOUND',
      occurredAt: '2022-07-25T16:37:07.000000Z',
      durationSeconds: 0,
      identifiers: [{ type: 'phone', value: '+15555555555' }],
    });
    expect(calls[3]).toEqual(['occurredAt', 'endedAt']);
  });

  it('reads messages of Twilio: the customer is on the side that is not ours', async () => {
    const messages = await become(readFileSync('test/samples/import/twilio_message_data.csv'), {
      preset: 'twilio-messages',
    });
    expect(messages).toHaveLength(10);
    expect(messages[0]).toMatchObject({
      channel: 'SMS',
      kind: 'message.delivered',
      direction: 'OUTBOUND',
      status: 'COMPLETED',
      outcome: 'delivered',
    });
    const header = ['sid', 'direction', 'from', 'to', 'status', 'date_sent', 'body'];
    const sent = 'Tue, 24 Nov 2026 10:00:00 +0000';
    const table = csvOf([
      header,
      ['SM1', 'inbound', '+4930901820', '+4930901899', 'received', sent, 'Hello'],
      ['SM2', 'outbound-api', '+4930901899', '+4930901820', 'sent', sent, 'Hi'],
      ['SM3', 'inbound', 'whatsapp:+4930901820', 'whatsapp:+4930901899', 'received', sent, 'Hello'],
      ['SM4', 'inbound', '+4930901820', '+4930901899', 'lost', sent, 'Hello'],
    ]);
    expect(await become(table, { preset: 'twilio-messages' })).toMatchObject([
      { direction: 'INBOUND', summary: 'Hello', identifiers: [{ type: 'phone', value: '+4930901820' }] },
      { kind: 'message.sent', direction: 'OUTBOUND', identifiers: [{ type: 'phone', value: '+4930901820' }] },
      { identifiers: [{ type: 'whatsapp', value: '+4930901820' }] },
      ['kind', 'status'],
    ]);
  });

  it.each([
    [
      'the standard’s columns',
      ['case:concept:name', 'concept:name', 'time:timestamp', 'org:resource', 'case:channel'],
      '2006-07-24 00:00:00+02:00',
      undefined,
    ],
    [
      'columns as tools show them',
      ['Case ID', 'Activity', 'Complete Timestamp', 'Resource', 'Variant'],
      '2006-07-24 00:00:00.000',
      'Europe/Rome',
    ],
    [
      'columns as warehouses have them',
      ['case_id', 'activity', 'timestamp', 'resource', 'variant'],
      '2006-07-23T22:00:00Z',
      undefined,
    ],
  ])('reads event logs with %s; the case is an identifier of the type that is told', async (_, columns, time, zone) => {
    const table = csvOf([columns, ['A1', 'Create Fine', time, '561', 'web']]);
    const [event] = await become(table, { preset: 'event-log', identifier: 'user_id', zone });
    expect(event).toMatchObject({
      source: 'import',
      externalId: expect.stringMatching(/^row-[0-9a-f]{32}$/),
      channel: 'OTHER',
      kind: 'Create Fine',
      agentId: '561',
      identifiers: [{ type: 'user_id', value: 'A1' }],
      conversation: { externalId: 'A1' },
      attributes: { [columns[4] as string]: 'web' },
    });
    const { occurredAt } = event as { occurredAt: string };
    expect(new Date(occurredAt).toISOString()).toBe('2006-07-23T22:00:00.000Z');
  });

  it('reads tickets of help desks, each a conversation', async () => {
    const zendesk = csvOf([
      ['Id', 'Subject', 'Requester email', 'Status', 'Created at', 'Via', 'Assignee'],
      ['35', 'Where is it?', 'ann@example.com', 'Open', '2024-05-01 10:00', 'Mail', 'Eve'],
    ]);
    const freshdesk = csvOf([
      ['Ticket ID', 'Subject', 'Email', 'Status', 'Created time', 'Source', 'Agent', 'Description'],
      [
        '36',
        'Broken',
        'bob@example.com',
        'Closed',
        '2024-05-01T10:00:00Z',
        'Phone',
        'Eve',
        '<p>It is <b>broken</b></p>',
      ],
    ]);
    const wish = { preset: 'help-desk', zone: 'UTC' };
    expect(await become(zendesk, wish)).toMatchObject([
      {
        externalId: '35',
        channel: 'EMAIL',
        kind: 'ticket.opened',
        subject: 'Where is it?',
        conversation: { externalId: '35' },
        attributes: { status: 'Open' },
      },
    ]);
    expect(await become(freshdesk, wish)).toMatchObject([{ channel: 'CALL', summary: 'It is broken', agentId: 'Eve' }]);
  });

  it('says what it is for', () => {
    for (const { name, does } of presetList()) expect([name, does.length > 20]).toEqual([name, true]);
  });
});

describe('the guess', () => {
  const guessed = async (table: string) => {
    const { guess } = await planOf(table);
    return Object.fromEntries(guess.map((column) => [column.name, [column.field, column.type]]));
  };

  it('takes columns for what their names and cells say', async () => {
    const rows = [
      [
        '1',
        'Inbound',
        'ann@example.com',
        '+49 30 901820',
        'u-1',
        '1714557600',
        '2024-05-01T10:05:00Z',
        'yes',
        '0.5',
        'Billing',
        '',
      ],
      [
        '2',
        'Outbound',
        'bob@example.com',
        '+49 30 901821',
        'u-2',
        '1714561200',
        '2024-05-01T11:05:00Z',
        'no',
        '-1',
        'Billing',
        '',
      ],
    ];
    const header = [
      'call_id',
      'direction',
      'Customer E-mail',
      'phoneNumber',
      'customer id',
      'created_at',
      'ended',
      'Abandoned',
      'sentiment',
      'Topic',
      'x',
    ];
    expect(await guessed(csvOf([header, ...rows]))).toEqual({
      call_id: ['externalId', 'whole number'],
      direction: ['direction', 'text'],
      'Customer E-mail': ['identifier email', 'email'],
      phoneNumber: ['identifier phone', 'phone'],
      'customer id': ['identifier user_id', 'text'],
      created_at: ['occurredAt', 'time'],
      ended: ['endedAt', 'time'],
      Abandoned: ['abandoned', 'yes or no'],
      sentiment: ['sentiment', 'number'],
      Topic: ['topic', 'text'],
      x: [null, 'empty'],
    });
  });

  it('reads a column for what most of its cells are, and an account is nobody’s customer', async () => {
    const found = await guessed(readFileSync('test/samples/import/twilio_call_data.csv', 'utf8'));
    expect(found).toMatchObject({
      start_time: ['occurredAt', 'time'],
      from: ['identifier phone', 'phone'],
      account_id: [null, 'text'],
    });
  });

  it.each([
    ['2024-05-01 10:00:00', 'iso', true],
    ['2024-05-01T10:00:00+02:00', 'iso', undefined],
    ['25.12.2024 10:00', 'dd.MM.yyyy HH:mm', true],
    ['12/25/2024 10:00 PM', 'M/d/yyyy h:mm a', true],
    ['25/12/2024', 'd/M/yyyy', true],
    ['1714557600', 'seconds', undefined],
    ['1714557600000', 'milliseconds', undefined],
  ])('knows how times are written: %s', async (time, format, needsZone) => {
    const { guess } = await planOf(
      csvOf([
        ['user id', 'created_at'],
        ['u', time],
      ]),
    );
    expect(guess[1]).toMatchObject({ type: 'time', field: 'occurredAt', format });
    expect(guess[1]?.needsZone).toBe(needsZone);
  });
});
