import type { Composer, Field, Shapes } from '../../platform/composer.js';
import { connection } from '../../platform/connection.js';
import { nothing, raw, type Sql, sql, word, workspace } from '../../platform/sql.js';
import { customerId } from '../customer.sections.js';
import { customerOf, knownBy, membersOf } from '../customer-row.sections.js';
import { mergeById } from '../merge.sections.js';
import { type Band, bandCode, bands, type SuggestionStatus, statusCode, suggestionStatuses } from './suggestion.js';

const decisionsMax = 50;

/** Of which stored values the value of a field is shown: the first that is known. */
const shownOf: Readonly<Record<string, readonly string[]>> = {
  given_name: ['given_name', 'full_name'],
  surname: ['surname', 'full_name'],
  middle_name: ['full_name'],
  generation: ['surname', 'full_name'],
  dob: ['dob'],
  birth_year: ['dob'],
  postcode: ['postcode'],
  address: ['address'],
  house: ['street_number', 'address'],
  address_2: ['address_2'],
  locality: ['locality'],
  region: ['region'],
  national_id: ['national_id'],
  gender: ['gender'],
  occupation: ['occupation'],
  birth_place: ['birth_place'],
};
/** Fields of which a customer has several. */
const listsOf: Readonly<Record<string, string>> = { email: 'emails', phone: 'phones' };

/** What is stored of one side of field `w.f`, as it was told; masked callers learn only that there is something. */
function valueAt(f: Field, side: string): Sql {
  const cases = [
    ...Object.entries(shownOf).map(
      ([field, columns]) =>
        `when '${field}' then coalesce(${columns.map((one) => `${side}.person->>'${one}'`).join(', ')})`,
    ),
    ...Object.entries(listsOf).map(
      ([field, list]) =>
        `when '${field}' then (select string_agg(e, ', ') from json_array_elements_text(${side}.person->'${list}') e)`,
    ),
  ];
  const value = `case w.f->>'field' ${cases.join(' ')} end`;
  return raw(f.isMasked ? `case when ${value} is not null then '****' end` : value);
}

/** The row of one suggestion, alias `ms`, by its id; portal tokens see none: they name two customers. */
export function suggestionById(f: Field, id: Sql): Sql {
  return sql`from match_suggestion ms
where ms.workspace_id = ${workspace}::int and ms.id = ${id}::uuid ${f.isPortal ? raw('and false') : nothing}`;
}

/** Those of the status asked for, the open ones when none is, and of the band. */
function filtered(f: Field): Sql {
  const code = (status: SuggestionStatus) => statusCode(status);
  const band = (given: Band) => bandCode(given);
  const status = f.has('status') ? sql`${f.arg('status', code)}::smallint` : raw(String(statusCode('OPEN')));
  return sql`and ms.status = ${status} ${f.has('band') ? sql`and ms.band = ${f.arg('band', band)}::smallint` : nothing}`;
}

/** Those with one of the profiles on either side, each once: by the primary key and by `match_suggestion_b`. */
function ofProfiles(f: Field, members: Sql, page: Sql): Sql {
  return sql`
select ms.*
from (
  select ms.*
  from unnest(${members}) m(id)
  join match_suggestion ms on ms.workspace_id = ${workspace}::int and ms.customer_a = m.id
  union all
  select ms.*
  from unnest(${members}) m(id)
  join match_suggestion ms on ms.workspace_id = ${workspace}::int and ms.customer_b = m.id
  where ms.customer_a <> all(${members}::bigint[])
) ms
where true ${filtered(f)} ${knownBy(f, 'ms.since_at')} ${page}`;
}

const paged = { row: 'ms', at: 'since_at', id: 'id' } as const;

/** Lists walk `match_suggestion_list`, or `match_suggestion_band`; those of one customer its few rows. */
export const suggestionShapes = (q: Composer): Shapes => ({
  Query: {
    matchSuggestions: (f) => {
      const rows = (page: Sql) => {
        if (f.has('customerId')) {
          return ofProfiles(f, membersOf(f, sql`${f.arg('customerId', customerId)}::bigint`), page);
        }
        return sql`
select ms.*
from match_suggestion ms
where ms.workspace_id = ${workspace}::int ${filtered(f)} ${page}`;
      };
      return connection(q, f, { ...paged, rows });
    },
  },
  Customer: {
    matchSuggestions: (f) => connection(q, f, { ...paged, rows: (page) => ofProfiles(f, raw('c.members'), page) }),
  },
  MatchSuggestion: {
    id: raw(`'sug_' || replace(ms.id::text, '-', '')`),
    customer: (f) => q.object(f, customerOf(f, raw('ms.customer_a'))),
    other: (f) => q.object(f, customerOf(f, raw('ms.customer_b'))),
    score: raw('ms.score'),
    band: word('ms.band', bands),
    status: word('ms.status', suggestionStatuses),
    since: raw('ms.since_at'),
    model: raw('ms.model'),
    fields: (f) =>
      q.list(
        f,
        sql`from json_array_elements(ms.fields) with ordinality w(f, n)
${side(f, 'value', 'pa', 'ms.customer_a')} ${side(f, 'otherValue', 'pb', 'ms.customer_b')}
order by abs((w.f->>'bits')::float8) desc, w.n`,
      ),
    claims: (f) => q.list(f, raw('from json_array_elements(ms.evidence) with ordinality e(claim, n) order by e.n')),
    decisions: (f) =>
      q.list(
        f,
        sql`from match_decision md
where md.workspace_id = ${workspace}::int and md.customer_a = ms.customer_a and md.customer_b = ms.customer_b
order by md.id desc
limit ${raw(String(decisionsMax))}`,
      ),
  },
  MatchFieldWeight: {
    field: raw(`w.f->>'field'`),
    level: raw(`w.f->>'level'`),
    value: (f) => valueAt(f, 'pa'),
    otherValue: (f) => valueAt(f, 'pb'),
    bits: raw(`(w.f->>'bits')::float8`),
  },
  MatchClaim: {
    rule: raw(`e.claim->>'rule'`),
    touchpointId: raw(`'tp_' || (e.claim->>'touchpoint')`),
    times: raw(`(e.claim->>'times')::int`),
    firstAt: raw(`e.claim->>'firstAt'`),
    lastAt: raw(`e.claim->>'lastAt'`),
  },
  MatchDecision: {
    act: raw('md.act'),
    actor: raw('md.actor'),
    decidedAt: raw('md.decided_at'),
    reason: (f) => raw(f.isMasked ? 'null::text' : 'md.reason'),
    score: raw('md.score'),
    model: raw('md.model'),
    merge: (f) => q.object(f, mergeById(f, raw('md.merge_id'))),
  },
  Merge: {
    suggestion: (f) =>
      q.object(
        f,
        sql`from match_decision md
join match_suggestion ms on ms.workspace_id = ${workspace}::int and ms.customer_a = md.customer_a
  and ms.customer_b = md.customer_b
where md.workspace_id = ${workspace}::int and md.merge_id = mg.id
limit 1`,
      ),
  },
});

/** What one side is compared by, where its values are asked for. */
function side(f: Field, name: string, alias: string, customer: string): Sql {
  if (!f.selects(name)) return nothing;
  return sql`left join match_person ${raw(alias)} on ${raw(alias)}.workspace_id = ${workspace}::int
  and ${raw(`${alias}.customer_id = ${customer}`)}`;
}
