/** The columns of a touchpoint that a message can change, each with the type of its array. */
export const changeable = {
  occurred_at: 'timestamptz',
  ended_at: 'timestamptz',
  version: 'bigint',
  content_hash: 'bigint',
  duration_seconds: 'int',
  wait_seconds: 'int',
  hold_seconds: 'int',
  handle_seconds: 'int',
  sentiment: 'real',
  channel: 'smallint',
  direction: 'smallint',
  status: 'smallint',
  defaulted: 'smallint',
  is_abandoned: 'boolean',
  conversation_id: 'uuid',
  journey_id: 'uuid',
  issue_id: 'uuid',
  kind: 'text',
  topic: 'text',
  language: 'text',
  agent_id: 'text',
  queue: 'text',
  outcome: 'text',
  subject: 'text',
  summary: 'text',
  identifiers_seen: 'json',
  attributes: 'json',
} as const;

/** Those that the first message fixes for ever. */
export const fixed = {
  id: 'uuid',
  profile_id: 'bigint',
  sent_at: 'timestamptz',
  source: 'text',
  external_id: 'text',
} as const;

export type ChangeableColumn = keyof typeof changeable;
export type TouchpointColumn = ChangeableColumn | keyof typeof fixed;

export type ColumnType = (typeof changeable & typeof fixed)[TouchpointColumn];

export const columnTypes: Readonly<Record<TouchpointColumn, ColumnType>> = { ...fixed, ...changeable };

export const changeableColumns = Object.keys(changeable) as ChangeableColumn[];
export const touchpointColumns = [...Object.keys(fixed), ...changeableColumns] as TouchpointColumn[];

/** Every column that a touchpoint and its versions have alike. */
export const versionedColumns: readonly string[] = ['workspace_id', 'recorded_at', ...touchpointColumns];

/**
 * Keeps touchpoints as they are before a statement changes them, for reads as of an earlier time: a part of a `with`
 * clause whose rows `from` name those that change, by `id`.
 * @param workspace the parameter that holds the workspace
 */
export const keepVersions = (from: string, workspace: string): string => `
    insert into touchpoint_version (${versionedColumns.join(', ')}, since_at)
    select ${versionedColumns.map((column) => `t.${column}`).join(', ')}, coalesce((
      select max(v.replaced_at)
      from touchpoint_version v
      where v.workspace_id = ${workspace}::int and v.id = t.id), t.recorded_at)
    from ${from} k
    join touchpoint t on t.workspace_id = ${workspace}::int and t.id = k.id
    on conflict do nothing`;
