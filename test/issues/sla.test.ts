import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deadlinesOf, type StatusSince } from '../../src/issues/sla/deadlines.js';
import { startTestService, type TestService } from '../setup/service.js';
import { issueDesk } from './issue-desk.js';

const minute = 60_000;
const hour = 60 * minute;

describe('the deadlines of an issue', () => {
  const promise = { firstResponseMs: hour, resolutionMs: 4 * hour, calendar: null };
  const due = (...history: [StatusSince['status'], number][]) =>
    deadlinesOf(
      history.map(([status, hours]) => ({ status, since: hours * hour })),
      promise,
    ).resolutionDueAt;

  test.each<[string, number | null, [StatusSince['status'], number][]]>([
    ['run from its opening', 4, [['OPEN', 0]]],
    [
      'run on while it is on hold',
      4,
      [
        ['OPEN', 0],
        ['ON_HOLD', 1],
      ],
    ],
    [
      'stand while it waits for the customer',
      null,
      [
        ['OPEN', 0],
        ['PENDING', 1],
      ],
    ],
    [
      'go on with what was left',
      23,
      [
        ['OPEN', 0],
        ['PENDING', 1],
        ['OPEN', 20],
      ],
    ],
    [
      'add up what was used before each wait',
      42,
      [
        ['OPEN', 0],
        ['PENDING', 1],
        ['OPEN', 20],
        ['PENDING', 21],
        ['OPEN', 40],
      ],
    ],
    [
      'stay passed, whatever comes later',
      4,
      [
        ['OPEN', 0],
        ['PENDING', 5],
        ['OPEN', 20],
      ],
    ],
    [
      'stay as they were when it was settled',
      4,
      [
        ['OPEN', 0],
        ['RESOLVED', 2],
        ['CLOSED', 9],
      ],
    ],
    [
      'begin anew when it is opened again',
      24,
      [
        ['OPEN', 0],
        ['RESOLVED', 3],
        ['OPEN', 20],
      ],
    ],
    [
      'of one settled while it waited are where they would have run on from',
      12,
      [
        ['OPEN', 0],
        ['PENDING', 1],
        ['RESOLVED', 9],
      ],
    ],
  ])('%s', (_, hours, history) => {
    expect(due(...history)).toBe(hours === null ? null : hours * hour);
  });
});

describe('what is promised for issues', () => {
  let it: TestService;
  const desk = issueDesk(() => it);

  beforeAll(async () => {
    it = await startTestService();
  });

  afterAll(async () => {
    await it?.stop();
  });

  const settings =
    'version calendars { key timeZone hours { days from to } holidays } policies { tier priority resolutionMinutes }';
  const update = (input: object, key?: string) =>
    it.graphql(
      `mutation ($input: UpdateSlaSettingsInput!) {
        updateSlaSettings(input: $input) { changedIssues settings { ${settings} } } }`,
      { input },
      key,
    );
  const version = async () => (await it.graphql('{ slaSettings { version } }')).data.slaSettings.version;
  const slaOf = async (id: string) => {
    const { data, errors } = await it.graphql(
      `query ($id: ID!) { issue(id: $id) { openedAt
        sla { tier firstResponseDueAt firstResponseBreached resolutionDueAt resolutionBreached } } }`,
      { id },
    );
    expect(errors).toBeUndefined();
    return data.issue;
  };
  const open = async (input: object) =>
    (await desk.open({ subject: 'No heating', ...input })).data.openIssue.issue.id as string;
  const minutesTo = (issue: { openedAt: string; sla: { resolutionDueAt: string } }) =>
    (Date.parse(issue.sla.resolutionDueAt) - Date.parse(issue.openedAt)) / minute;

  test('stands on each issue by its priority, and moves when the priority does', async () => {
    const before = await open({ customerId: (await desk.customer()).customer });
    await update({
      version: 0,
      policies: [
        { priority: 'NORMAL', firstResponseMinutes: 60, resolutionMinutes: 240 },
        { priority: 'URGENT', resolutionMinutes: 30 },
      ],
    });
    expect((await slaOf(before)).sla).toBeNull();
    const id = await open({ customerId: (await desk.customer()).customer });
    expect(minutesTo(await slaOf(id))).toBe(240);
    expect((await slaOf(id)).sla).toMatchObject({ firstResponseBreached: false, resolutionBreached: false });
    await desk.update({ id, version: 1, priority: 'URGENT' });
    expect(minutesTo(await slaOf(id))).toBe(30);
    await desk.update({ id, version: 2, priority: 'LOW' });
    expect((await slaOf(id)).sla).toBeNull();
  });

  test('stands while an issue waits for the customer', async () => {
    const id = await open({ customerId: (await desk.customer()).customer });
    await desk.update({ id, version: 1, status: 'PENDING' });
    expect((await slaOf(id)).sla.resolutionDueAt).toBeNull();
    await desk.update({ id, version: 2, status: 'OPEN' });
    expect((await slaOf(id)).sla.resolutionDueAt).not.toBeNull();
  });

  test('is broken once it is overdue, or was kept too late', async () => {
    const id = await open({ customerId: (await desk.customer()).customer });
    const day = "interval '1 day'";
    await it.database.owner.query(`update issue_version set changed_at = changed_at - ${day} where issue_id = $1`, [
      id.slice(4),
    ]);
    await it.database.owner.query(`update issue set opened_at = opened_at - ${day} where id = $1`, [id.slice(4)]);
    await desk.update({ id, version: 1, subject: 'Still no heating' });
    expect((await slaOf(id)).sla).toMatchObject({ firstResponseBreached: true, resolutionBreached: true });
    await desk.resolve({ id, resolution: 'Valve replaced' });
    expect((await slaOf(id)).sla.resolutionBreached).toBe(true);
  });

  test('changed under open issues leaves them as they were, or is given to them where asked for', async () => {
    const id = await open({ customerId: (await desk.customer()).customer });
    const policies = [{ priority: 'NORMAL', resolutionMinutes: 500 }];
    expect((await update({ version: await version(), policies })).data.updateSlaSettings.changedIssues).toBe(0);
    expect(minutesTo(await slaOf(id))).toBe(240);
    const { data } = await update({ version: await version(), policies, appliesToOpenIssues: true });
    expect(data.updateSlaSettings.changedIssues).toBeGreaterThan(0);
    expect(minutesTo(await slaOf(id))).toBe(500);
  });

  test('is better for customers of a segment, as soon as they enter and until they leave', async () => {
    await update({
      version: await version(),
      policies: [
        { priority: 'NORMAL', resolutionMinutes: 500 },
        { tier: 'gold', priority: 'NORMAL', resolutionMinutes: 100 },
      ],
    });
    await it.graphql(`mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { segment { id } } }`, {
      input: { key: 'gold', name: 'Gold', rule: { trait: 'plan', is: 'gold' }, entitlements: ['sla:gold'] },
    });
    const { customer, email } = await desk.customer();
    const id = await open({ customerId: customer });
    await it.settled();
    expect(minutesTo(await slaOf(id))).toBe(500);
    const become = async (plan: string) => {
      await desk.record({ identifiers: [{ type: 'email', value: email }], traits: { plan } });
      await it.settled();
    };
    await become('gold');
    expect((await slaOf(id)).sla.tier).toBe('gold');
    expect(minutesTo(await slaOf(id))).toBe(100);
    const second = await open({ customerId: customer });
    await it.settled();
    expect(minutesTo(await slaOf(second))).toBe(100);
    await become('basic');
    expect(minutesTo(await slaOf(id))).toBe(500);
  });

  test('is refused where it cannot be kept, with the field', async () => {
    const calendar = { key: 'office', timeZone: 'Europe/Vienna', hours: [{ days: [1], from: '09:00', to: '17:00' }] };
    const policies = [{ priority: 'NORMAL', resolutionMinutes: 10 }];
    const wrong: [object, string][] = [
      [{ calendars: [{ ...calendar, timeZone: 'Vienna' }] }, 'input.calendars[0].timeZone'],
      [
        { calendars: [{ ...calendar, hours: [{ days: [8], from: '09:00', to: '17:00' }] }] },
        'input.calendars[0].hours[0].days',
      ],
      [
        { calendars: [{ ...calendar, hours: [{ days: [1], from: '17:00', to: '09:00' }] }] },
        'input.calendars[0].hours[0].to',
      ],
      [{ calendars: [{ ...calendar, hours: [] }] }, 'input.calendars[0].hours'],
      [{ calendars: [{ ...calendar, holidays: ['2026-02-30'] }] }, 'input.calendars[0].holidays[0]'],
      [{ calendars: [calendar, calendar] }, 'input.calendars[1].key'],
      [{ policies: [{ priority: 'LOW', resolutionMinutes: 10, calendar: 'none' }] }, 'input.policies[0].calendar'],
      [{ policies: [{ priority: 'LOW' }] }, 'input.policies[0]'],
      [{ policies: [{ priority: 'LOW', resolutionMinutes: 0 }] }, 'input.policies[0].resolutionMinutes'],
      [{ policies: [...policies, ...policies] }, 'input.policies[1].priority'],
    ];
    const present = await version();
    for (const [part, field] of wrong) {
      const answer = await update({ version: present, policies, ...part });
      expect(answer.errors?.[0]?.extensions, field).toMatchObject({ code: 'BAD_USER_INPUT', field });
    }
    expect((await update({ version: present - 1, policies })).errors?.[0]?.extensions).toMatchObject({
      reason: 'VERSION_STALE',
      currentVersion: present,
    });
    expect(
      (await update({ version: present, policies }, await it.makeKey(['issues:write']))).errors?.[0]?.extensions,
    ).toMatchObject({ reason: 'SCOPE_MISSING' });
    expect(await version()).toBe(present);
  });
});
