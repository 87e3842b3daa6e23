import type pg from 'pg';

/** One piece of evidence: the profiles that it names, in the groups within which it still counts. */
interface Evidence {
  readonly named: Set<string>;
  groups: Set<string>[];
}

export interface ModelMerge {
  readonly id: string;
  readonly evidence: string;
  /** Those of the named who came with the absorbed customer. */
  readonly side: ReadonlySet<string>;
  isUndone: boolean;
}

/** What ingest stored of a touchpoint. */
export interface StoredTouchpoint {
  readonly evidence: string;
  readonly profile: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Identifiers that linked, as `type value`. */
  readonly linked: readonly string[];
}

/**
 * Identity as simply as it can be said: profiles, and evidence that names several of them. Customers are what hangs
 * together. To undo a merge splits the groups of its evidence; nothing else is ever changed. Of an identifier it is known
 * who was said to have it from when on: what was said last of an instant counts.
 */
export class HistoryModel {
  readonly profiles = new Set<string>();
  readonly merges: ModelMerge[] = [];
  /** Per identifier, who was said to have it, in the order in which it was said. */
  readonly owners = new Map<string, { readonly profile: string; readonly since: number }[]>();
  readonly #evidence = new Map<string, Evidence>();

  /** Customers as they are now: each profile with the smallest one that it hangs together with. */
  clusters(): Map<string, string> {
    const parent = new Map([...this.profiles].map((one) => [one, one]));
    const find = (one: string): string => {
      const up = parent.get(one) as string;
      return up === one ? one : find(up);
    };
    for (const { groups } of this.#evidence.values()) {
      for (const group of groups) {
        const [first, ...rest] = [...group].map(find) as [string, ...string[]];
        for (const one of rest) {
          const [low, high] = [find(first), find(one)].sort() as [string, string];
          parent.set(high, low);
        }
      }
    }
    return new Map([...this.profiles].map((one) => [one, find(one)]));
  }

  isOne(a: string, b: string): boolean {
    const clusters = this.clusters();
    return clusters.get(a) === clusters.get(b);
  }

  ownerAt(identifier: string, at: number): string {
    const said = this.owners.get(identifier) ?? [];
    return (said.findLast(({ since }) => since <= at) as { profile: string }).profile;
  }

  /** A person said whose an identifier is from an instant on. */
  give(identifier: string, profile: string, since: number): void {
    this.profiles.add(profile);
    this.owners.get(identifier)?.push({ profile, since });
  }

  /**
   * What ingest stored: touchpoints, and the merges that they made, in their order. A touchpoint names whoever had its
   * identifiers then. Who came with an absorbed customer is read from the customers as they were just before.
   * @returns touchpoints that went to none of those whom they name
   */
  record(
    stored: readonly StoredTouchpoint[],
    merges: readonly { id: string; evidence: string; survivor: string; absorbed: string }[],
  ): StoredTouchpoint[] {
    const touchpoints = stored.map(({ evidence, at, linked }) => ({
      evidence,
      named: [...new Set(linked.map((identifier) => this.ownerAt(identifier, at)))],
    }));
    for (const { named } of touchpoints) for (const one of named) this.profiles.add(one);
    const clusters = this.clusters();
    for (const { evidence, named } of touchpoints) {
      const known = this.#evidence.get(evidence);
      if (known || named.length < 2) continue;
      this.#evidence.set(evidence, { named: new Set(named), groups: [new Set(named)] });
    }
    for (const { id, evidence, survivor, absorbed } of merges) {
      const gone = clusters.get(absorbed);
      const named = this.#evidence.get(evidence)?.named ?? new Set<string>();
      const side = new Set([...named].filter((one) => clusters.get(one) === gone));
      this.merges.push({ id, evidence, side, isUndone: false });
      const stays = clusters.get(survivor) as string;
      for (const [one, cluster] of clusters) if (cluster === gone) clusters.set(one, stays);
    }
    return stored.filter(({ profile }, n) => !touchpoints[n]?.named.includes(profile));
  }

  /** A person joined two: one more piece of evidence. */
  merge(id: string, survivor: string, absorbed: string): void {
    const evidence = `merge ${id}`;
    this.#evidence.set(evidence, { named: new Set([survivor, absorbed]), groups: [new Set([survivor, absorbed])] });
    this.merges.push({ id, evidence, side: new Set([absorbed]), isUndone: false });
  }

  undo(merge: ModelMerge): void {
    this.#split(merge.evidence, merge.side);
    this.#settle();
    merge.isUndone = true;
  }

  /** All that joins these profiles with others of their customer is taken back. */
  part(side: ReadonlySet<string>): void {
    for (const evidence of this.#evidence.keys()) this.#split(evidence, side);
    this.#settle();
  }

  #split(name: string, side: ReadonlySet<string>): void {
    const evidence = this.#evidence.get(name);
    if (!evidence) return;
    evidence.groups = evidence.groups.flatMap((group) => {
      const [inside, outside] = [new Set<string>(), new Set<string>()];
      for (const one of group) (side.has(one) ? inside : outside).add(one);
      return [inside, outside].filter((part) => part.size > 0);
    });
  }

  /** A merge of which no group holds both sides together any more is undone. */
  #settle(): void {
    for (const merge of this.merges) {
      const groups = this.#evidence.get(merge.evidence)?.groups ?? [];
      const holds = groups.some((group) => {
        const inside = [...group].filter((one) => merge.side.has(one)).length;
        return inside > 0 && inside < group.size;
      });
      if (!holds) merge.isUndone = true;
    }
  }
}

/** Sorted groups: equal for equal partitions, whoever stands for each. */
export function partition(clusterOf: ReadonlyMap<string, string>): string[] {
  const groups = new Map<string, string[]>();
  for (const [one, cluster] of clusterOf) groups.set(cluster, [...(groups.get(cluster) ?? []), one]);
  return [...groups.values()].map((members) => members.sort().join(' ')).sort();
}

/** What is stored, read behind the scenes: the model is compared with it and learns from it who was named. */
export class StoredIdentity {
  #lastMerge = '0';
  readonly #seen = new Set<string>();

  constructor(
    private readonly owner: pg.Client,
    readonly workspace: number,
  ) {}

  private async rows<Row>(text: string, more: unknown[] = []): Promise<Row[]> {
    return (await this.owner.query(text, [this.workspace, ...more])).rows as Row[];
  }

  async clusters(): Promise<Map<string, string>> {
    const rows = await this.rows<{ id: string; root: string }>(
      'select id::text, canonical_id::text as root from profile where workspace_id = $1',
    );
    return new Map(rows.map(({ id, root }) => [id, root]));
  }

  /**
   * Tells the model what ingest stored since the last time, and who has identifiers that nobody had before.
   * @returns touchpoints that went to none of those whom they name
   */
  async learn(model: HistoryModel): Promise<StoredTouchpoint[]> {
    const touchpoints = await this.rows<StoredTouchpoint>(
      `select replace(t.id::text, '-', '') as evidence, t.profile_id::text as profile,
         extract(epoch from t.occurred_at)::float8 * 1000 as at, (
           select array_agg(s.seen ->> 'type' || ' ' || (s.seen ->> 'value'))
           from json_array_elements(t.identifiers_seen) s(seen)
           where s.seen ->> 'status' = 'LINKED'
         ) as linked
       from touchpoint t
       where t.workspace_id = $1 and replace(t.id::text, '-', '') <> all($2::text[])
       order by t.id`,
      [[...this.#seen]],
    );
    const owners = await this.rows<{ identifier: string; profile: string }>(
      `select type || ' ' || value as identifier, profile_id::text as profile from identifier where workspace_id = $1`,
    );
    for (const { identifier, profile } of owners) {
      if (!model.owners.has(identifier)) model.owners.set(identifier, [{ profile, since: Number.NEGATIVE_INFINITY }]);
    }
    const merges = await this.rows<{ id: string; evidence: string; survivor: string; absorbed: string }>(
      `select id::text, replace(touchpoint_id::text, '-', '') as evidence, survivor_id::text as survivor,
         absorbed_id::text as absorbed
       from merge where workspace_id = $1 and id > $2 and rule <> 'MANUAL' order by merge.id`,
      [this.#lastMerge],
    );
    for (const { evidence } of touchpoints) this.#seen.add(evidence);
    const last = merges.at(-1);
    if (last) this.#lastMerge = last.id;
    return model.record(touchpoints, merges);
  }

  async undoneMerges(): Promise<string[]> {
    const rows = await this.rows<{ id: string }>(
      'select id::text from merge where workspace_id = $1 and undone_at is not null order by merge.id',
    );
    return rows.map(({ id }) => id);
  }

  /** Pairs of profiles that must not be joined, and are. */
  async joinedAgainstWill(): Promise<unknown[]> {
    return this.rows(
      `select d.profile_a, d.profile_b from do_not_link d
       join profile a on a.workspace_id = $1 and a.id = d.profile_a
       join profile b on b.workspace_id = $1 and b.id = d.profile_b
       where d.workspace_id = $1 and a.canonical_id = b.canonical_id`,
    );
  }

  async isForbidden(a: string, b: string): Promise<boolean> {
    const rows = await this.rows(
      `select from do_not_link d
       join profile a on a.workspace_id = $1 and a.id = d.profile_a
       join profile b on b.workspace_id = $1 and b.id = d.profile_b
       join profile x on x.workspace_id = $1 and x.id = $2 and x.canonical_id = a.canonical_id
       join profile y on y.workspace_id = $1 and y.id = $3 and y.canonical_id = b.canonical_id
       where d.workspace_id = $1`,
      [a, b],
    );
    return rows.length > 0;
  }

  /** Says of every identifier that it is one person's: what many use is another test's matter. */
  async keepUnshared(): Promise<void> {
    await this.rows('update identifier set is_sharing_decided = true where workspace_id = $1');
  }

  /** True when an identifier is left aside because many use it: who it leads to is no matter of links any more. */
  async hasShared(): Promise<boolean> {
    const rows = await this.rows(
      'select from identifier where workspace_id = $1 and (is_shared or is_quarantined or detached_at is not null) limit 1',
    );
    return rows.length > 0;
  }

  /** Identifiers that some touchpoint had to leave out, or that changed hands: others than their owner used them too. */
  async leftOut(): Promise<Set<string>> {
    const rows = await this.rows<{ name: string }>(
      `select s.seen ->> 'type' || ' ' || (s.seen ->> 'value') as name
       from touchpoint t, json_array_elements(t.identifiers_seen) s(seen)
       where t.workspace_id = $1 and s.seen ->> 'status' = 'DEMOTED'
       union
       select type || ' ' || value from identifier_owner where workspace_id = $1`,
    );
    return new Set(rows.map(({ name }) => name));
  }

  async counts(): Promise<Record<string, number>> {
    const [row] = await this.rows<Record<string, number>>(
      `select (select count(*)::int from touchpoint where workspace_id = $1) as touchpoints,
         (select count(*)::int from identifier where workspace_id = $1) as identifiers,
         (select count(*)::int from issue where workspace_id = $1) as issues,
         (select count(*)::int from profile where workspace_id = $1) as profiles`,
    );
    return row as Record<string, number>;
  }
}
