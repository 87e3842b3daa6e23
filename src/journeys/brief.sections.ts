import { instantOf } from '../identity/customer-row.sections.js';
import { issues } from '../issues/issue.sections.js';
import { issuePriorities } from '../issues/issue-state.js';
import type { Composer, Field, Shapes } from '../platform/composer.js';
import { nothing, raw, type Sql, sql, word, workspace } from '../platform/sql.js';
import { shown, touchpointRows } from '../touchpoints/touchpoint-rows.sections.js';
import { channels, directions } from '../touchpoints/vocabulary.js';
import { brief, byAge, line, minute, newestFirst, roomOf } from './brief-lines.sections.js';
import { journeys, touchpointsOf } from './journey.sections.js';
import { ownSource } from './journey-settling.js';
import { journeyStatuses } from './journey-state.js';

/** Touchpoints that the line of an issue cites, the newest. */
const citedMax = 12;

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

// What journeys write of themselves is no word of anybody; a note that came with it is.
const words = raw(`coalesce(t.summary, case when t.source <> '${ownSource}' then t.subject end)`);
const hasWords = sql`and ${words} is not null`;
const cited = raw(`json_build_array('tp_' || replace(t.id::text, '-', ''))`);
const head = sql`${raw(minute('t.occurred_at'))} || ' ' || ${word('t.channel', channels)}`;

/** What was done, and what was said: a touchpoint has a line of either, so that each cites its own. */
function contacts(f: Field, done: Sql, said: Sql): Sql[] {
  const tried = sql`${head} || ' ' || lower(${word('t.direction', directions)}) || ' ' || t.kind
    || coalesce(' about ' || t.topic, '') || coalesce(': ' || t.outcome, '')
    || coalesce('; waited ' || round(nullif(t.wait_seconds, 0) / 60.0, 1)::float8 || ' min', '')
    || case when t.is_abandoned then '; given up' else '' end || coalesce('; agent ' || t.agent_id, '') || '.'`;
  const quoted = sql`${head} || ', ' || lower(${word('t.direction', directions)}) || ': “'
    || ${words} || '”'`;
  const lines = [line('TRIED', byAge(3, 5), 2, 't.occurred_at', 't.id', tried, cited, done)];
  // Words may hold anything: masked callers do not get them.
  if (!f.isMasked) lines.push(line('SAID', byAge(2, 4), 3, 't.occurred_at', 't.id', quoted, cited, said));
  return lines;
}

/** What the line of something said needs of touchpoint `t`: columns that can be compared. */
const said = raw('t.id, t.occurred_at, t.channel, t.direction, t.source, t.subject, t.summary');

/** `brief` of a journey and of a customer: row `br`. */
export const briefShapes = (q: Composer): Shapes => ({
  Journey: {
    brief: (f) => {
      const room = roomOf(f);
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
        brief(room, [
          goals(f, one),
          ...(f.isMasked ? [] : [answers]),
          ...contacts(
            f,
            sql`from (select t.* ${touchpointsOf(f, nothing, room.newest)}) t`,
            sql`from (select t.* ${touchpointsOf(f, hasWords, room.newest)}) t`,
          ),
          nexts(one),
        ]),
      );
    },
  },
  Customer: {
    brief: (f) => {
      const room = roomOf(f);
      const openJourneys = sql`(
        select j.*
        from unnest(c.members) m(id)
        cross join lateral (
          select j.* from (${journeys(f, raw('and o.profile_id = m.id'))}) j
          where j.status < 2
          order by j.started_at desc, j.id desc
          ${room.limit}
        ) j
        order by j.started_at desc, j.id desc
        ${room.limit}
      ) j`;
      const open = sql`from ${openJourneys} where true`;
      const latest = sql`(

        select t.*
        from unnest(c.members) m(id)
        cross join lateral (
          select t.* ${touchpointRows(f, sql`and t.profile_id = m.id ${shown(f)}`, room.newest)}
        ) t
        ${room.newest}
      ) t`;
      // Of open journeys also what was said long ago: a lengthy one is not to be told twice.
      const spoken = sql`from (
        select ${said} from ${latest} where true ${hasWords}
        union
        select ${said}
        from ${openJourneys}
        cross join lateral (select t.* ${touchpointsOf(f, hasWords, room.newest)}) t
      ) t`;
      const openIssues = sql`from (
        select iss.*
        from unnest(c.members) m(id)
        cross join lateral (
          select iss.* from (${issues(f, raw('and i.profile_id = m.id'))}) iss
          where iss.status < 3
          order by iss.opened_at desc, iss.id desc
          ${room.limit}
        ) iss
        order by iss.opened_at desc, iss.id desc
        ${room.limit}
      ) iss`;
      const subject = raw(f.isMasked ? `'****'` : 'iss.subject');
      const issue = sql`'Open issue since ' || ${raw(minute('iss.opened_at'))} || ': ' || ${subject} || ' ('
        || lower(${word('iss.priority', issuePriorities)}) || coalesce(', ' || iss.topic, '') || ').'`;
      const page = sql`${newestFirst}\nlimit ${raw(String(citedMax))}`;
      const ofIssue = sql`(
        select json_agg('tp_' || replace(t.id::text, '-', '') order by t.occurred_at desc, t.id desc)
        from (select t.id, t.occurred_at ${touchpointRows(f, sql`and t.issue_id = iss.id ${shown(f)}`, page)}) t)`;
      return q.object(
        f,
        brief(room, [
          goals(f, open),
          line('ISSUE', 0, 1, 'iss.opened_at', 'iss.id', issue, ofIssue, openIssues),
          ...contacts(f, sql`from ${latest}`, spoken),
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
