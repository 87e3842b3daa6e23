import type { TouchpointInput } from '../src/touchpoints/record.input.js';
import { ask, type Service, sendVisits, until } from './client.js';
import { callerNumber, callerStory, issues, unansweredCall } from './sample-caller.js';
import { clockBefore } from './sample-clock.js';
import type { SampleFiles } from './sample-files.js';
import { otherStories } from './sample-others.js';
import { sampleSegments, sampleTreatment } from './sample-segments.js';

/** The caller’s refund, and the call that nobody answered. */
const openInTheEnd = 2;

/** Secrets of the keys that the demo hands out. */
export interface Keys {
  readonly sdk: string;
  readonly agent: string;
  readonly portal: string;
  readonly analyst: string;
  readonly console: string;
}

export interface Loaded {
  readonly visits: number;
  readonly touchpoints: number;
  /** As the service counts them afterwards. */
  readonly customers: number;
  readonly stored: number;
  /** The id of the customer who will call. */
  readonly caller: string;
}

interface Recorded {
  recordTouchpoints: {
    results: {
      outcome: string;
      touchpointId: string | null;
      error: { message: string; field: string | null } | null;
    }[];
  };
}

interface Caller {
  customer: {
    id: string;
    openIssueCount: number;
    issues: { nodes: { id: string; externalId: string | null }[] };
    segments: { segment: { key: string } }[];
  } | null;
}

interface Segments {
  segments: { key: string; memberCount: number }[];
}

interface Everything {
  customers: { nodes: { coverage: { totalTouchpoints: number } }[] };
}

/** Keys of different rights, made with the first key of the installation. */
export async function makeKeys(service: Service, admin: string): Promise<Keys> {
  const { data } = await ask<Record<keyof Keys, { secret: string }>>(
    service,
    admin,
    `mutation {
      sdk: createApiKey(input: { name: "Segment SDK", scopes: ["touchpoints:write"] }) { secret }
      agent: createApiKey(input: {
        name: "Agent desktop"
        scopes: ["customers:read", "customers:write", "touchpoints:write", "issues:write", "journeys:write"]
      }) { secret }
      portal: createApiKey(input: { name: "Portal, back end", scopes: ["portal-tokens:write"] }) { secret }
      analyst: createApiKey(input: {
        name: "Analysts", scopes: ["customers:read", "exports:read", "analytics:read"], masked: true
      }) { secret }
      console: createApiKey(input: {
        name: "Console"
        scopes: [
          "admin", "customers:read", "customers:write", "touchpoints:write", "issues:write", "journeys:write", "analytics:read"
        ]
      }) { secret }
    }`,
  );
  return {
    sdk: data.sdk.secret,
    agent: data.agent.secret,
    portal: data.portal.secret,
    analyst: data.analyst.secret,
    console: data.console.secret,
  };
}

export async function createSegments(service: Service, admin: string): Promise<void> {
  for (const input of sampleSegments) {
    await ask(
      service,
      admin,
      'mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { segment { id } } }',
      { input },
    );
  }
}

/** Who can settle what, and what entitlements count for. */
export async function setTreatment(service: Service, admin: string): Promise<void> {
  await ask(
    service,
    admin,
    `mutation ($input: UpdateTreatmentSettingsInput!) { updateTreatmentSettings(input: $input) { settings { version } } }`,
    { input: sampleTreatment },
  );
}

/** Brings the whole sample in as its systems would, and returns when the service has worked everything off. */
export async function loadSample(service: Service, keys: Keys, files: SampleFiles, now: number): Promise<Loaded> {
  const ago = clockBefore(now);
  const waves = [...callerStory(files, ago), ...otherStories(files, ago)];
  const ids = new Map<string, string>();
  for (const { visits, touchpoints } of waves) {
    await sendVisits(service, keys.sdk, visits);
    await record(service, keys.agent, touchpoints, ids);
  }
  const number = callerNumber(files);
  const unanswered = ids.get(`twilio ${files.calls[unansweredCall]?.['id']}`) ?? '';
  await settleIssues(service, keys.agent, number, unanswered);
  const caller = await workedOff(service, keys.agent, number, files.serviceChats.length);
  const { data: all } = await ask<Everything>(
    service,
    keys.agent,
    '{ customers(first: 500) { nodes { coverage { totalTouchpoints } } } }',
  );
  const visits = waves.flatMap((wave) => wave.visits);
  const stored = all.customers.nodes.reduce((sum, one) => sum + one.coverage.totalTouchpoints, 0);
  // The Segment API refuses no message: one that it cannot take is missing here.
  const sent = ids.size + visits.filter((visit) => visit.call !== 'identify').length;
  if (stored !== sent) throw new Error(`Of ${sent} touchpoints the service shows ${stored}.`);
  return { visits: visits.length, touchpoints: ids.size, customers: all.customers.nodes.length, stored, caller };
}

async function record(
  service: Service,
  key: string,
  touchpoints: readonly TouchpointInput[],
  ids: Map<string, string>,
) {
  const { data } = await ask<Recorded>(
    service,
    key,
    `mutation ($input: RecordTouchpointsInput!) {
      recordTouchpoints(input: $input) { results { outcome touchpointId error { message field } } }
    }`,
    { input: { touchpoints } },
  );
  data.recordTouchpoints.results.forEach(({ outcome, touchpointId, error }, place) => {
    const { source, externalId } = touchpoints[place] as TouchpointInput;
    if (outcome !== 'CREATED' || touchpointId === null) {
      throw new Error(`${source} ${externalId} is ${outcome}: ${error?.field} ${error?.message}`);
    }
    ids.set(`${source} ${externalId}`, touchpointId);
  });
}

function askCaller(service: Service, key: string, number: string): Promise<Caller['customer']> {
  return ask<Caller>(
    service,
    key,
    `query ($identifier: IdentifierInput!) {
      customer(identifier: $identifier) {
        id openIssueCount issues { nodes { id externalId } } segments { segment { key } }
      }
    }`,
    { identifier: { type: 'phone', value: number } },
  ).then(({ data }) => data.customer);
}

/** The label came after all, and an agent opens an issue for the call that nobody answered. */
async function settleIssues(service: Service, key: string, number: string, touchpointId: string): Promise<void> {
  const customer = await until(
    () => askCaller(service, key, number),
    (one) => one?.openIssueCount === Object.keys(issues).length,
  );
  const label = customer?.issues.nodes.find((issue) => issue.externalId === issues.label.externalId);
  await ask(
    service,
    key,
    `mutation ($resolve: ResolveIssueInput!, $open: OpenIssueInput!) {
      resolveIssue(input: $resolve) { issue { id } }
      openIssue(input: $open) { issue { id } }
    }`,
    {
      resolve: { id: label?.id, resolution: 'The label was sent again by e-mail.' },
      open: {
        touchpointId,
        subject: 'Waited 40 minutes on the telephone and gave up',
        topic: 'waiting',
        priority: 'HIGH',
        touchpointIds: [touchpointId],
      },
    },
  );
}

/** Issues and segments follow in the background: waits until all of them are there, and answers with the caller’s id. */
async function workedOff(service: Service, key: string, number: string, newcomers: number): Promise<string> {
  await until(
    async () => (await ask<Segments>(service, key, '{ segments { key memberCount } }')).data.segments,
    (segments) => segments.some((one) => one.key === 'new-service' && one.memberCount === newcomers),
  );
  const customer = await until(
    () => askCaller(service, key, number),
    (one) =>
      one?.openIssueCount === openInTheEnd &&
      ['at-risk', 'gold'].every((wanted) => one.segments.some(({ segment }) => segment.key === wanted)),
  );
  return customer?.id ?? '';
}
