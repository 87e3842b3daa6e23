import type { DataSize, Step } from './data.js';

/** Share of a cluster's first members that have one, two or three absorbed profiles: 12 % of all are absorbed. */
const clusters = { four: 0.04, three: 0.12, two: 0.32 };
const sigma = 0.98;

const channel = (r: string) => `case when ${r} < 0.30 then 3 when ${r} < 0.50 then 0 when ${r} < 0.65 then 1
  when ${r} < 0.80 then 2 when ${r} < 0.88 then 5 when ${r} < 0.93 then 4 when ${r} < 0.98 then 6 else 7 end`;
const source = `('{twilio,intercom,zendesk,segment,social-hub,twilio,segment,till}'::text[])[channel + 1]`;

/**
 * The plan: one row per profile with its customer and the number of its touchpoints. Log-normal (median 13, 99th
 * percentile 127 at 20 a profile) with a heavy tail and the special customers that single benchmarks need.
 */
export function planSteps(size: DataSize, workspaces: readonly [number, number], seed: number): Step[] {
  const profiles = Math.ceil(size.customers / 0.88 / 4) * 4;
  const whale = Math.max(5_000, Math.floor(size.touchpoints / 10));
  const longs = Math.max(8, Math.floor(size.customers / 5_000));
  const groups = size.customers >= 50_000 ? 10 : 3;
  const heavy = size.customers >= 50_000 ? 12 : 1;
  const special = whale + longs * 600 + groups * 1_000 + heavy * 4_500;
  const mean = Math.max(2, (size.touchpoints - special) / (profiles * 1.1));
  const mu = Math.log(mean) - sigma ** 2 / 2;
  const first = 1_000_000;
  const regular = (workspace: number, count: number, offset: number) => `
    insert into bench.profile
    select ${offset} + m * ${count / 4} + b, ${first + offset} + m * ${count / 4} + b,
           case when m > 0 and m < size then ${first + offset} + b else ${first + offset} + m * ${count / 4} + b end,
           ${workspace}, 'regular',
           greatest(1, round(exp(${mu} + ${sigma} * sqrt(-2 * ln(1 - bench.u(o, 1))) * cos(2 * pi() * bench.u(o, 2)))))
    from generate_series(0, ${count / 4 - 1}) b
    cross join lateral (select bench.u(${offset} + b, 3) as r offset 0) x
    cross join lateral (select case when r < ${clusters.four} then 4 when r < ${clusters.three} then 3
                                    when r < ${clusters.two} then 2 else 1 end as size) y
    cross join generate_series(0, 3) m
    cross join lateral (select ${offset} + m * ${count / 4} + b as o offset 0) z`;
  const small = Math.ceil(profiles / 40) * 4;
  const at = profiles + small;
  const singles = (kind: string, offset: number, count: number, touchpoints: string) => `
    insert into bench.profile
    select ${at + offset} + n, ${first + at + offset} + n, ${first + at + offset} + n, ${workspaces[0]}, '${kind}', ${touchpoints}
    from generate_series(0, ${count - 1}) n`;
  return [
    {
      title: 'plan',
      sql: `
    drop schema if exists bench cascade;
    create schema bench;
    create table bench.meta (customers int, touchpoints bigint, ends_at timestamptz, finished_at timestamptz);
    insert into bench.meta values (${size.customers}, ${size.touchpoints}, date_trunc('hour', now()) - interval '1 hour');
    create function bench.u(n bigint, salt int) returns float8 immutable parallel safe language sql as
      $$ select ((hashint8extended(n, salt + ${seed}) >> 11) & 9007199254740991)::float8 / 9007199254740992 $$;
    create function bench.key(workspace int, source text, external_id text) returns uuid stable parallel safe language sql as
      $$ select substr(encode(sha256(convert_to(length(workspace::text) || ':' || workspace || length(source) || ':' || source
                || length(external_id) || ':' || external_id, 'UTF8')), 'hex'), 1, 32)::uuid $$;
    create function bench.version(at timestamptz, seconds int) returns bigint stable parallel safe language sql as
      $$ select floor(extract(epoch from at) * 1000)::bigint * 4 + seconds * 4000 + 2 $$;
    create function bench.phone(n bigint) returns text immutable parallel safe language sql as
      $$ select '+1' || ('{212,305,312,323,404,415,503,512,602,617,646,702,713,718,773,786,818,832,917,949}'::text[])[1 + (n % 20)::int]
                || 2000000 + n / 20 * 7 $$;
    create unlogged table bench.profile (n bigint, id bigint, canonical_id bigint, workspace_id int, kind text, touchpoints int);
    create function bench.has_phone(p bench.profile) returns boolean stable parallel safe language sql as
      $$ select case when p.kind = 'regular' then bench.u(p.n, 24) < 0.8 else p.id = p.canonical_id end $$`,
    },
    { title: 'profiles to read', sql: regular(workspaces[0], profiles, 0) },
    { title: 'profiles to write to', sql: regular(workspaces[1], small, profiles) },
    { title: 'whale', sql: singles('whale', 0, 1, String(whale)) },
    { title: 'fifty', sql: singles('fifty', 10, 8, '50') },
    { title: 'single500', sql: singles('single500', 20, groups, '500') },
    { title: 'heavy', sql: singles('regular', 50, heavy, '2000 + 20 * n * n + 100 * n') },
    { title: 'long', sql: singles('long', 1_000, longs, '520 + n % 160') },
    { title: 'cluster20', sql: singles('cluster20', 500, groups * 20, '25') },
    {
      title: 'clusters of 20',
      sql: `update bench.profile set canonical_id = id - (n - ${at + 500}) % 20 where kind = 'cluster20'`,
    },
    { title: 'plan analyzed', sql: 'analyze bench.profile' },
  ];
}

/**
 * The touchpoints, stored in the order in which they happened, as they would have arrived: a customer's history is
 * spread over the whole table. They come in groups of three, minutes apart, on one channel.
 */
export function touchpointSteps(): Step[] {
  return [
    {
      title: 'touchpoints in order',
      sql: `
    create unlogged table bench.moment as
    select p.n, p.id, p.workspace_id, bench.has_phone(p) as has_phone, k, occurred_at
    from bench.profile p
    cross join (select ends_at from bench.meta) m
    cross join lateral generate_series(0, p.touchpoints - 1) k
    cross join lateral (
      select m.ends_at - interval '730 days' * power(bench.u(p.n * 1000003 + k / 3, 11), 1.2)
             + (k % 3) * (interval '20 seconds' + interval '9 minutes' * bench.u(p.n * 1000003 + k, 12)) as occurred_at) t
    order by occurred_at`,
    },
    {
      title: 'touchpoints',
      sql: `
    insert into touchpoint (occurred_at, recorded_at, ended_at, profile_id, version, content_hash, workspace_id,
      duration_seconds, wait_seconds, hold_seconds, handle_seconds, sentiment, channel, direction, status, is_abandoned,
      id, conversation_id, issue_id, kind, source, external_id, topic, language, agent_id, queue, outcome, subject,
      summary, identifiers_seen, attributes)
    select s.occurred_at, s.occurred_at + interval '2 seconds' + interval '1 minute' * bench.u(h, 41),
      case when spoken then s.occurred_at + make_interval(secs => seconds + waited) end,
      s.id, bench.version(s.occurred_at, case when spoken then seconds + waited else 0 end), h, s.workspace_id,
      case when spoken then seconds end, case when spoken then waited end,
      case when channel = 0 then waited / 3 end, case when spoken then seconds + 45 end,
      case when spoken then (round((bench.u(h, 42) * 1.8 - 0.9)::numeric, 2))::real end,
      channel, case when channel in (2, 5) and h & 3 = 0 then 1 when channel = 0 and h & 15 = 0 then 1 else 0 end,
      case when channel = 0 and h & 31 = 1 then 3 else 2 end, case when channel = 0 then h & 31 = 1 end,
      bench.key(s.workspace_id, source, external_id),
      case when channel in (1, 2, 4, 5) then bench.key(s.workspace_id, source, 'thread-' || s.n || '-' || s.k / 3) end,
      case when s.k < 3 and bench.u(s.n, 31) < 0.5 then bench.key(s.workspace_id, 'helpdesk', 'CASE-' || s.n) end,
      ('{{call.completed,call.voicemail},{chat.message,chat.ended},{email.received,email.sent},{page.viewed,product.viewed},{post.mentioned,message.received},{sms.received,sms.sent},{screen.viewed,app.opened},{store.visited,order.collected}}'::text[])[channel + 1][1 + (h >> 5 & 1)::int],
      source, external_id,
      case when channel not in (3, 6) then topic end,
      ('{en,en,en,de,es,fr}'::text[])[1 + (s.n % 6)::int],
      case when spoken then 'agent-' || (h >> 9 & 255) end,
      case when spoken then ('{billing,support,sales,retention}'::text[])[1 + (h >> 17 & 3)::int] end,
      case when spoken then ('{resolved,resolved,follow-up,escalated}'::text[])[1 + (h >> 19 & 3)::int] end,
      case when channel in (3, 6) then '/' || topic || '/' || (h >> 23 & 1023)
           else 'Question about ' || topic || ' for order ' || (h >> 23 & 1048575) end,
      case when spoken or channel = 2 then 'The customer asked about ' || topic || ' and was told what happens next; reference ' || (h >> 30 & 16777215) || '.' end,
      json_build_array(json_build_object('type', case when has_phone then 'phone' else 'anonymous_id' end,
        'value', case when has_phone then bench.phone(s.n) else md5('cookie' || s.n) end, 'status', 'LINKED', 'reason', null)),
      json_build_object('device', ('{mobile,desktop,tablet,kiosk}'::text[])[1 + (h >> 21 & 3)::int], 'campaign', 'spring-' || (h >> 33 & 63),
        'orderId', 'O-' || (h >> 23 & 1048575), 'value', (h >> 40 & 8191), 'reference', md5(h::text))
    from bench.moment s
    cross join lateral (select bench.u(s.n * 1000003 + s.k / 3, 13) as r, hashint8extended(s.n * 1000003 + s.k, 14) as h offset 0) a
    cross join lateral (
      select ${channel('r')} as channel, abs(h >> 1 & 1023)::int + 20 as seconds, (h >> 11 & 255)::int as waited,
        ('{billing,delivery,returns,technical,account,cancellation,pricing,warranty}'::text[])[1 + (h >> 44 & 7)::int] as topic,
        md5(s.n || ':' || s.k) as external_id offset 0) b
    cross join lateral (
      select channel < 2 as spoken,
        ${source} as source offset 0) c`,
    },
    {
      title: 'activity',
      sql: `
    insert into profile_activity (first_at, last_at, profile_id, workspace_id, touchpoints, sources, shown_touchpoints,
      shown_first_at, shown_last_at)
    select min(occurred_at), max(occurred_at), profile_id, workspace_id, count(*), array_agg(distinct source),
      count(*) filter (where direction <> 2), min(occurred_at) filter (where direction <> 2),
      max(occurred_at) filter (where direction <> 2)
    from touchpoint
    group by workspace_id, profile_id
    order by 4, 3`,
    },
    {
      title: 'conversations',
      sql: `
    insert into conversation (first_at, last_at, profile_id, workspace_id, touchpoints, id, source, external_id)
    select first_at, last_at, profile_id, workspace_id, touchpoints, bench.key(workspace_id, source, thread), source, thread
    from (
      select min(occurred_at) as first_at, max(occurred_at) as last_at, id as profile_id, workspace_id,
             count(*) as touchpoints, 'thread-' || n || '-' || k / 3 as thread,
             ${channel('bench.u(n * 1000003 + k / 3, 13)')} as channel
      from bench.moment
      group by n, id, workspace_id, k / 3) g
    cross join lateral (select ${source} as source) s
    where channel in (1, 2, 4, 5)
    order by workspace_id, profile_id`,
    },
  ];
}
