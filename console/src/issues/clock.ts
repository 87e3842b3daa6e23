import { durationText, whenText } from '../format.js';

/** What was promised for an issue, as far as a clock shows it. */
export interface Promised {
  readonly sla: { readonly firstResponseDueAt: string | null; readonly resolutionDueAt: string | null } | null;
  readonly firstResponseAt: string | null;
  readonly openedAt: string;
}

/** What runs out next of what was promised: the first answer while there is none, then the solution. */
export function clockOf(
  issue: Promised,
  now: Date,
): { readonly text: string; readonly what: string; readonly isLate: boolean; readonly share: number } | null {
  const { sla } = issue;
  const isFirst = sla?.firstResponseDueAt != null && issue.firstResponseAt === null;
  const dueAt = isFirst ? sla?.firstResponseDueAt : sla?.resolutionDueAt;
  if (!dueAt) return null;
  const leftSeconds = (Date.parse(dueAt) - now.getTime()) / 1_000;
  const isLate = leftSeconds < 0;
  const wholeSeconds = (Date.parse(dueAt) - Date.parse(issue.openedAt)) / 1_000;
  const share = isLate || wholeSeconds <= 0 ? 100 : Math.min(100, 100 - (leftSeconds / wholeSeconds) * 100);
  return {
    text: isLate ? `late by ${durationText(leftSeconds)}` : `${durationText(leftSeconds)} left`,
    what: `${isFirst ? 'first answer' : 'solution'} ${whenText(dueAt, now)}`,
    isLate,
    share,
  };
}
