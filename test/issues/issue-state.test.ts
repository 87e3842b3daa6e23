import { describe, expect, test } from 'vitest';
import {
  type IssueState,
  type IssueStatus,
  isOpen,
  issueStatuses,
  nextIssue,
  resolved,
} from '../../src/issues/issue-state.js';
import { Refusal } from '../../src/platform/refusal.js';

const now = new Date('2026-11-24T12:00:00Z');
const before = new Date('2026-11-20T12:00:00Z');

function issue(status: IssueStatus, more: Partial<IssueState> = {}): IssueState {
  const settled = !isOpen(status);
  return {
    version: 3,
    status,
    priority: 'NORMAL',
    subject: 'No heating',
    description: null,
    topic: 'heating',
    resolution: settled ? 'Replaced the valve' : null,
    resolvedAt: settled ? before : null,
    assignee: null,
    queue: null,
    escalationReason: null,
    escalatedAt: null,
    ...more,
  };
}

const allowed: Record<IssueStatus, readonly IssueStatus[]> = {
  OPEN: ['OPEN', 'PENDING', 'ON_HOLD', 'RESOLVED', 'CLOSED'],
  PENDING: ['OPEN', 'PENDING', 'ON_HOLD', 'RESOLVED', 'CLOSED'],
  ON_HOLD: ['OPEN', 'PENDING', 'ON_HOLD', 'RESOLVED', 'CLOSED'],
  RESOLVED: ['OPEN', 'RESOLVED', 'CLOSED'],
  CLOSED: ['OPEN', 'CLOSED'],
};

describe('an issue', () => {
  test.each(issueStatuses.flatMap((from) => issueStatuses.map((to) => [from, to] as const)))(
    'that is %s becomes %s only where its life allows it',
    (from, to) => {
      const act = () => nextIssue(issue(from), { status: to }, now);
      if (allowed[from].includes(to)) expect(act().status).toBe(to);
      else expect(act).toThrow(expect.objectContaining({ reason: 'STATUS_FORBIDS', where: { field: 'input.status' } }));
    },
  );

  test('notes when it was settled, keeps that when it is closed, and forgets it when it is opened again', () => {
    const settled = nextIssue(issue('PENDING'), { status: 'RESOLVED' }, now);
    expect(settled.resolvedAt).toBe(now);
    expect(nextIssue(issue('RESOLVED'), { status: 'CLOSED' }, now).resolvedAt).toBe(before);
    const again = nextIssue(issue('RESOLVED'), { status: 'OPEN' }, now);
    expect([again.resolvedAt, again.resolution]).toEqual([null, null]);
  });

  test('goes one version on with each change, and stays as it is when nothing changes', () => {
    const present = issue('OPEN');
    expect(nextIssue(present, { priority: 'HIGH' }, now).version).toBe(4);
    expect(nextIssue(present, { subject: 'No heating', topic: 'heating', status: 'OPEN' }, now)).toBe(present);
  });

  test('is emptied of a text by null, and keeps what is left out', () => {
    expect(nextIssue(issue('OPEN'), { topic: null }, now)).toMatchObject({ topic: null, subject: 'No heating' });
    expect(nextIssue(issue('OPEN'), { priority: 'LOW' }, now).topic).toBe('heating');
  });

  test('is resolved once: the same words again change nothing, other words are refused', () => {
    const done = resolved(issue('OPEN'), 'Replaced the valve', now);
    expect(done).toMatchObject({ status: 'RESOLVED', resolution: 'Replaced the valve', resolvedAt: now, version: 4 });
    expect(resolved(done, 'Replaced the valve', now)).toBe(done);
    expect(() => resolved(done, 'Nothing was wrong', now)).toThrow(Refusal);
  });
});
