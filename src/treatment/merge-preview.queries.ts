import type { EntityManager } from 'typeorm';
import type { View } from '../identity/customer-row.sections.js';
import { type Bound, sql, word } from '../platform/sql.js';
import { run } from '../segments/evaluation.queries.js';
import { bind } from '../segments/rules/bound-value.js';
import { channels } from '../touchpoints/vocabulary.js';
import { consentRows } from './consent.sections.js';
import { consentStates } from './consent-words.js';
import type { MergePreviewConsent } from './merge-preview.types.js';

/**
 * Purposes, and channels of them, of which two customers say different things, with what would hold if they were one: the
 * very rows that `Customer.consents` shows, of three sets of profiles.
 */
export async function findConsentConflicts(
  db: EntityManager,
  workspace: number,
  sides: {
    readonly survivor: readonly string[];
    readonly other: readonly string[];
    readonly merged: readonly string[];
  },
  now: Date,
): Promise<MergePreviewConsent[]> {
  const own: Bound = (request) => request.asker.workspace;
  const at = sql`${bind(now)}::timestamptz`;
  const view: View = { isPortal: false, inherited: () => null, now: at };
  const of = (side: string) => sql`(
      select r.state
      from rows r
      where r.side = ${bind(side)}::text and r.purpose_id = k.purpose_id and (r.channel = k.channel or r.channel is null)
      order by r.channel nulls last
      limit 1)`;
  return run<MergePreviewConsent>(
    db,
    workspace,
    sql`
    with rows as materialized (
      select c.side, cs.purpose_id, cs.channel, cs.state
      from (values ('survivor', ${bind(sides.survivor)}::bigint[]), ('other', ${bind(sides.other)}::bigint[]),
        ('merged', ${bind(sides.merged)}::bigint[])) c(side, members)
      cross join lateral (${consentRows(view, at)}) cs
    )
    select cp.key as purpose, cp.name as "purposeName", ${word('k.channel', channels)} as channel,
      ${word('k.survivor', consentStates)} as "survivorState", ${word('k.other', consentStates)} as "otherState",
      ${word('k.merged', consentStates)} as "mergedState"
    from (
      select k.*, ${of('survivor')} as survivor, ${of('other')} as other, ${of('merged')} as merged
      from (select distinct r.purpose_id, r.channel from rows r) k
    ) k
    join consent_purpose cp on cp.workspace_id = ${own}::int and cp.id = k.purpose_id
    where k.survivor <> k.other
    order by cp.key, k.channel nulls first`,
  );
}
