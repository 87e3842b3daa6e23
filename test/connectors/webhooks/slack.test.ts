import { describe, expect, it } from 'vitest';
import { slack } from '../../../src/connectors/webhooks/kinds/slack/slack.js';
import { folded, named, sample, sampleBytes, told, toldOf } from './vendor-request.js';

const ts = '1795600800.000100';
const event = (content: object, more: object = {}) => ({
  token: 'old',
  team_id: 'T1',
  api_app_id: 'A1',
  type: 'event_callback',
  event_id: 'Ev1',
  event_time: 1795600800,
  event: {
    type: 'message',
    channel: 'C1',
    user: 'U7',
    team: 'T1',
    ts,
    event_ts: ts,
    text: 'My order is late',
    ...content,
  },
  ...more,
});
const form = { 'content-type': 'application/x-www-form-urlencoded', 'x-slack-request-timestamp': '1795600800' };
const interaction = (payload: object) =>
  told(slack, `payload=${encodeURIComponent(JSON.stringify(payload))}`, { headers: form });

describe('Slack', () => {
  it('a message is from the user of its workspace', () => {
    expect(toldOf(slack, 'slack/message.json')).toEqual([
      {
        source: 'slack',
        externalId: 'teamId:channelId:1568915625.001000',
        isRepeatable: true,
        identifiers: [{ type: 'slack', value: 'teamId:userId' }],
        channel: 'CHAT',
        kind: 'message.received',
        direction: 'INBOUND',
        status: 'COMPLETED',
        occurredAt: '2019-09-19T17:53:45.001Z',
        sequence: 1568915625001,
        summary: 'Hello',
        attributes: { channel: 'channelId' },
        conversation: { externalId: 'teamId:channelId:1568915625.001000' },
      },
    ]);
  });

  it('a mention is told twice and is one message', () => {
    const files = [{ name: 'bill.pdf', mimetype: 'application/pdf' }];
    const items = [
      ...told(slack, event({ files })),
      ...told(slack, event({ type: 'app_mention' }, { event_id: 'Ev2' })),
    ];
    expect(folded(items)).toMatchObject({ kind: 'message.received', summary: 'My order is late' });
  });

  it('an edit and a removal change the message, also when they come first', () => {
    const items = [
      ...told(slack, event({})),
      ...told(
        slack,
        event({
          subtype: 'message_changed',
          event_ts: '1795600800.900000',
          text: undefined,
          user: undefined,
          ts: '1795600800.900000',
          message: {
            user: 'U7',
            team: 'T1',
            text: 'My order is very late',
            ts,
            edited: { user: 'U7', ts: '1795600800.000000' },
          },
          previous_message: { text: 'My order is late', ts },
        }),
      ),
    ];
    expect(folded([items[1]!, items[0]!])).toMatchObject({
      summary: 'My order is very late',
      kind: 'message.received',
      occurredAt: 1795600800000,
    });
    const [gone] = told(
      slack,
      event({
        subtype: 'message_deleted',
        event_ts: '1795600900.1',
        deleted_ts: ts,
        previous_message: { user: 'U7', text: 'x', ts },
      }),
    );
    expect(folded([gone!, ...items])).toMatchObject({ summary: '', kind: 'message.deleted' });
    expect(gone!.externalId).toBe(items[0]!.externalId);
  });

  it('an edit and a deletion without a time of their own event go by their own place in the channel', () => {
    const message = { user: 'U7', text: 'b', ts };
    const change = { event_ts: undefined, ts: '1795600860.000100', previous_message: { ...message, text: 'a' } };
    const written = told(slack, event({ event_ts: undefined }))[0]!;
    const changed = told(slack, event({ ...change, subtype: 'message_changed', message }))[0]!;
    const gone = told(
      slack,
      event({ ...change, ts: '1795600870.0001', subtype: 'message_deleted', deleted_ts: ts }),
    )[0]!;
    expect(folded([changed, written])).toMatchObject({ summary: 'b' });
    expect(folded([gone, changed, written])).toMatchObject({ summary: '', kind: 'message.deleted' });
  });

  it('a link that unfolds is no edit; what Slack itself remarks is no message', () => {
    const message = { user: 'U7', text: 'a', ts };
    expect(told(slack, event({ subtype: 'message_changed', message, previous_message: message }))).toEqual([]);
    expect(told(slack, event({ subtype: 'channel_join' }))).toEqual([]);
  });

  it('what a bot writes goes to the person of the direct channel, or to whom it answers', () => {
    const direct = told(slack, event({ channel: 'D9', user: undefined, bot_id: 'B1', subtype: 'bot_message' }));
    expect(direct).toMatchObject([{ direction: 'OUTBOUND', kind: 'message.sent', agentId: 'B1' }]);
    expect(named(direct[0]!)).toEqual(['anonymous_id=slack:T1:D9']);
    expect(named(told(slack, event({ channel: 'D9' }))[0]!)).toEqual(['slack=T1:U7', 'anonymous_id=slack:T1:D9']);
    const thread = told(
      slack,
      event({ user: 'UBOT', bot_id: 'B1', thread_ts: ts, ts: '1795600810.1', parent_user_id: 'U7' }),
    );
    expect(named(thread[0]!)).toEqual(['slack=T1:U7']);
    expect(thread).toMatchObject([{ direction: 'OUTBOUND', conversation: { externalId: `T1:C1:${ts}` } }]);
    expect(told(slack, event({ user: 'UBOT', bot_id: 'B1' }))).toEqual([]);
  });

  it('settings tell the company’s own people from customers, by user and by workspace', () => {
    const answer = event({ user: 'U1', thread_ts: ts, ts: '1795600810.1', parent_user_id: 'U7' });
    expect(told(slack, answer)).toMatchObject([{ direction: 'INBOUND' }]);
    expect(told(slack, answer, { settings: { agents: ['U1'] } })).toMatchObject([
      { direction: 'OUTBOUND', agentId: 'U1' },
    ]);
    const guest = event({ user_team: 'T2' });
    expect(named(told(slack, guest, { settings: { teams: ['T1'] } })[0]!)).toEqual(['slack=T2:U7']);
    expect(told(slack, event({}), { settings: { teams: ['T1'] } })).toEqual([]);
    expect(() => slack.checkSettings?.({ agents: 'U1' })).toThrow(/list/);
    expect(() => slack.checkSettings?.({ agents: ['U1'], teams: [] })).not.toThrow();
  });

  it('a slash command happened when it was signed', () => {
    const [item] = told(slack, sampleBytes('slack/slash-command.txt'), { headers: form });
    expect(item).toMatchObject({
      kind: 'command.invoked',
      subject: '/test',
      occurredAt: '2026-11-25T10:00:00.000Z',
      externalId: 'command:testTriggerId',
    });
    expect(named(item!)).toEqual(['slack=teamId:testUserId']);
    expect(JSON.stringify(item)).not.toContain('VerificationToken');
  });

  it('a button says what was pressed; a choice while typing says nothing', () => {
    const payload = sample('slack/interaction.json');
    const [item] = interaction(payload);
    expect(item).toMatchObject({
      kind: 'button.pressed',
      summary: 'Yes, refund',
      occurredAt: '2026-11-25T10:00:10.500Z',
    });
    expect(named(item!)).toEqual(['slack=T1:U7', 'anonymous_id=slack:T1:D9']);
    expect(interaction({ ...payload, type: 'block_suggestion' })).toEqual([]);
    const [unknown] = interaction({ ...payload, type: 'workflow_step_new' });
    expect(unknown).toMatchObject({ channel: 'OTHER', kind: 'slack.workflow_step_new' });
    expect(JSON.stringify(unknown)).not.toMatch(/secret-of-old|hooks\.slack/);
    expect(told(slack, 'payload=%7Bnot', { headers: form })).toEqual([]);
  });

  it('who joins the workspace is identified by what its profile tells', () => {
    const user = {
      id: 'U7',
      team_id: 'T1',
      tz: 'Europe/Berlin',
      profile: { real_name: 'Ada Lovelace', email: 'ada@example.com' },
    };
    const [item] = told(slack, event({ type: 'team_join', user }));
    expect(named(item!)).toEqual(['slack=T1:U7', 'email=ada@example.com']);
    expect(item).toMatchObject({ traits: { name: 'Ada Lovelace', timezone: 'Europe/Berlin' } });
    expect(told(slack, event({ type: 'team_join', user: { ...user, is_bot: true } }))).toEqual([]);
  });

  it('a reaction is from who reacts; an event that is not known is kept; limits of the app are about nobody', () => {
    const item = { type: 'message', channel: 'C1', ts };
    expect(told(slack, event({ type: 'reaction_added', reaction: 'thumbsup', item, item_user: 'UBOT' }))).toMatchObject(
      [{ kind: 'reaction.added', summary: 'thumbsup', externalId: 'Ev1' }],
    );
    expect(told(slack, event({ type: 'app_home_opened', tab: 'home' }))).toMatchObject([
      { channel: 'OTHER', kind: 'slack.app_home_opened', attributes: { slack: { tab: 'home' } } },
    ]);
    expect(told(slack, { type: 'app_rate_limited', team_id: 'T1' })).toEqual([]);
  });
});
