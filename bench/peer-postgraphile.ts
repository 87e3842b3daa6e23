import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Bench } from './context.js';
import type { ReadTarget } from './reads.js';
import { type Running, root, startProgram } from './service.js';

const folder = path.join(root, 'bench/peers/postgraphile');

/**
 * PostGraphile has no clusters without code of its own, so it is spared them: it answers for the profile of the
 * identifier only. The metrics are a field of its plugin in `peers/postgraphile/server.js`. It connects as owner, without row-level security and key.
 */
const query = `query Context($workspace: Int!, $value: String!, $first: Int!) {
  identifier: identifierByWorkspaceIdAndTypeAndValue(workspaceId: $workspace, type: "phone", value: $value) {
    profile: profileByWorkspaceIdAndProfileId {
      id
      createdAt
      metrics
      activity: profileActivityByWorkspaceIdAndProfileId { lastAt }
      traits: traitsByWorkspaceIdAndProfileId { nodes { key value } }
      identifiers: identifiersByWorkspaceIdAndProfileId {
        nodes { type value verification firstSeenAt lastSeenAt }
      }
      segments: segmentMembersByWorkspaceIdAndProfileId(condition: { untilAt: null }) {
        nodes { sinceAt segment: segmentByWorkspaceIdAndSegmentId { key name entitlements } }
      }
      issues: issuesByWorkspaceIdAndProfileId(first: 20) {
        nodes { id status priority topic subject openedAt }
      }
      touchpoints: touchpointsByWorkspaceIdAndProfileId(first: $first, orderBy: [OCCURRED_AT_DESC, ID_DESC]) {
        edges {
          cursor
          node {
            id channel direction kind status occurredAt durationSeconds subject summary topic agentId source attributes
          }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}`;

/** Installs it at its first use, which a quick run does not wait for. */
function isInstalled(bench: Bench): boolean {
  if (existsSync(path.join(folder, 'node_modules/postgraphile'))) return true;
  if (bench.isQuick) {
    bench.tell('  PostGraphile is left out: it is not installed and a quick run does not install it.');
    return false;
  }
  bench.tell('  Installing PostGraphile …');
  const { status, stderr } = spawnSync(
    'npm',
    ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund'],
    { encoding: 'utf8' },
  );
  if (status === 0) return true;
  bench.tell(`  PostGraphile is left out: it could not be installed. ${stderr.trim().split('\n').at(-1)}`);
  return false;
}

export async function startPostgraphile(bench: Bench): Promise<(Running & { target: ReadTarget }) | null> {
  if (!isInstalled(bench)) return null;
  const running = await startProgram(
    path.join(folder, 'server.js'),
    { DATABASE_URL: bench.database.ownerUrl, POOL_SIZE: '8' },
    '/ready',
  );
  const target: ReadTarget = {
    pid: running.pid,
    port: running.port,
    path: '/graphql',
    headers: {},
    answerStart: '{"data":{"identifier":{"profile":{',
    bodies: (phones, first) =>
      phones.map((value) => JSON.stringify({ query, variables: { workspace: bench.workspaces.read, value, first } })),
  };
  return { ...running, target };
}
