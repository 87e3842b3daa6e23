import { raw, type Sql, sql } from '../../platform/sql.js';
import type { Facts } from './facts.js';

/** What is known of a customer’s memberships beside the rules: what hands decided, and what time ended. */
export class Standing {
  constructor(private readonly facts: Facts) {}

  /** Whether a member by the rule may be one still, or become one. */
  mayStand(segment: Sql): Sql {
    return sql`(${segment} = any(${this.standing()}) or ${segment} <> all(${this.lapsed()}))`;
  }

  isIncluded(segment: Sql): Sql {
    return sql`(${segment} = any(${this.decided(false)}))`;
  }

  isExcluded(segment: Sql): Sql {
    return sql`(${segment} = any(${this.decided(true)}))`;
  }

  /** Memberships whose time is over, until the rule has once not held. */
  lapsed(): Sql {
    const isLapsed = sql`(m.is_lapsed or (m.until_at is null and m.expires_at <= ${this.facts.now()}))`;
    return this.facts.fact('lapsed', () => sql`array(select m.segment_id ${this.memberships(isLapsed)})`);
  }

  /** The next instant at which a membership runs out, or a decision. */
  nextEnd(): Sql {
    const now = this.facts.now();
    return this.facts.fact(
      'next end',
      () => sql`least(
      (select min(m.expires_at) ${this.memberships(sql`m.until_at is null and m.expires_at > ${now}`)}),
      (select min(d.expires_at) ${this.decisions(sql`d.expires_at > ${now}`)}))`,
    );
  }

  private standing(): Sql {
    const isStanding = sql`m.until_at is null and (m.expires_at is null or m.expires_at > ${this.facts.now()})`;
    return this.facts.fact('standing', () => sql`array(select m.segment_id ${this.memberships(isStanding)})`);
  }

  /** Segments by their newest decision that has not run out. */
  private decided(isExclusion: boolean): Sql {
    return this.facts.fact(
      { decided: isExclusion },
      () => sql`array(
      select d.segment_id
      from (
        select distinct on (d.segment_id) d.segment_id, d.is_exclusion
        ${this.decisions(sql`(d.expires_at is null or d.expires_at > ${this.facts.now()})`)}
        order by d.segment_id, d.decided_at desc, d.id desc
      ) d
      where ${raw(isExclusion ? '' : 'not ')}d.is_exclusion)`,
    );
  }

  /** By primary key, all that the customer ever had: few. */
  private memberships(only: Sql): Sql {
    return sql`
      from unnest(c.members) o(id)
      join segment_member m on m.workspace_id = ${this.facts.workspace}::int and m.profile_id = o.id
      where ${only}`;
  }

  /** By `segment_decision_present`. */
  private decisions(only: Sql): Sql {
    return sql`
      from unnest(c.members) o(id)
      join segment_decision d on d.workspace_id = ${this.facts.workspace}::int and d.profile_id = o.id
        and d.ended_at is null
      where ${only}`;
  }
}
