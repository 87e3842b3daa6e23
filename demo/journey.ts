import { ask, type Service, until } from './client.js';
import { jsonText, say } from './print.js';

/** Secrets of those who take part: who administers, the portal’s back end, and the agent desktop. */
export interface JourneyKeys {
  readonly admin: string;
  readonly portal: string;
  readonly agent: string;
}

interface Journey {
  readonly id: string;
  readonly version: number;
}

const blueprint = {
  key: 'return',
  name: 'Return an order',
  goal: 'The money is back.',
  stuckAfter: 'P3D',
  abandonedAfter: 'P30D',
  steps: [
    {
      key: 'choose',
      title: 'Choose what to return',
      expectedWithin: 'PT1H',
      next: ['send'],
      schema: {
        type: 'object',
        required: ['item', 'reason'],
        properties: { item: { type: 'string' }, reason: { enum: ['too small', 'broken', 'other'] } },
      },
    },
    { key: 'send', title: 'Send it', expectedWithin: 'P7D', next: ['paid'] },
    { key: 'paid', title: 'Money paid', terminal: true },
  ],
  triggers: [{ effect: 'COMPLETE', to: 'paid', topics: ['refund_paid'] }],
};

const browser = { type: 'anonymous_id', value: 'web-9d41c7f20b6e83a5' };
const number = { type: 'phone', value: '(415) 555-0132', region: 'US' };
const app = { type: 'anonymous_id', value: 'app-3be620d97c15f48a' };
const login = { type: 'user_id', value: 'u-2098', verification: 'VERIFIED' };

/** A return that begins on the web, goes on by phone and ends in the app, told as it happens. */
export async function tellJourney(service: Service, keys: JourneyKeys): Promise<void> {
  say('\nA return begins on the web, goes on by phone, and ends in the app:\n');
  const line = (channel: string, text: string) => say(`  ${channel.padEnd(5)} ${text}`);
  const act = <Name extends string, Answer>(name: Name, type: string, input: object, key: string, fields: string) =>
    ask<Record<Name, Answer>>(
      service,
      key,
      `mutation ($input: ${type}Input!) { ${name}(input: $input) { ${fields} } }`,
      { input },
    ).then(({ data }) => data[name]);

  await act('createBlueprint', 'CreateBlueprint', blueprint, keys.admin, 'blueprint { key }');
  const visitor = await tokenOf(service, keys.portal, [browser]);
  const { journey } = await act<'startJourney', { journey: Journey }>(
    'startJourney',
    'StartJourney',
    { blueprint: 'return', channel: 'WEB', data: { item: 'shirt' } },
    visitor,
    'journey { id version }',
  );
  const { id } = journey;
  const { code, linkToken } = await act<'createResumeCode', { code: string; linkToken: string }>(
    'createResumeCode',
    'CreateResumeCode',
    { journeyId: id, uses: 2 },
    visitor,
    'code linkToken',
  );
  line('WEB', `A visitor whom nobody knows chooses a shirt, is called away, and gets the code ${code}.`);

  const spoken = code.toLowerCase().replaceAll('-', ' ');
  const called = await act<'resumeJourney', { journey: Journey & { brief: { text: string } } }>(
    'resumeJourney',
    'ResumeJourney',
    { code: spoken, channel: 'CALL', identifiers: [number] },
    keys.agent,
    'journey { id version brief(maxChars: 400) { text } }',
  );
  line('CALL', `She calls and reads out “${spoken}”. The agent sees:`);
  for (const text of called.journey.brief.text.split('\n')) say(`          ${text}`);
  const { version } = called.journey;
  await act(
    'advanceJourney',
    'AdvanceJourney',
    { id, version, channel: 'CALL', to: 'send', data: { reason: 'too small' } },
    keys.agent,
    'isChanged',
  );
  line('CALL', '“Too small, I understand. You can print the label in the app.”');

  const late = (token: string) =>
    ask(
      service,
      token,
      `mutation { advanceJourney(input: { id: "${id}", version: ${journey.version}, channel: WEB, data: { item: "hat" } }) { isChanged } }`,
    ).then(
      () => 'was taken',
      (error: Error) => /"message":"([^"]*)"/.exec(error.message)?.[1] ?? error.message,
    );
  line('WEB', `The browser is still open, but proves too little now: “${await late(visitor)}”`);
  const proven = [login, { ...number, verification: 'VERIFIED' }];
  const known = await tokenOf(service, keys.portal, [...proven, browser]);
  line('WEB', `She logs in. The page is behind, and overwrites nothing: “${await late(known)}”`);

  const inApp = await tokenOf(service, keys.portal, [...proven, app]);
  await act('resumeJourney', 'ResumeJourney', { linkToken, channel: 'APP' }, inApp, 'isChanged');
  line('APP', 'The link opens it in the app, on the step that the agent left it on.');

  const refund = {
    source: 'bank',
    externalId: 'refund-9d41c7',
    channel: 'EMAIL',
    direction: 'OUTBOUND',
    kind: 'email.sent',
    topic: 'refund_paid',
    identifiers: [number],
  };
  await act('recordTouchpoints', 'RecordTouchpoints', { touchpoints: [refund] }, keys.agent, 'results { outcome }');
  const question = `{
    journey(id: "${id}") {
      status step { title } state channels { channel } touchpoints { nodes { channel kind } }
      customer { identifiers { type value } }
    }
  }`;
  const done = await until(
    async () => (await ask<{ journey: { status: string } }>(service, keys.agent, question)).data,
    (data) => data.journey.status === 'COMPLETED',
  );
  line('EMAIL', 'The bank tells that the money is paid, and that ends it:\n');
  say(jsonText({ data: done }));
}

/** What the portal’s back end gives to a browser or an app, by what it knows of who is there. */
async function tokenOf(service: Service, key: string, identifiers: readonly object[]): Promise<string> {
  const { data } = await ask<{ createPortalToken: { token: string } }>(
    service,
    key,
    'mutation ($input: CreatePortalTokenInput!) { createPortalToken(input: $input) { token } }',
    { input: { identifiers } },
  );
  return data.createPortalToken.token;
}
