import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '../setup/service.js';

let t: TestService;

beforeAll(async () => {
  t = await startTestService();
});
afterAll(() => t.stop());

const question = `query ($mapping: JSON!, $sample: JSON!, $headers: JSON) {
  testMapping(mapping: $mapping, sample: $sample, headers: $headers) {
    touchpoints { rule touchpoint errors { code reason message field limit } }
  }
}`;

const mapping = {
  name: 'tickets',
  skip: { path: '$.test', is: true },
  touchpoints: [
    {
      source: 'desk',
      externalId: '$.id',
      channel: { path: '$.via', map: { phone: 'CALL', '*': 'OTHER' } },
      kind: { template: 'ticket.{$headers.x-event}' },
      waitSeconds: '$.wait',
      identifiers: [{ type: '$.idType', value: '$.who' }],
    },
  ],
};

describe('testMapping', () => {
  const ask = async (sample: object, written: unknown = mapping, key?: string) =>
    t.graphql(question, { mapping: written, sample, headers: { 'x-event': 'opened' } }, key);

  it('shows the touchpoints that a mapping makes of a sample, and stores nothing', async () => {
    const answer = await ask({ id: 7, via: 'phone', idType: 'email', who: 'Ann@Example.com', wait: '40' });
    expect(answer.data.testMapping.touchpoints).toEqual([
      {
        rule: 0,
        errors: [],
        touchpoint: {
          source: 'desk',
          externalId: '7',
          channel: 'CALL',
          kind: 'ticket.opened',
          waitSeconds: 40,
          identifiers: [{ type: 'email', value: 'Ann@Example.com' }],
        },
      },
    ]);
    const { rows } = await t.database.owner.query(
      'select (select count(*)::int from touchpoint) as touchpoints, (select count(*)::int from profile) as profiles',
    );
    expect(rows).toEqual([{ touchpoints: 0, profiles: 0 }]);
  });

  it('says by field what the mapping cannot do, and what could not be stored', async () => {
    const failing = await ask({ via: 'phone', idType: 'email', who: 'ann@example.com', wait: 'long' });
    expect(failing.data.testMapping.touchpoints).toMatchObject([
      { touchpoint: null, errors: [{ field: 'waitSeconds', reason: 'INPUT_INVALID' }] },
    ]);
    const refused = await ask({ via: 'phone', idType: 'passport', who: 'x', wait: '40' });
    expect(refused.data.testMapping.touchpoints).toMatchObject([
      { touchpoint: {}, errors: [{ field: 'identifiers[0].type', reason: 'IDENTIFIER_TYPE_UNKNOWN' }] },
    ]);
    const tooLong = await ask({ via: 'phone', idType: 'email', who: 'ann@example.com', wait: '99999999' });
    expect(tooLong.data.testMapping.touchpoints).toMatchObject([
      { errors: [{ field: 'waitSeconds', reason: 'OUT_OF_RANGE', limit: 31_622_400 }] },
    ]);
    expect((await ask({ test: true })).data.testMapping.touchpoints).toEqual([]);
  });

  it('names the place in a mapping that is wrong', async () => {
    const { errors } = await ask({}, { touchpoints: [{ ...mapping.touchpoints[0], kind: '$.a[' }] });
    expect(errors?.[0]).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', reason: 'MAPPING_INVALID', field: 'mapping.touchpoints[0].kind' },
    });
  });

  it('is for those who set the workspace up', async () => {
    const key = await t.makeKey(['touchpoints:write', 'customers:read']);
    expect((await ask({}, mapping, key)).errors?.[0]?.extensions).toMatchObject({ reason: 'SCOPE_MISSING' });
  });
});
