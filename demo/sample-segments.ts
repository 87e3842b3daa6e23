/** Segments of the sample: who matches, and what that entitles to on every channel. */
export const sampleSegments = [
  {
    key: 'gold',
    name: 'Gold members',
    rule: { trait: 'member_level', is: 'gold' },
    entitlements: ['priority queue', 'free returns'],
  },
  {
    key: 'at-risk',
    name: 'At risk of leaving',
    rule: {
      any: [
        {
          touchpoints: {
            channel: ['CALL', 'EMAIL', 'SMS', 'SOCIAL'],
            direction: 'INBOUND',
            topic: 'refund_status',
            within: 'P7D',
          },
          atLeast: 3,
        },
        { openIssues: { priority: ['HIGH', 'URGENT'] }, atLeast: 1 },
      ],
    },
    entitlements: ['supervisor calls back'],
  },
  {
    key: 'new-service',
    name: 'Asked for a new service',
    rule: { touchpoints: { topic: 'start_service', within: 'P30D' }, atLeast: 1 },
    entitlements: ['welcome offer'],
  },
] as const;

/** Who can settle what, and what entitlements count for when somebody waits. */
export const sampleTreatment = {
  version: 0,
  timeZone: 'America/New_York',
  skills: [{ topic: 'refund_status', skill: 'refunds', queue: 'refunds' }],
  entitlements: [
    { entitlement: 'priority queue', points: 15 },
    { entitlement: 'supervisor calls back', points: 25 },
  ],
} as const;
