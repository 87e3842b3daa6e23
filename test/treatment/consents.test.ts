import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { channels } from '../../src/touchpoints/vocabulary.js';
import { consentStates } from '../../src/treatment/consent-words.js';
import { portalTokenOf } from '../access/world.js';
import { Random } from '../setup/random.js';
import { startTestService, type TestService } from '../setup/service.js';
import { against, type PurposeFact, type StatementFact, stateOf } from './consent-reference.js';
import { ago, hour, treatmentDesk } from './treatment-desk.js';

let it: TestService;
const { tell, customer, ask, act, merge, unmerge, refused } = treatmentDesk(() => it);

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

const create = act('createConsentPurpose', 'CreateConsentPurposeInput', 'purpose { id key channels version }');
const update = act('updateConsentPurpose', 'UpdateConsentPurposeInput', 'purpose { key name version retiredAt }');
const record = act('recordConsent', 'RecordConsentInput', 'isNew');
const set = act('setPreferences', 'SetPreferencesInput', 'isChanged');

/** A purpose of its own in a workspace of its own. */
async function purpose(input: object = {}): Promise<{ key: string; as: string; workspace: number }> {
  const { workspace, key: as } = await it.makeWorkspace(`of-${randomUUID().slice(0, 8)}`);
  const answer = await create({ key: 'offers', name: 'Offers', ...input }, as);
  expect(answer.errors).toBeUndefined();
  return { key: 'offers', as, workspace };
}

const fields = `purpose { key } channel state reason isDefault isDisputed
  statement { state channel at expiresAt statedBy evidence touchpoint { id } } history { state }`;
const consentsOf = async (id: string, as: string, asOf = '') =>
  (await ask(id, `consents { ${fields} }`, as, asOf)).consents;
const statesOf = async (id: string, as: string) =>
  Object.fromEntries(
    (await consentsOf(id, as)).map((one: { channel: string; state: string }) => [one.channel, one.state]),
  );

describe('a consent', () => {
  test('is what was last said, with its proof; before anything is said, the purpose’s default', async () => {
    const { as } = await purpose({ defaultState: 'DENIED' });
    const { customer: id, ids } = await tell([{ occurredAt: ago(2) }], undefined, as);
    expect(await consentsOf(id, as)).toEqual([
      {
        purpose: { key: 'offers' },
        channel: null,
        state: 'DENIED',
        reason: 'Nothing was said: by default it is DENIED.',
        isDefault: true,
        isDisputed: false,
        statement: null,
        history: [],
      },
    ]);
    const proof = { evidence: 'Said so on the telephone.', touchpointId: ids[0] };
    const input = { customerId: id, purpose: 'offers', state: 'GRANTED', by: 'CUSTOMER', ...proof };
    expect((await record(input, as)).data.recordConsent).toEqual({ isNew: true });
    const [granted] = await consentsOf(id, as);
    expect(granted).toMatchObject({
      state: 'GRANTED',
      reason: expect.stringMatching(/^Granted by the customer on \d{4}-\d\d-\d\d\.$/),
      isDefault: false,
      statement: {
        state: 'GRANTED',
        channel: null,
        statedBy: 'CUSTOMER',
        evidence: proof.evidence,
        touchpoint: { id: ids[0] },
      },
    });
    const then = new Date().toISOString();
    await record({ customerId: id, purpose: 'offers', state: 'WITHDRAWN' }, as);
    expect(await consentsOf(id, as)).toMatchObject([
      { state: 'WITHDRAWN', history: [{ state: 'WITHDRAWN' }, { state: 'GRANTED' }] },
    ]);
    expect(await consentsOf(id, as, `, asOf: "${then}"`)).toMatchObject([
      { state: 'GRANTED', history: [{ state: 'GRANTED' }] },
    ]);
  });

  test('told again is stored once, and told late does not outdo what was said after it', async () => {
    const { as } = await purpose();
    const id = await customer(as);
    const isNew = async (input: object) =>
      (await record({ customerId: id, purpose: 'offers', ...input }, as)).data.recordConsent.isNew;
    expect(await isNew({ state: 'GRANTED' })).toBe(true);
    expect(await isNew({ state: 'GRANTED' })).toBe(false);
    expect(await isNew({ state: 'DENIED', at: ago(5) })).toBe(true);
    expect(await isNew({ state: 'DENIED', at: (await consentsOf(id, as))[0].statement.at })).toBe(true);
    const at = ago(3);
    expect(await isNew({ state: 'WITHDRAWN', at })).toBe(true);
    expect(await isNew({ state: 'WITHDRAWN', at })).toBe(false);
    // Of two at one instant the refusal.
    expect(await statesOf(id, as)).toEqual({ null: 'DENIED' });
  });

  test('runs out at its end, and nobody knows then', async () => {
    const { as } = await purpose({ defaultState: 'GRANTED' });
    const id = await customer(as);
    await record({ customerId: id, purpose: 'offers', state: 'GRANTED', at: ago(3), expiresAt: ago(1) }, as);
    expect(await consentsOf(id, as)).toMatchObject([
      { state: 'UNKNOWN', isDefault: false, reason: expect.stringContaining('ran out') },
    ]);
    await record({ customerId: id, purpose: 'offers', state: 'GRANTED', at: ago(2), expiresAt: ago(-1) }, as);
    expect(await statesOf(id, as)).toEqual({ null: 'GRANTED' });
  });

  test('of a channel is its own: a refusal of it stays until it is granted itself, and ends with a later refusal of all', async () => {
    const { as } = await purpose({ channels: ['EMAIL', 'SMS'] });
    const id = await customer(as);
    const say = (state: string, hours: number, channel?: string) =>
      record({ customerId: id, purpose: 'offers', state, channel, at: ago(hours) }, as);
    await say('WITHDRAWN', 10, 'EMAIL');
    await say('GRANTED', 9);
    expect(await statesOf(id, as)).toEqual({ null: 'GRANTED', EMAIL: 'WITHDRAWN' });
    await say('GRANTED', 8, 'EMAIL');
    await say('DENIED', 7);
    expect(await statesOf(id, as)).toEqual({ null: 'DENIED', EMAIL: 'DENIED' });
    // What it said before it says anew, now that all was refused.
    const again = await record({ customerId: id, purpose: 'offers', state: 'GRANTED', channel: 'EMAIL' }, as);
    expect(again.data.recordConsent.isNew).toBe(true);
    expect(await statesOf(id, as)).toEqual({ null: 'DENIED', EMAIL: 'GRANTED' });
  });
});

describe('a touchpoint that tells of a consent', () => {
  test('states it by whatever way it comes in, once, of what the workspace asks', async () => {
    const { as } = await purpose({ channels: ['EMAIL', 'SMS'] });
    const told = (attributes: object, more: object = {}) => ({
      channel: 'WEB',
      kind: 'consent.recorded',
      externalId: randomUUID(),
      occurredAt: ago(5),
      attributes,
      ...more,
    });
    const granted = told({ purpose: 'offers', state: 'granted', expiresAt: ago(-24) });
    const {
      customer: id,
      ids,
      email,
    } = await tell(
      [
        granted,
        told({ purpose: 'offers', state: 'WITHDRAWN', channel: 'sms' }, { direction: 'OUTBOUND', occurredAt: ago(4) }),
        told({ purpose: 'nothing', state: 'DENIED' }, { occurredAt: ago(3) }),
        told({ purpose: 'offers', state: 'perhaps' }, { occurredAt: ago(3) }),
        told({ purpose: 'offers', state: 'DENIED', channel: 'CALL' }, { occurredAt: ago(3) }),
        told({ purpose: 'offers', state: 'DENIED', channel: 'pigeon' }, { occurredAt: ago(3) }),
        told({ purpose: 'offers', state: 'GRANTED', expiresAt: ago(4) }, { occurredAt: ago(3) }),
        told({ purpose: 'offers', state: 'DENIED', expiresAt: ago(-1) }, { occurredAt: ago(3) }),
        told({ purpose: 'offers', state: 'GRANTED', expiresAt: 'tomorrow' }, { occurredAt: ago(3) }),
      ],
      undefined,
      as,
    );
    await tell([granted], email, as);
    expect(await consentsOf(id, as)).toMatchObject([
      {
        channel: null,
        state: 'GRANTED',
        statement: { statedBy: 'CUSTOMER', at: expect.any(String), touchpoint: { id: ids[0] } },
        history: [{ state: 'GRANTED' }],
      },
      { channel: 'SMS', state: 'WITHDRAWN', statement: { statedBy: 'SENDER', touchpoint: { id: ids[1] } } },
    ]);
  });

  test('lifts no refusal but one that a touchpoint told: a page’s key is read by everybody', async () => {
    const { as } = await purpose({ channels: ['EMAIL', 'SMS'] });
    const told = (state: string, hours: number, channel?: string) => ({
      channel: 'WEB',
      kind: 'consent.recorded',
      externalId: randomUUID(),
      occurredAt: ago(hours),
      attributes: { purpose: 'offers', state, channel },
    });
    const { customer: id, email } = await tell([told('DENIED', 9), told('GRANTED', 8)], undefined, as);
    expect(await statesOf(id, as)).toEqual({ null: 'GRANTED' });
    await record({ customerId: id, purpose: 'offers', state: 'WITHDRAWN', channel: 'SMS', at: ago(7) }, as);
    await tell([told('GRANTED', 6), told('GRANTED', 6, 'SMS'), told('GRANTED', 6, 'EMAIL')], email, as);
    expect(await statesOf(id, as)).toEqual({ null: 'GRANTED', EMAIL: 'GRANTED', SMS: 'WITHDRAWN' });
    await record({ customerId: id, purpose: 'offers', state: 'DENIED', at: ago(5) }, as);
    await tell([told('GRANTED', 4, 'EMAIL')], email, as);
    expect(await statesOf(id, as)).toEqual({ null: 'DENIED', EMAIL: 'DENIED', SMS: 'WITHDRAWN' });
  });
});

describe('two who become one', () => {
  test('and disagree: a refusal holds until she is asked again, and each has its own when they are parted', async () => {
    const { as } = await purpose();
    const [a, b] = [await customer(as), await customer(as)];
    await record({ customerId: a, purpose: 'offers', state: 'WITHDRAWN', at: ago(10) }, as);
    await record({ customerId: b, purpose: 'offers', state: 'GRANTED', at: ago(5) }, as);
    const preview = async (survivor: string, other: string) =>
      (
        await it.graphql(
          `{ previewMerge(survivorId: "${survivor}", otherId: "${other}") {
            consentConflicts { purpose purposeName channel survivorState otherState mergedState } } }`,
          {},
          as,
        )
      ).data.previewMerge.consentConflicts;
    const conflict = { purpose: 'offers', purposeName: 'Offers', channel: null, mergedState: 'WITHDRAWN' };
    expect(await preview(b, a)).toEqual([{ ...conflict, survivorState: 'GRANTED', otherState: 'WITHDRAWN' }]);
    const merged = await merge(b, a, as);
    expect(await preview(b, a)).toEqual([]);
    for (const id of [a, b]) {
      expect(await consentsOf(id, as)).toMatchObject([
        {
          state: 'WITHDRAWN',
          isDisputed: true,
          reason: expect.stringContaining(', though another of her profiles says otherwise.'),
        },
      ]);
    }
    await record({ customerId: b, purpose: 'offers', state: 'GRANTED' }, as);
    expect(await consentsOf(a, as)).toMatchObject([{ state: 'GRANTED', isDisputed: false }]);
    await unmerge(merged, as);
    expect(await statesOf(a, as)).toEqual({ null: 'WITHDRAWN' });
    expect(await statesOf(b, as)).toEqual({ null: 'GRANTED' });
  });

  test('are previewed by channel, with defaults where one said nothing', async () => {
    const { as } = await purpose();
    const [a, b] = [await customer(as), await customer(as)];
    await record({ customerId: b, purpose: 'offers', state: 'GRANTED', channel: 'SMS' }, as);
    const { data } = await it.graphql(
      `{ previewMerge(survivorId: "${a}", otherId: "${b}") {
        consentConflicts { channel survivorState otherState mergedState } } }`,
      {},
      as,
    );
    expect(data.previewMerge.consentConflicts).toEqual([
      { channel: 'SMS', survivorState: 'UNKNOWN', otherState: 'GRANTED', mergedState: 'GRANTED' },
    ]);
  });
});

describe('a customer with a portal token', () => {
  test('gives and withdraws her own, now and without proof, and sees what she said', async () => {
    const { as } = await purpose({ description: 'May we write to you?' });
    const [id, other] = [await customer(as), await customer(as)];
    const token = await portalTokenOf(it, id, as);
    const say = (input: object) => record({ purpose: 'offers', state: 'GRANTED', ...input }, token);
    expect((await say({})).data.recordConsent).toEqual({ isNew: true });
    expect((await say({ state: 'WITHDRAWN' })).data.recordConsent).toEqual({ isNew: true });
    const { data, errors } = await it.graphql(
      `{ customer(id: "${id}") { consents { purpose { key name description channels } state reason
        statement { state at statedBy } history { state } } } }`,
      {},
      token,
    );
    expect(errors).toBeUndefined();
    expect(data.customer.consents).toMatchObject([
      {
        purpose: { key: 'offers', description: 'May we write to you?', channels },
        state: 'WITHDRAWN',
        statement: { statedBy: 'CUSTOMER' },
        history: [{ state: 'WITHDRAWN' }, { state: 'GRANTED' }],
      },
    ]);
    for (const [field, input] of [
      ['input.customerId', { customerId: other }],
      ['input.at', { at: ago(1) }],
      ['input.by', { by: 'SENDER' }],
      ['input.evidence', { evidence: 'x' }],
      ['input.source', { source: 'x' }],
    ] as const) {
      expect(refused(await say(input)), field).toMatchObject({ field });
    }
    expect(await statesOf(other, as)).toEqual({ null: 'UNKNOWN' });
  });
});

describe('whether she may be contacted', () => {
  const may = async (id: string, as: string, args: string) =>
    (await ask(id, `mayContact(${args}) { channel isAllowed state reasons { kind isAgainst text } }`, as)).mayContact;

  test('is said with all that is against it, for purposes and channels that are asked for', async () => {
    const { as } = await purpose({ channels: ['EMAIL', 'CALL'] });
    await create({ key: 'alarm', name: 'Alarm', legalBasis: 'CONTRACT', heedsHours: false, channels: ['SMS'] }, as);
    const id = await customer(as);
    await set(
      {
        customerId: id,
        doNotDisturb: { until: '2090-01-01T00:00:00Z' },
        hours: { timeZone: 'Europe/Vienna', windows: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' }] },
      },
      as,
    );
    // A Monday in summer: 08:59 in Vienna.
    expect(await may(id, as, 'purpose: "offers", channel: EMAIL, at: "2087-06-16T06:59:59.999Z"')).toEqual([
      {
        channel: 'EMAIL',
        isAllowed: false,
        state: 'UNKNOWN',
        reasons: [
          { kind: 'CONSENT', isAgainst: true, text: 'Nothing was said: by default it is UNKNOWN.' },
          {
            kind: 'DO_NOT_DISTURB',
            isAgainst: true,
            text: 'She does not want to be disturbed before 2090-01-01 00:00 UTC.',
          },
          { kind: 'HOURS', isAgainst: true, text: 'It is 08:59 where she is: outside the hours that were stated.' },
        ],
      },
    ]);
    await record({ customerId: id, purpose: 'offers', state: 'GRANTED', channel: 'EMAIL' }, as);
    await set({ customerId: id, doNotDisturb: null }, as);
    const [call, email] = await may(id, as, 'purpose: "offers", at: "2087-06-16T07:00:00Z"');
    expect(call).toMatchObject({ channel: 'CALL', isAllowed: false, reasons: [{ kind: 'CONSENT', isAgainst: true }] });
    expect(email).toMatchObject({
      channel: 'EMAIL',
      isAllowed: true,
      reasons: [{ kind: 'CONSENT', isAgainst: false }],
    });
    expect(await may(id, as, 'channel: SMS, at: "2087-06-15T03:00:00Z"')).toEqual([
      {
        channel: 'SMS',
        isAllowed: true,
        state: 'UNKNOWN',
        reasons: [{ kind: 'LEGAL_BASIS', isAgainst: false, text: 'It rests on CONTRACT, not on consent.' }],
      },
    ]);
    expect(await may(id, as, 'purpose: "nothing"')).toEqual([]);
  });
});

describe('over random histories with merges and unmerges', () => {
  test('consents, permissions and previews are what a slow, obvious count says', async () => {
    const random = new Random(20261125);
    const { workspace, as } = await purpose();
    const purposes: PurposeFact[] = [
      { key: 'offers', channels, legalBasis: 'CONSENT', defaultState: 'UNKNOWN', heedsHours: true },
      {
        key: 'study',
        channels: ['EMAIL', 'SMS'],
        legalBasis: 'LEGITIMATE_INTEREST',
        defaultState: 'GRANTED',
        heedsHours: true,
      },
      { key: 'alarm', channels: ['CALL', 'SMS'], legalBasis: 'CONTRACT', defaultState: 'DENIED', heedsHours: false },
    ];
    for (const one of purposes.slice(1)) await create({ name: one.key, ...one }, as);
    const people: string[] = [];
    for (let n = 0; n < 5; n++) people.push(await customer(as));
    const hours = { timeZone: 'America/New_York', windows: [{ days: [1, 3, 5, 7], from: '08:00', to: '20:00' }] };
    const quiet = Date.now() + 30 * 24 * hour;
    await set({ customerId: people[0], hours }, as);
    await set({ customerId: people[1], doNotDisturb: { until: new Date(quiet).toISOString() } }, as);
    const merges: string[] = [];
    for (let round = 0; round < 6; round++) {
      for (let n = 0; n < 10; n++) {
        const { key, channels: covered } = random.pick(purposes);
        const state = random.pick(['GRANTED', 'GRANTED', 'DENIED', 'WITHDRAWN']);
        const at = random.int(40);
        const answer = await record(
          {
            customerId: random.pick(people),
            purpose: key,
            state,
            channel: random.chance(0.5) ? random.pick(covered.slice(0, 4)) : null,
            at: new Date(Math.floor(Date.now() / hour) * hour - at * hour).toISOString(),
            expiresAt: state === 'GRANTED' && random.chance(0.4) ? ago(at - random.int(50) - 1.5) : null,
          },
          as,
        );
        expect(answer.errors).toBeUndefined();
      }
      const roots = await rootsOf(workspace);
      const ids = [...new Set(roots.values())];
      const [a, b] = random.shuffle(ids);
      const facts = await statementsOf(workspace);
      if (a && b) await expectPreview(as, roots, facts, purposes, a, b);
      for (const id of ids) await expectSame(as, id, roots, facts, purposes, hours, quiet, people);
      if (round % 3 === 2 && merges.length > 0) await unmerge(merges.pop() as string, as);
      else if (a && b) {
        const { data } = await it.graphql(
          `mutation { mergeCustomers(input: { survivorId: "cus_${a}", otherId: "cus_${b}", overrideUniqueness: true, reason: "r" }) { merge { id } } }`,
          {},
          as,
        );
        if (data) merges.push(data.mergeCustomers.merge.id);
        await it.settled();
      }
    }
    expect(merges.length).toBeGreaterThan(0);
  });

  const rootsOf = async (workspace: number) => {
    const { rows } = await it.database.owner.query(
      'select id::text, canonical_id::text as root from profile where workspace_id = $1',
      [workspace],
    );
    return new Map<string, string>(rows.map(({ id, root }) => [id, root]));
  };

  const statementsOf = async (workspace: number): Promise<StatementFact[]> => {
    const { rows } = await it.database.owner.query(
      `select s.*, p.key from consent s join consent_purpose p on p.workspace_id = s.workspace_id and p.id = s.purpose_id
       where s.workspace_id = $1`,
      [workspace],
    );
    return rows.map((row) => ({
      profile: row.profile_id,
      members: row.members,
      purpose: row.key,
      channel: row.channel === null ? null : (channels[row.channel] as string),
      state: consentStates[row.state] as StatementFact['state'],
      at: row.stated_at.getTime(),
      expiresAt: row.expires_at?.getTime() ?? null,
    }));
  };

  const membersOf = (roots: ReadonlyMap<string, string>, root: string) =>
    [...roots].filter(([, one]) => one === root).map(([id]) => id);

  async function expectSame(
    as: string,
    id: string,
    roots: ReadonlyMap<string, string>,
    facts: readonly StatementFact[],
    purposes: readonly PurposeFact[],
    hours: object & Parameters<typeof against>[3],
    quiet: number,
    people: readonly string[],
  ): Promise<void> {
    const members = membersOf(roots, id);
    const at = Math.floor(Date.now() / hour) * hour + (id.charCodeAt(id.length - 1) % 7) * 5 * hour + hour / 2;
    const found = await ask(
      `cus_${id}`,
      `consents { purpose { key } channel state }
       mayContact(at: "${new Date(at).toISOString()}") { purpose { key } channel state reasons { kind isAgainst } }`,
      as,
    );
    for (const {
      purpose: { key },
      channel,
      state,
    } of found.consents) {
      const of = purposes.find((one) => one.key === key) as PurposeFact;
      expect(state, `${key} ${channel}`).toBe(stateOf(facts, members, of, channel, Date.now()));
    }
    expect(found.mayContact).toHaveLength(purposes.reduce((sum, one) => sum + one.channels.length, 0));
    const has = (n: number) => members.includes((people[n] as string).slice(4));
    for (const {
      purpose: { key },
      channel,
      state,
      reasons,
    } of found.mayContact) {
      const of = purposes.find((one) => one.key === key) as PurposeFact;
      const expected = stateOf(facts, members, of, channel, at);
      expect(state, `${key} ${channel} at ${at}`).toBe(expected);
      const forbids = reasons
        .filter((one: { isAgainst: boolean }) => one.isAgainst)
        .map((one: { kind: string }) => one.kind);
      expect(forbids).toEqual(against(of, expected, has(1) ? { until: quiet } : null, has(0) ? hours : null, at));
    }
  }

  async function expectPreview(
    as: string,
    roots: ReadonlyMap<string, string>,
    facts: readonly StatementFact[],
    purposes: readonly PurposeFact[],
    a: string,
    b: string,
  ): Promise<void> {
    const { data } = await it.graphql(
      `{ previewMerge(survivorId: "cus_${a}", otherId: "cus_${b}") {
        consentConflicts { purpose channel survivorState otherState mergedState } } }`,
      {},
      as,
    );
    const [ours, theirs] = [membersOf(roots, a), membersOf(roots, b)];
    const at = Date.now();
    const expected = [...purposes]
      .sort((x, y) => (x.key < y.key ? -1 : 1))
      .flatMap((one) =>
        [null, ...one.channels].flatMap((channel) => {
          const isSaid = facts.some(
            (fact) =>
              fact.purpose === one.key && fact.channel === channel && [...ours, ...theirs].includes(fact.profile),
          );
          const state = (members: readonly string[]) => stateOf(facts, members, one, channel, at);
          const [survivorState, otherState, mergedState] = [ours, theirs, [...ours, ...theirs]].map(state);
          if (survivorState === otherState || !(isSaid || channel === null)) return [];
          return [{ purpose: one.key, channel, survivorState, otherState, mergedState }];
        }),
      );
    expect(data.previewMerge.consentConflicts).toEqual(expected);
  }
});

describe('bad input', () => {
  test('is named, and nothing is stored of it', async () => {
    const { as } = await purpose({ channels: ['EMAIL'] });
    await create({ key: 'old', name: 'Old' }, as);
    await update({ key: 'old', version: 1, isRetired: true }, as);
    const id = await customer(as);
    const stranger = await tell([{ occurredAt: ago(1) }], undefined, as);
    for (const [field, input] of [
      ['input.purpose', { purpose: 'nothing' }],
      ['input.purpose', { purpose: 'old' }],
      ['input.purpose', { purpose: 'a\u0000' }],
      ['input.channel', { channel: 'SMS' }],
      ['input.at', { at: ago(-1) }],
      ['input.at', { at: '1960-01-01T00:00:00Z' }],
      ['input.expiresAt', { expiresAt: ago(1) }],
      ['input.expiresAt', { state: 'DENIED', expiresAt: ago(-1) }],
      ['input.touchpointId', { touchpointId: stranger.ids[0] }],
      ['input.customerId', { customerId: 'cus_998001' }],
      ['input.customerId', { customerId: null }],
      ['input.evidence', { evidence: 'x'.repeat(10_001) }],
    ] as const) {
      const answer = await record({ customerId: id, purpose: 'offers', state: 'GRANTED', ...input }, as);
      expect(refused(answer), JSON.stringify(input).slice(0, 80)).toMatchObject({ field });
    }
    expect(await consentsOf(id, as)).toMatchObject([{ isDefault: true, history: [] }]);
  });

  test('is more in a day than anybody means, but never a refusal that changes something', async () => {
    const { as, workspace } = await purpose();
    const id = await customer(as);
    await record({ customerId: id, purpose: 'offers', state: 'GRANTED' }, as);
    await it.database.owner.query(
      `insert into consent select stated_at - n * interval '1 minute', recorded_at, expires_at, profile_id, workspace_id,
         channel, state, stated_by, gen_random_uuid(), purpose_id, touchpoint_id, members, source, evidence, actor
       from consent, generate_series(1, 199) n where workspace_id = $1`,
      [workspace],
    );
    const say = (state: string, more: object = {}) => record({ customerId: id, purpose: 'offers', state, ...more }, as);
    expect(refused(await say('GRANTED', { evidence: 'Again.' }))).toMatchObject({ reason: 'TOO_MANY', limit: 200 });
    expect((await say('WITHDRAWN')).data.recordConsent).toEqual({ isNew: true });
    expect(refused(await say('WITHDRAWN', { evidence: 'Again.' }))).toMatchObject({ reason: 'TOO_MANY' });
    expect(refused(await say('GRANTED'))).toMatchObject({ reason: 'TOO_MANY' });
  });
});

test('a purpose is made and changed by who administers the workspace; a retired one is asked no more and keeps what was said', async () => {
  const { as, workspace } = await purpose();
  const id = await customer(as);
  await record({ customerId: id, purpose: 'offers', state: 'GRANTED' }, as);
  expect(refused(await create({ key: 'offers', name: 'Again' }, as))).toMatchObject({
    reason: 'KEY_TAKEN',
    field: 'input.key',
  });
  expect(refused(await create({ key: 'No', name: 'No' }, as))).toMatchObject({ field: 'input.key' });
  expect(refused(await create({ key: 'no', name: 'No', channels: [] }, as))).toMatchObject({ field: 'input.channels' });
  expect(refused(await update({ key: 'nothing', version: 1 }, as))).toMatchObject({ reason: 'NOT_FOUND' });
  const changed = await update({ key: 'offers', version: 1, name: 'News', isRetired: true }, as);
  expect(changed.data.updateConsentPurpose.purpose).toEqual({
    key: 'offers',
    name: 'News',
    version: 2,
    retiredAt: expect.stringMatching(/^20/),
  });
  expect(refused(await update({ key: 'offers', version: 1 }, as))).toMatchObject({ reason: 'VERSION_STALE' });
  expect(await consentsOf(id, as)).toEqual([]);
  await update({ key: 'offers', version: 2, isRetired: false, channels: ['SMS'] }, as);
  expect(await statesOf(id, as)).toEqual({ null: 'GRANTED' });
  const { data } = await it.graphql('{ consentPurposes { key channels version retiredAt } }', {}, as);
  expect(data.consentPurposes).toEqual([{ key: 'offers', channels: ['SMS'], version: 3, retiredAt: null }]);
  const agent = await it.makeKey(['customers:read', 'customers:write'], { workspace });
  expect(refused(await create({ key: 'mine', name: 'Mine' }, agent))).toMatchObject({ code: 'FORBIDDEN' });
  const reader = await it.makeKey(['customers:read'], { workspace });
  expect(refused(await record({ customerId: id, purpose: 'offers', state: 'DENIED' }, reader))).toMatchObject({
    code: 'FORBIDDEN',
  });
  const masked = await it.makeKey(['customers:read'], { workspace, masked: true });
  await record({ customerId: id, purpose: 'offers', state: 'DENIED', evidence: 'Ada said so.' }, as);
  expect(await consentsOf(id, masked)).toMatchObject([{ state: 'DENIED', statement: { evidence: null } }]);
});
