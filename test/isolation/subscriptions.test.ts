import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { scopes } from '../../src/access/caller.js';
import { schemaOf } from '../access/schema-walk.js';
import { makeWorld, portalTokenOf, type World } from '../access/world.js';
import { clientOf, endClients, follow } from '../live/live-desk.js';
import { eventually, startTestService, type TestService } from '../setup/service.js';

let it: TestService;
let ours: World;
let theirs: World;
let ourCursor: string;
const roles: Record<string, string> = {};

beforeAll(async () => {
  it = await startTestService();
  const first = await it.makeWorkspace('first');
  ours = await makeWorld(it, first.workspace, first.key, 'ours', '+4930901820');
  theirs = await makeWorld(it, it.workspace, it.key, 'theirs', '+4930901821');
  roles['a full key'] = theirs.key;
  roles['a masked key'] = await it.makeKey(scopes, { masked: true });
  roles['a portal token'] = await portalTokenOf(it, theirs.customer, theirs.key);
  const [following] = await follow(clientOf(it, ours.key), 'subscription { workspaceChanged { cursor } }').count(1);
  ourCursor = following.cursor;
  await endClients();
});

afterEach(endClients);
afterAll(() => it?.stop());

/** Each subscription by one id; `workspaceChanged` has none. */
const byId: Readonly<Record<string, { readonly ours: () => string; readonly nobodys: string }>> = {
  customerChanged: { ours: () => ours.customer, nobodys: 'cus_998001' },
  issueChanged: { ours: () => ours.issue, nobodys: `iss_${randomBytes(16).toString('hex')}` },
  journeyChanged: { ours: () => ours.journey, nobodys: `jrn_${randomBytes(16).toString('hex')}` },
};

const changed = `cursor kind customer { id displayName } touchpoint { id subject } issue { id subject } journey { id }`;

describe('who follows from another workspace', () => {
  test('finds every subscription here', () => {
    const fields = Object.keys(schemaOf(it).getSubscriptionType()?.getFields() ?? {});
    expect(fields.toSorted()).toEqual([...Object.keys(byId), 'workspaceChanged'].toSorted());
  });

  test.each(['a full key', 'a masked key', 'a portal token'])(
    'with %s is answered by our ids as by nobody’s, and by our cursor as by none',
    async (role) => {
      const client = clientOf(it, roles[role] as string);
      const endOf = async (query: string) => {
        const following = follow(client, query);
        const [error] = await following.ended();
        expect(following.changes).toEqual([]);
        return { message: error.message, extensions: error.extensions };
      };
      for (const [field, { ours: id, nobodys }] of Object.entries(byId)) {
        const foreign = await endOf(`subscription { ${field}(id: "${id()}") { ${changed} } }`);
        expect(foreign).toEqual(await endOf(`subscription { ${field}(id: "${nobodys}") { ${changed} } }`));
        expect(foreign.extensions).toMatchObject({ reason: 'NOT_FOUND' });
      }
      const own = { customerChanged: theirs.customer, issueChanged: theirs.issue, journeyChanged: theirs.journey };
      for (const [field, id] of Object.entries(own)) {
        const error = await endOf(`subscription { ${field}(id: "${id}", after: "${ourCursor}") { ${changed} } }`);
        expect(error.extensions).toMatchObject({ reason: 'CURSOR_INVALID' });
      }
    },
  );

  test('is told of nothing that we do, though both do the same at the same time', async () => {
    const theirsFollowed = follow(clientOf(it, theirs.key), `subscription { workspaceChanged { ${changed} } }`);
    await theirsFollowed.count(1);
    const record = (key: string, subject: string) =>
      it.graphql(
        'mutation ($input: RecordTouchpointsInput!) { recordTouchpoints(input: $input) { results { outcome } } }',
        {
          input: {
            touchpoints: [
              {
                source: 'both',
                channel: 'CHAT',
                kind: 'chat.message',
                subject,
                identifiers: [{ type: 'phone', value: ours.phone }],
              },
            ],
          },
        },
        key,
      );
    await record(ours.key, 'said to us');
    await record(theirs.key, 'said to them');
    await eventually(async () => JSON.stringify(theirsFollowed.changes).includes('said to them'));
    const text = JSON.stringify(theirsFollowed.changes);
    for (const trace of ['said to us', ours.customer, ours.email]) expect(text).not.toContain(trace);
  });
});
