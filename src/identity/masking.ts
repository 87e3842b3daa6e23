import { raw, type Sql, sql } from '../platform/sql.js';

/** Keys of traits that say who a person is, wherever they stand in the key. */
const personalKeys =
  'name|mail|phone|mobile|fax|address|street|city|town|zip|post_?code|postal|birth|dob|gender|ssn|passport|tax|iban|' +
  'account|card|ip$|^ip|avatar|photo|user|login|contact|social|twitter|facebook|instagram|linkedin';

/** An identifier's value with only its last two characters left. */
export function maskedValue(value: string): Sql {
  return raw(
    `case when length(${value}) > 6 then '****' || right(${value}, 2) when ${value} is not null then '****' end`,
  );
}

/** A name with only its first letter left. */
export function maskedName(name: string): Sql {
  return raw(`left(${name}, 1) || '****'`);
}

/** A trait (jsonb) of a key: numbers, flags and plain words stay, whatever may tell who it is does not. */
export function maskedTrait(key: string, value: string): Sql {
  return sql`case
    when jsonb_typeof(${raw(value)}) not in ('number', 'boolean', 'string', 'null')
      or ${raw(key)} ~* '${raw(personalKeys)}'
      or jsonb_typeof(${raw(value)}) = 'string' and ${raw(value)} #>> '{}' ~ '@|[0-9][0-9 ()./-]{5,}'
      then '"****"'::jsonb
    else ${raw(value)} end`;
}
