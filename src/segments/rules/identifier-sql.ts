import { nothing, raw, sql } from '../../platform/sql.js';
import { bind } from './bound-value.js';
import { enoughOf } from './bounds.js';
import type { IdentifierCondition, IdentifiersCondition } from './conditions.js';
import { between, type CompiledCondition, type Facts, words } from './facts.js';

export function identifierCondition(facts: Facts, condition: IdentifierCondition): CompiledCondition {
  const { identifier, verified, domain } = condition;
  const only =
    domain !== undefined
      ? sql`and right(i.value, length(${bind(domain)}::text) + 1) = '@' || ${bind(domain)}::text`
      : verified !== undefined
        ? raw('and i.verification >= 1')
        : nothing;
  const isThere = facts.fact(
    { identifier, domain, verified: verified !== undefined },
    () => sql`exists (
      select from unnest(c.members) m(id)
      cross join lateral (
        select from identifier i
        where i.workspace_id = ${facts.workspace}::int and i.profile_id = m.id and i.type = ${bind(identifier)}::text ${only}
        limit 1
      ) i)`,
  );
  const isWanted = condition.exists ?? verified ?? true;
  return { holds: isWanted ? isThere : sql`(not ${isThere})`, observed: isThere, due: null };
}

/** Walks `identifier_profile`. */
export function identifiersCondition(facts: Facts, condition: IdentifiersCondition): CompiledCondition {
  const { type, verified } = condition.identifiers;
  const enough = enoughOf(condition);
  const count = facts.fact({ identifiers: condition.identifiers, enough }, () => {
    const limit = sql`${bind(enough)}::int`;
    const proof = verified === undefined ? nothing : raw(`and i.verification ${verified ? '>= 1' : '= 0'}`);
    return sql`(
      select count(*)::int
      from (
        select
        from unnest(c.members) m(id)
        cross join lateral (
          select from identifier i
          where i.workspace_id = ${facts.workspace}::int and i.profile_id = m.id ${words('i.type', type)} ${proof}
          limit ${limit}
        ) i
        limit ${limit}
      ) n)`;
  });
  return { holds: between(count, condition), observed: count, due: null };
}
