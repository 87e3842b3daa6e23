import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromOurSide } from '../../src/connectors/email/our-side.js';
import { genericKind } from '../../src/connectors/webhooks/kinds/generic/generic.js';
import type { Direction } from '../../src/touchpoints/vocabulary.js';
import { dataOf } from '../access/world.js';
import { startTestService, type TestService } from '../setup/service.js';
import { requestOf, told } from './webhooks/kinds/request.js';

const own = ['acme.example', 'desk@elsewhere.example'];
const mail = (addresses: readonly string[], direction?: Direction, channel = 'EMAIL') => ({
  channel,
  direction,
  identifiers: addresses.map((value) => ({ type: 'email', value })),
});
const seen = (...of: Parameters<typeof mail>) => {
  const { direction, identifiers } = fromOurSide(mail(...of), own);
  return [direction, ...identifiers.map(({ value }) => value)];
};

describe('a mail that a mapping made a touchpoint', () => {
  it('is with whoever is none of us, and OUTBOUND when one of us wrote it', () => {
    expect(seen(['Ann@Mail.Acme.example', 'eve@example.com'])).toEqual(['OUTBOUND', 'eve@example.com']);
    expect(seen(['eve@example.com', 'desk@elsewhere.example'])).toEqual(['INBOUND', 'eve@example.com']);
    expect(seen(['ann@acme.example'])).toEqual(['INTERNAL', 'ann@acme.example']);
  });

  it('keeps the direction that the mapping tells, and is left alone where none of us is named', () => {
    expect(seen(['ann@acme.example', 'eve@example.com'], 'INBOUND')).toEqual(['INBOUND', 'eve@example.com']);
    expect(seen(['eve@example.com'])).toEqual([undefined, 'eve@example.com']);
    expect(seen(['ann@acme.example', 'eve@example.com'], undefined, 'CHAT')).toHaveLength(3);
    expect(fromOurSide(mail(['ann@acme.example']), [])).toEqual(mail(['ann@acme.example']));
  });
});

const mapping = {
  touchpoints: [
    {
      externalId: '$.id',
      channel: 'EMAIL',
      kind: 'email',
      identifiers: [
        { type: 'email', value: '$.from' },
        { type: 'email', value: '$.to' },
      ],
    },
  ],
};
const row = { id: 'm-1', from: 'ann@acme.example', to: 'eve@example.com' };

describe('the mail domains of a workspace', () => {
  let t: TestService;

  beforeAll(async () => {
    t = await startTestService();
    dataOf(
      await t.graphql(
        'mutation { updateIntakeSettings(input: { version: 1, ownMail: ["acme.example"] }) { settings { version } } }',
      ),
    );
  });
  afterAll(() => t?.stop());

  it('tell what of an imported table was written by us, and keep our addresses out of customers', async () => {
    const answer = await t.http
      .post('/v1/import')
      .query({ source: 'mails', format: 'ndjson', mapping: JSON.stringify(mapping) })
      .set('authorization', `Bearer ${t.key}`)
      .send(`${JSON.stringify(row)}\n`);
    expect(answer.body).toMatchObject({ created: 1, refused: 0 });
    const asked = `query ($identifier: IdentifierInput!) {
      customer(identifier: $identifier) { touchpoints(first: 5) { nodes { direction } } identifiers { value } }
    }`;
    const of = async (value: string) =>
      dataOf(await t.graphql(asked, { identifier: { type: 'email', value } })).customer;
    expect(await of('eve@example.com')).toEqual({
      touchpoints: { nodes: [{ direction: 'OUTBOUND' }] },
      identifiers: [{ value: 'eve@example.com' }],
    });
    expect(await of('ann@acme.example')).toBeNull();
  });

  it('tell the same of what a generic connector brings', () => {
    const [item] = told(genericKind, requestOf(row), { mapping }, { own: ['acme.example'], email: null });
    expect(item).toMatchObject({ direction: 'OUTBOUND', identifiers: [{ type: 'email', value: 'eve@example.com' }] });
  });
});
