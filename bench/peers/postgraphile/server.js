const http = require('node:http');
const { Pool } = require('pg');
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

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.POOL_SIZE) });

/** As its manual asks for production: no logging of queries, no watching, no console, no error details. */
const answer = postgraphile(pool, 'public', {
  appendPlugins: [smartTags],
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
