const http = require('node:http');
const { Pool } = require('pg');
const { embed, gql, makeExtendSchemaPlugin } = require('graphile-utils');
const { makeJSONPgSmartTagsPlugin, postgraphile } = require('postgraphile');

/** Relations that the tables have without foreign keys. */
const related = (columns, to) => `(workspace_id, ${columns}) references public.${to}`;
const toProfile = related('profile_id', 'profile (workspace_id, id)');
const relations = {
  identifier: [toProfile],
  profile_activity: [toProfile],
  trait: [toProfile],
  issue: [toProfile],
  touchpoint: [toProfile],
  segment_member: [toProfile, related('segment_id', 'segment (workspace_id, id)')],
};

const smartTags = makeJSONPgSmartTagsPlugin({
  version: 1,
  config: {
    class: Object.fromEntries(
      Object.entries(relations).map(([table, foreignKey]) => [`public.${table}`, { tags: { foreignKey } }]),
    ),
  },
});

/** The figures of the last 30 days, as a field of our own inside its one statement: the service's SQL, for one profile. */
const metrics = makeExtendSchemaPlugin(({ pgSql: sql }) => ({
  typeDefs: gql`
    extend type Profile {
      metrics: JSON! @pgQuery(fragment: ${embed(
        (builder) => sql.fragment`(
          select json_build_object(
            'contacts7d', count(*) filter (where is_contact and occurred_at > now() - interval '7 days'),
            'contacts30d', count(*) filter (where is_contact),
            'channelsUsed30d', count(distinct channel) filter (where direction <> 2),
            'channelSwitches30d', count(*) filter (where direction <> 2 and channel <> channel_before),
            'repeatContacts30d', count(*) filter (
              where is_contact and direction = 0 and occurred_at - topic_before <= interval '7 days'),
            'averageWaitSeconds30d', round(avg(wait_seconds) filter (where is_contact), 1))
          from (
            select w.*, direction <> 2 and channel not in (3, 6) as is_contact,
              lag(channel) over (order by occurred_at, id) as channel_before,
              lag(occurred_at) over (
                partition by topic, direction = 0 and channel not in (3, 6) order by occurred_at, id) as topic_before
            from (
              select t.*
              from public.touchpoint t
              where t.workspace_id = ${builder.getTableAlias()}.workspace_id
                and t.profile_id = ${builder.getTableAlias()}.id
                and t.occurred_at > now() - interval '30 days' and t.occurred_at <= now()
              order by t.occurred_at desc, t.id desc
              limit 200
            ) w
          ) m)`,
      )})
    }
  `,
}));

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.POOL_SIZE) });

/** As its manual asks for production: no logging of queries, no watching, no console, no error details. */
const answer = postgraphile(pool, 'public', {
  appendPlugins: [smartTags, metrics],
  simpleCollections: 'omit',
  disableQueryLog: true,
  graphiql: false,
  watchPg: false,
  dynamicJson: true,
  ignoreRBAC: true,
  setofFunctionsContainNulls: false,
  legacyRelations: 'omit',
});

const server = http.createServer((request, response) => {
  if (request.url !== '/ready') return answer(request, response);
  answer.getGraphQLSchema().then(
    () => response.end('ready'),
    (error) => response.writeHead(500).end(String(error)),
  );
});

server.listen(Number(process.env.PORT), '127.0.0.1');
