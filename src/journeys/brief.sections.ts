import { instantOf } from '../identity/customer-row.sections.js';
import { issues } from '../issues/issue.sections.js';
import { issuePriorities } from '../issues/issue-state.js';
import type { Composer, Field, Shapes } from '../platform/composer.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { join, nothing, type Request, raw, type Sql, sql, word, workspace } from '../platform/sql.js';
import { shown, touchpointRows } from '../touchpoints/touchpoint-rows.sections.js';
import { channels, directions } from '../touchpoints/vocabulary.js';
import { journeys, touchpointsOf } from './journey.sections.js';
import { ownSource } from './journey-settling.js';
import { journeyStatuses } from './journey-state.js';

/** Touchpoints, journeys and issues that a brief looks at, the newest; what is older counts as left out. */
const touchpointsMax = 12;
const journeysMax = 5;
const issuesMax = 5;
const lineCharactersMax = 300;

function charactersMax(value: number, _request: Request, path: string): number {
  const { briefCharactersMin: min, briefCharactersMax: max } = limits;
  if (value >= min && value <= max) return value;
  throw new Refusal('OUT_OF_RANGE', `${path} takes ${min} to ${max}.`, { field: path, limit: value < min ? min : max });
}

const minute = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI')`;

/** One line: `rank` says what is left out last, `place` where it stands; both then newest first. */
function line(kind: string, rank: number, place: number, at: string, id: string, text: Sql, ids: Sql, from: Sql): Sql {
  return sql`select '${raw(kind)}' as kind, ${raw(String(rank))} as rank, ${raw(String(place))} as place,
    ${raw(at)} as at, ${raw(id)} as id, ${text} as text, ${ids} as ids
  ${from}`;
}

/**
 * The row `br` of a brief from its lines: as many as fit, in the order of their ranks; a text that is too long is cut.
 * All of it comes from the one statement, so a brief costs no question of its own.
 */
function brief(f: Field, lines: readonly Sql[]): Sql {
  const size = sql`${f.arg('maxChars', charactersMax)}::int`;
  return sql`from (
  select coalesce(string_agg(k.text, e'\n' order by k.place, k.at desc, k.id) filter (where k.used <= ${size}), '') as text,
    coalesce(json_agg(json_build_object('kind', k.kind, 'text', k.text, 'ids', k.ids) order by k.place, k.at desc, k.id)
      filter (where k.used <= ${size}), '[]') as lines,
    coalesce(bool_and(k.used <= ${size}), true) as is_complete
  from (
    select l.kind, l.place, l.at, l.id, l.text, l.ids,
      sum(length(l.text) + 1) over (order by l.rank, l.at desc, l.id, l.place) as used
    from (
      select u.kind, u.rank, u.place, u.at, u.id, coalesce(u.ids, '[]'::json) as ids,
        case when length(u.text) > ${raw(String(lineCharactersMax))}
          then left(u.text, ${raw(String(lineCharactersMax - 1))}) || '…' else u.text end as text
      from (
        select p.kind, p.rank, p.place, p.at, p.id, p.ids, translate(p.text, e'\r\n\t', '   ') as text
        from (${join(lines, '\nunion all\n')}) p
      ) u
    ) l
  ) k
) br`;
}

/** The version of the blueprint that journey `j` runs by: row `bv`, with what `more` joins to it. */
const blueprintOf = (more = '') => sql`from blueprint_version bv ${raw(more)}
    where bv.workspace_id = ${workspace}::int and bv.blueprint_id = j.blueprint_id and bv.version = j.blueprint_version`;

const steps = `cross join lateral json_array_elements(bv.definition -> 'steps') with ordinality st(step, n)`;
const present = raw(`and st.step ->> 'key' = j.step`);
const nameOf = sql`(select bv.definition ->> 'name' ${blueprintOf()})`;
const goalOf = sql`(select bv.definition ->> 'goal' ${blueprintOf()})`;
const titleOf = sql`(select st.step ->> 'title' ${blueprintOf(steps)} ${present})`;
/** Titles of the steps that may follow. */
const nextOf = sql`(
    select string_agg('‘' || (nx.step ->> 'title') || '’', ' or ' order by nx.n)
    ${blueprintOf(`${steps}
    cross join lateral json_array_elements_text(st.step -> 'next') k(key)
    join lateral json_array_elements(bv.definition -> 'steps') with ordinality nx(step, n)
      on nx.step ->> 'key' = k.key`)} ${present})`;
/** The fields that the present step’s schema asks for and nobody has told. */
const missingOf = sql`(
    select string_agg(r.field, ', ' order by r.n)
    ${blueprintOf(`${steps}
    cross join lateral json_array_elements_text(st.step -> 'schema' -> 'required') with ordinality r(field, n)`)} ${present}
      and j.state -> j.step -> r.field is null)`;

/** The touchpoint that changed a journey last, if one did. */
const causeOf = raw(`case when j.cause ->> 'touchpoint' is not null
    then json_build_array('tp_' || (j.cause ->> 'touchpoint')) end`);

/** What the journeys (row `j` of `from`) are about, and where they stand. */
function goals(f: Field, from: Sql): Sql {
  const text = sql`${nameOf} || ' (' || ${goalOf} || '): ' || ${word('j.status', journeyStatuses)} || ' on ‘' || ${titleOf}
    || '’ since ' || ${raw(minute('j.step_since'))}
    || case when j.expected_at <= ${instantOf(f)} then ', overdue' else '' end
    || case when j.is_stuck then ', stuck' else '' end || '.'`;
  return line('GOAL', 0, 0, 'j.started_at', 'j.id', text, causeOf, from);
}

/** What comes next on open journeys: where it may go, what is still asked for, and who is to go on. */
function nexts(from: Sql): Sql {
  const text = sql`${nameOf} || ': next ' || coalesce(${nextOf}, 'nothing') || '.'
    || coalesce(' Still asked for: ' || ${missingOf} || '.', '')
    || coalesce(' With ' || lower(j.turn ->> 'to') || ' ' || (j.turn ->> 'name') || '.', '')
    || case when j.status = 1 then ' It rests.' else '' end`;
  return line('NEXT', 1, 4, 'j.started_at', 'j.id', text, causeOf, sql`${from} and j.status < 2`);
}

/** What was done, and what was said: two lines for each touchpoint, so that each cites its own. */
function contacts(f: Field, from: Sql): Sql[] {
  const cited = raw(`json_build_array('tp_' || replace(t.id::text, '-', ''))`);
  const head = sql`${raw(minute('t.occurred_at'))} || ' ' || ${word('t.channel', channels)}`;
  const tried = sql`${head} || ' ' || lower(${word('t.direction', directions)}) || ' ' || t.kind
    || coalesce(' about ' || t.topic, '') || coalesce(': ' || t.outcome, '')
    || coalesce('; waited ' || round(nullif(t.wait_seconds, 0) / 60.0, 1)::float8 || ' min', '')
    || case when t.is_abandoned then '; given up' else '' end || coalesce('; agent ' || t.agent_id, '') || '.'`;
  // What journeys write of themselves is no word of anybody; a note that came with it is.
  const words = raw(`coalesce(t.summary, case when t.source <> '${ownSource}' then t.subject end)`);
  const said = sql`${head} || ', ' || lower(${word('t.direction', directions)}) || ': “'
    || ${words} || '”'`;
  const lines = [line('TRIED', 3, 2, 't.occurred_at', 't.id', tried, cited, from)];
  // Words may hold anything: masked callers do not get them.
  if (!f.isMasked) {
    lines.push(line('SAID', 2, 3, 't.occurred_at', 't.id', said, cited, sql`${from} where ${words} is not null`));
  }
  return lines;
}

const newest = raw(`order by t.occurred_at desc, t.id desc\nlimit ${touchpointsMax}`);

/** `brief` of a journey and of a customer: row `br`. */
export const briefShapes = (q: Composer): Shapes => ({
  Journey: {
    brief: (f) => {
      const one = raw('where true');
      const told = sql`select '‘' || (st.step ->> 'title') || '’: ' || (
          select string_agg(d.key || ' = ' || (d.value #>> '{}'), ', ' order by d.key)
          from json_each(j.state -> (st.step ->> 'key')) d
        ) as text
        ${blueprintOf(steps)} and j.state -> (st.step ->> 'key') is not null`;
      const answers = line(
        'SAID',
        2,
        1,
        'j.step_since',
        'j.id',
        raw('a.text'),
        raw('null::json'),
        sql`from (${told}) a`,
      );
      return q.object(
        f,
        brief(f, [
          goals(f, one),
          ...(f.isMasked ? [] : [answers]),
          ...contacts(f, sql`from (select t.* ${touchpointsOf(f, nothing, newest)}) t`),
          nexts(one),
        ]),
      );
    },
  },
  Customer: {
    brief: (f) => {
      const open = sql`from (
        select j.*
        from unnest(c.members) m(id)
        cross join lateral (
          select j.* from (${journeys(f, raw('and o.profile_id = m.id'))}) j
          where j.status < 2
          order by j.started_at desc, j.id desc
          limit ${raw(String(journeysMax))}
        ) j
        order by j.started_at desc, j.id desc
        limit ${raw(String(journeysMax))}
      ) j
      where true`;
      const contact = sql`from (
        select t.*
        from unnest(c.members) m(id)
        cross join lateral (
          select t.* ${touchpointRows(f, sql`and t.profile_id = m.id ${shown(f)}`, newest)}
        ) t
        ${newest}
      ) t`;
      const openIssues = sql`from (
        select iss.*
        from unnest(c.members) m(id)
        cross join lateral (
          select iss.* from (${issues(f, raw('and i.profile_id = m.id'))}) iss
          where iss.status < 3
          order by iss.opened_at desc, iss.id desc
          limit ${raw(String(issuesMax))}
        ) iss
        order by iss.opened_at desc, iss.id desc
        limit ${raw(String(issuesMax))}
      ) iss`;
      const subject = raw(f.isMasked ? `'****'` : 'iss.subject');
      const issue = sql`'Open issue since ' || ${raw(minute('iss.opened_at'))} || ': ' || ${subject} || ' ('
        || lower(${word('iss.priority', issuePriorities)}) || coalesce(', ' || iss.topic, '') || ').'`;
      const cited = sql`(
        select json_agg('tp_' || replace(t.id::text, '-', '') order by t.occurred_at desc, t.id desc)
        from (select t.id, t.occurred_at ${touchpointRows(f, sql`and t.issue_id = iss.id ${shown(f)}`, newest)}) t)`;
      return q.object(
        f,
        brief(f, [
          goals(f, open),
          line('ISSUE', 0, 1, 'iss.opened_at', 'iss.id', issue, cited, openIssues),
          ...contacts(f, contact),
          nexts(open),
        ]),
      );
    },
  },
  Brief: {
    text: raw('br.text'),
    isComplete: raw('br.is_complete'),
    lines: (f) => q.list(f, raw('from json_array_elements(br.lines) with ordinality bl(line, n) order by bl.n')),
  },
  BriefLine: {
    kind: raw(`bl.line ->> 'kind'`),
    text: raw(`bl.line ->> 'text'`),
    touchpointIds: raw(`bl.line -> 'ids'`),
  },
});
