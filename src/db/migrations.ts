import { ApiError } from '../wire/errors.ts'
import type { Db, Dialect, Sql } from './db.ts'
import { registryTables } from './registry-tables.ts'

/** The schema's steps, in order; a step that has been released is never changed. */
const MIGRATIONS: readonly ((dialect: Dialect) => string[])[] = [
  ({ type, clustered }) => [
    `create table experiments (
      id ${type.id},
      long_id text unique,
      name text not null unique,
      artifact_location text not null,
      lifecycle_stage text not null,
      creation_time bigint not null,
      last_update_time bigint not null
    )`,
    `create table experiment_tags (
      experiment bigint not null references experiments(id),
      key text not null,
      value text not null,
      primary key (experiment, key)
    )${clustered}`,
    `create table keys (
      id ${type.id},
      experiment bigint not null references experiments(id),
      kind text not null,
      name text not null,
      unique (experiment, kind, name)
    )`,
    `create index keys_by_name on keys (kind, name)`,
    `create table runs (
      id ${type.id},
      run_id text not null unique,
      experiment bigint not null references experiments(id),
      long_experiment_id text,
      name text not null,
      user_id text not null,
      status text not null,
      start_time bigint not null,
      end_time bigint,
      deleted_time bigint,
      artifact_uri text not null,
      lifecycle_stage text not null,
      updated_at bigint not null
    )`,
    `create index runs_by_start on runs (experiment, lifecycle_stage, start_time desc, run_id)`,
    `create index runs_by_update on runs (experiment, updated_at)`,
    ...['params', 'tags'].flatMap((table) => [
      `create table ${table} (
        run bigint not null references runs(id),
        key bigint not null references keys(id),
        value text not null,
        primary key (run, key)
      )${clustered}`,
      `create index ${table}_by_value on ${table} (key, substr(value, 1, 64), run)`,
    ]),
    `create table metric_series (
      run bigint not null references runs(id),
      key bigint not null references keys(id),
      last_step bigint not null,
      last_timestamp bigint not null,
      last_value ${type.double} not null,
      last_is_nan bigint not null,
      min ${type.double},
      max ${type.double},
      count bigint not null,
      unsealed bigint not null,
      primary key (run, key)
    )${clustered}`,
    `create index metric_series_by_value on metric_series (key, last_is_nan, last_value, run)`,
    `create table metric_tail (
      run bigint not null,
      key bigint not null,
      at bigint not null,
      points ${type.bytes} not null,
      primary key (run, key, at)
    )${clustered}`,
    `create table metric_chunks (
      id ${type.id},
      run bigint not null,
      key bigint not null,
      first_step bigint not null,
      last_step bigint not null,
      count bigint not null,
      points ${type.bytes} not null
    )`,
    `create index metric_chunks_by_series on metric_chunks (run, key, first_step)`,
    `create table datasets (
      id ${type.id},
      experiment bigint not null references experiments(id),
      name text not null,
      digest text not null,
      source_type text not null,
      source text not null,
      schema text,
      profile text,
      unique (experiment, name, digest)
    )`,
    `create table inputs (
      id ${type.id},
      run bigint not null references runs(id),
      dataset bigint not null references datasets(id),
      unique (run, dataset)
    )`,
    `create table input_tags (
      input bigint not null references inputs(id),
      name text not null,
      value text not null,
      primary key (input, name)
    )${clustered}`,
    `create table run_models (
      run bigint not null references runs(id),
      direction text not null,
      model_id text not null,
      step bigint not null,
      primary key (run, direction, model_id)
    )${clustered}`,
    `create table logged_models (
      id ${type.id},
      model_id text not null unique,
      experiment bigint not null references experiments(id),
      long_experiment_id text,
      name text not null,
      model_type text not null,
      source_run_id text not null,
      artifact_uri text not null,
      status text not null,
      lifecycle_stage text not null,
      creation_time bigint not null,
      last_update_time bigint not null
    )`,
    `create index logged_models_by_creation on logged_models (experiment, lifecycle_stage, creation_time desc, model_id)`,
    ...['logged_model_params', 'logged_model_tags'].map(
      (table) => `create table ${table} (
        model bigint not null references logged_models(id),
        key text not null,
        value text not null,
        primary key (model, key)
      )${clustered}`,
    ),
    `create table logged_model_metrics (
      model bigint not null references logged_models(id),
      key text not null,
      run bigint not null references runs(id),
      timestamp bigint not null,
      step bigint not null,
      value ${type.double} not null,
      is_nan bigint not null,
      dataset_name text not null,
      dataset_digest text not null,
      primary key (model, key, timestamp, step, run, value, is_nan, dataset_name, dataset_digest)
    )${clustered}`,
    `create table imported (
      source text not null,
      kind text not null,
      name text not null,
      mark text not null,
      primary key (source, kind, name)
    )${clustered}`,
  ],
  registryTables,
]

/**
 * Brings the schema up to date, under a lock: of several processes that start at once one does it.
 *
 * @throws ApiError `INVALID_STATE` for a database that a newer Millrace or MLflow made.
 */
export async function migrate(db: Db): Promise<void> {
  if ((await versionOf(db)) === MIGRATIONS.length) return
  await db.write(async (tx) => {
    await tx.all(db.dialect.lockSchema)
    const version = await versionOf(tx)
    if (version > MIGRATIONS.length)
      throw new ApiError(
        'INVALID_STATE',
        `The database was made by a newer Millrace (its schema is ${version}, this version knows ${MIGRATIONS.length}): upgrade Millrace`,
      )
    if (version === 0) {
      await refuseMlflow(tx)
      await tx.all('create table millrace_schema (version bigint not null)')
      await tx.all('insert into millrace_schema (version) values (0)')
    }
    for (const step of MIGRATIONS.slice(version)) for (const statement of step(db.dialect)) await tx.all(statement)
    await tx.all('update millrace_schema set version = ?', [MIGRATIONS.length])
  })
}

async function versionOf(db: Sql): Promise<number> {
  if (!(await db.get(db.dialect.hasTable, ['millrace_schema']))) return 0
  const row = await db.get<{ version: number }>('select version from millrace_schema')
  return row?.version ?? 0
}

async function refuseMlflow(db: Sql): Promise<void> {
  if (!(await db.get(db.dialect.hasTable, ['alembic_version']))) return
  throw new ApiError(
    'INVALID_STATE',
    'This is an MLflow database, and Millrace keeps a schema of its own. Start Millrace on another database, ' +
      'and copy the runs through both servers; docs/coming-from-mlflow.md says how',
  )
}
