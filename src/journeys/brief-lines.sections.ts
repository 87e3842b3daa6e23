import type { Field } from '../platform/composer.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { join, type Request, raw, Sql, sql } from '../platform/sql.js';

const lineCharactersMax = 300;
/** A line is never shorter, its end included: what its time, channel, direction and kind take at least. */
const lineCharactersMin = 32;

function charactersMax(value: number, _request: Request, path: string): number {
  const { briefCharactersMin: min, briefCharactersMax: max } = limits;
  if (value >= min && value <= max) return value;
  throw new Refusal('OUT_OF_RANGE', `${path} takes ${min} to ${max}.`, { field: path, limit: value < min ? min : max });
}

export const minute = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI')`;

/** So many touchpoints come before what is older, whatever that is. */
const newestMax = 12;

/** The rank of a line of touchpoint `t`: one for the newest, another for what is older. */
export const byAge = (newest: number, older: number) => sql`case
      when row_number() over (order by t.occurred_at desc, t.id desc) <= ${raw(String(newestMax))} then ${raw(String(newest))}
      else ${raw(String(older))} end`;

/** One line: `rank` says what is left out last, `place` where it stands; both then newest first. */
export function line(
  kind: string,
  rank: number | Sql,
  place: number,
  at: string,
  id: string,
  text: Sql,
  ids: Sql,
  from: Sql,
): Sql {
  return sql`select '${raw(kind)}' as kind, ${rank instanceof Sql ? rank : raw(String(rank))} as rank, ${raw(String(place))} as place,
    ${raw(at)} as at, ${raw(id)} as id, ${text} as text, ${ids} as ids
  ${from}`;
}

/** How much a brief may say. */
export interface Room {
  readonly size: Sql;
  /** The newest touchpoints, as many as are sure to fill it: what is older can change nothing. */
  readonly newest: Sql;
  /** So many of anything that has a line. */
  readonly limit: Sql;
}

export function roomOf(f: Field): Room {
  const size = sql`${f.arg('maxChars', charactersMax)}::int`;
  const limit = sql`limit ${size} / ${raw(String(lineCharactersMin))} + 1`;
  return { size, limit, newest: sql`${newestFirst}\n${limit}` };
}

export const newestFirst = raw('order by t.occurred_at desc, t.id desc');

/**
 * The row `br` of a brief from its lines: as many as fit, in the order of their ranks; a text that is too long is cut.
 * All of it comes from the one statement, so a brief costs no question of its own.
 */
export function brief({ size }: Room, lines: readonly Sql[]): Sql {
  return sql`from (
  select coalesce(string_agg(k.text, e'\n' order by k.place, k.at desc, k.id desc) filter (where k.used <= ${size}), '') as text,
    coalesce(json_agg(json_build_object('kind', k.kind, 'text', k.text, 'ids', k.ids) order by k.place, k.at desc, k.id desc)
      filter (where k.used <= ${size}), '[]') as lines,
    coalesce(bool_and(k.used <= ${size}), true) as is_complete
  from (
    select l.kind, l.place, l.at, l.id, l.text, l.ids,
      sum(length(l.text) + 1) over (order by l.rank, l.at desc, l.id desc, l.place) as used
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
