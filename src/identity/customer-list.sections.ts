import type { Composer, Field, Shapes } from '../platform/composer.js';
import { connection } from '../platform/connection.js';
import { limits } from '../platform/limits.js';
import { type Bound, Fact, nothing, type Request, raw, type Sql, sql, workspace } from '../platform/sql.js';
import { plainText } from '../platform/text-argument.js';
import type { CustomerFilter } from './customer.types.js';
import { everyCustomer, theseCustomers } from './customer-row.sections.js';
import { formsOf, type IdentifierTypes, type IdentityRules } from './identifier-types.js';
import { storedForms } from './named-identifier.js';
import { wordsOf } from './search-words.js';

/** Query.customers: pages in the order of ids, so that a list can be walked while customers are added. */
export function customerListShapes(q: Composer, types: IdentifierTypes): Shapes {
  const rules = new Fact((asker) => types.of(asker.workspace));
  return {
    Query: {
      customers: (f) =>
        connection(q, f, {
          row: 'c',
          id: 'id',
          idType: 'bigint',
          rows: (page) => sql`
select c.id, c.members
${customers(q, f, rules)}
where true ${filteredCustomers(f)} ${page}`,
        }),
    },
  };
}

/** Row `c` of the customers that what is asked for leads to most shortly: a search, a segment, or all there are. */
function customers(q: Composer, f: Field, rules: Fact<IdentityRules>): Sql {
  const segment = f.has('segment') ? q.narrowing(f, 'segment') : null;
  if (f.has('search')) {
    return sql`from (select c.* ${theseCustomers(found(f, rules))}\nwhere true ${segment?.condition(f) ?? nothing}) c`;
  }
  return segment ? theseCustomers(segment.ids(f)) : everyCustomer;
}

const longest = String.fromCodePoint(0x10ffff);

/**
 * Customers with every word of the search (the last as the beginning of a word), or with the text as an identifier.
 * Walks `search_word_pkey` by ranges, which row-level security does not forbid, and `identifier_pkey`.
 */
function found(f: Field, rules: Fact<IdentityRules>): Sql {
  const rulesOf = f.needs(rules);
  const text = plainText(limits.shortTextCharactersMax);
  const words = (value: string, request: Request, path: string) => wordsOf(text(value, request, path));
  const ends = (value: string, request: Request, path: string) => {
    const all = words(value, request, path);
    return all.map((word, i) => word + (i === all.length - 1 ? longest : ' '));
  };
  // As an identifier the text is tried in each type, in each form in which it may be stored.
  const identifiers = (part: 'type' | 'value') => (value: string, request: Request, path: string) => {
    const rules = rulesOf(request);
    const whole = text(value, request, path);
    return [...rules.types.values()].flatMap((type) => {
      const forms = formsOf(rules, type, whole, null);
      return 'value' in forms ? storedForms(forms).map((form) => (part === 'type' ? type.name : form)) : [];
    });
  };
  return sql`
  select w.id
  from (
    select s.id, count(distinct s.n) as words
    from (
      select s.n, ${customer('h.profile_id')} as id
      from unnest(${f.arg('search', words)}::text[], ${f.arg('search', ends)}::text[]) with ordinality s(low, high, n)
      join search_word h on h.workspace_id = ${workspace}::int and h.word >= s.low collate "C" and h.word < s.high collate "C"
    ) s
    group by s.id
  ) w
  where w.words = cardinality(${f.arg('search', words)}::text[])
  union
  select ${customer('i.profile_id')}
  from unnest(${f.arg('search', identifiers('type'))}::text[], ${f.arg('search', identifiers('value'))}::text[]) s(type, value)
  join identifier i on i.workspace_id = ${workspace}::int and i.type = s.type and i.value = s.value
  where i.profile_id is not null`;
}

/** Probed per hit: a join would make the planner read all profiles. */
function customer(profile: string): Sql {
  return sql`(
select b.canonical_id from profile b where b.workspace_id = ${workspace}::int and b.id = ${raw(profile)})`;
}

/** The filter of a list of customers: conditions over row `c`, each reading what the customer's profiles add up to. */
export function filteredCustomers(f: Field): Sql {
  if (!f.has('filter')) return nothing;
  const known = new Map<keyof CustomerFilter, Bound>();
  const text = plainText(limits.shortTextCharactersMax);
  const part = (name: keyof CustomerFilter) => {
    const bound =
      known.get(name) ??
      f.arg<CustomerFilter>('filter', (filter, request, path) => {
        const value = filter[name];
        return value == null ? null : text(value, request, `${path}.${name}`);
      });
    known.set(name, bound);
    return bound;
  };
  const within = (value: Sql, from: keyof CustomerFilter, to: keyof CustomerFilter) => sql`
and (${part(from)}::timestamptz is null and ${part(to)}::timestamptz is null
  or ${value} >= coalesce(${part(from)}::timestamptz, '-infinity') and ${value} < coalesce(${part(to)}::timestamptz, 'infinity'))`;
  const created = sql`(
    select min(b.created_at) from unnest(c.members) m(id)
    join profile b on b.workspace_id = ${workspace}::int and b.id = m.id)`;
  const lastSeen = sql`(
    select max(a.last_at) from unnest(c.members) m(id)
    join profile_activity a on a.workspace_id = ${workspace}::int and a.profile_id = m.id)`;
  return sql`${within(created, 'createdFrom', 'createdTo')}${within(lastSeen, 'lastSeenFrom', 'lastSeenTo')}
and (${part('hasIdentifierType')}::text is null or exists (
  select from unnest(c.members) m(id)
  join identifier i on i.workspace_id = ${workspace}::int and i.profile_id = m.id
  where i.type = ${part('hasIdentifierType')}::text))`;
}
