import type { EntityManager } from 'typeorm';
import { deadlinesOf } from './deadlines.js';
import { type IssueRef, readClockedIssues, readSlaSettings, writeDeadlines, writeTiers } from './sla.queries.js';
import { promiseFor, type SlaSettings } from './sla-settings.js';

/**
 * Sets the deadlines of issues by what is promised now and by their history: called in the transaction of each change
 * of theirs. Answers with those that have others than before.
 */
export async function refreshDeadlines(
  db: EntityManager,
  workspace: number,
  issues: readonly string[],
  known?: SlaSettings,
): Promise<IssueRef[]> {
  if (issues.length === 0) return [];
  const settings = known ?? (await readSlaSettings(db, workspace));
  if (settings.version === 0) return [];
  const clocked = await readClockedIssues(db, workspace, issues);
  const deadlines = clocked.map(({ id, tier, priority, history }) => {
    const promise = promiseFor(settings, tier, priority);
    return { id, ...(promise ? deadlinesOf(history, promise) : { firstResponseDueAt: null, resolutionDueAt: null }) };
  });
  return writeDeadlines(db, workspace, deadlines);
}

/** Puts the open issues that profiles arrived with into a tier. Answers with the issues that changed. */
export async function assignTiers(
  db: EntityManager,
  workspace: number,
  tiers: readonly { readonly profile: string; readonly tier: string | null }[],
): Promise<IssueRef[]> {
  const moved = await writeTiers(db, workspace, tiers);
  await refreshDeadlines(
    db,
    workspace,
    moved.map(({ id }) => id),
  );
  return moved;
}
