import type { Selectable } from 'kysely'
import type { Sql, Transaction } from '../db/db.ts'
import { inSlices } from '../db/slices.ts'
import type { Tables } from '../db/tables.ts'
import { notFound } from '../wire/errors.ts'
import type { KeyValue } from '../wire/experiments.ts'
import type { LoggedModel, LoggedModelStatus } from '../wire/logged-models.ts'
import { modelMetricsOf } from './model-metrics-store.ts'

const VERSIONS = 'mlflow.modelVersions'

export type LoggedModelRow = Selectable<Tables['logged_models']>

export async function insertLoggedModel(tx: Transaction, row: Omit<LoggedModelRow, 'id'>): Promise<LoggedModelRow> {
  return await tx.kysely.insertInto('logged_models').values(row).returningAll().executeTakeFirstOrThrow()
}

/** @throws ApiError `RESOURCE_DOES_NOT_EXIST`, also for one that has been deleted unless `allowDeleted`. */
export async function getLoggedModel(sql: Sql, modelId: string, allowDeleted = false): Promise<LoggedModelRow> {
  const row = await sql.kysely
    .selectFrom('logged_models')
    .selectAll()
    .where('model_id', '=', modelId)
    .executeTakeFirst()
  if (!row || (row.lifecycle_stage === 'deleted' && !allowDeleted)) throw notFound('Logged model', modelId)
  return row
}

export async function updateLoggedModel(
  tx: Transaction,
  id: number,
  change: Partial<Pick<LoggedModelRow, 'status' | 'lifecycle_stage'>>,
  now: number,
): Promise<void> {
  await tx.kysely
    .updateTable('logged_models')
    .set({ ...change, last_update_time: now })
    .where('id', '=', id)
    .execute()
}

export async function setModelPairs(
  tx: Transaction,
  table: 'logged_model_params' | 'logged_model_tags',
  model: number,
  pairs: readonly KeyValue[],
): Promise<void> {
  await tx.insertMany(
    table,
    { model: 'bigint', key: 'text', value: 'text' },
    [...new Map(pairs.map((pair) => [pair.key, pair])).values()].map(({ key, value }) => [model, key, value]),
    '(model, key) do update set value = excluded.value',
  )
}

/** Notes with a model that a version of a registered model was made of it, where MLflow's pages look for it. */
export async function addVersionOf(tx: Transaction, modelId: string, name: string, version: number): Promise<void> {
  const { id } = await getLoggedModel(tx, modelId)
  const [tag] = await tx.kysely
    .selectFrom('logged_model_tags')
    .select('value')
    .where('model', '=', id)
    .where('key', '=', VERSIONS)
    .execute()
  const before = JSON.parse(tag?.value ?? '[]') as object[]
  await setModelPairs(tx, 'logged_model_tags', id, [
    { key: VERSIONS, value: JSON.stringify([...before, { name, version }]) },
  ])
}

/** @returns Whether the tag was there. */
export async function deleteModelTag(tx: Transaction, model: number, key: string): Promise<boolean> {
  const { numDeletedRows } = await tx.kysely
    .deleteFrom('logged_model_tags')
    .where('model', '=', model)
    .where('key', '=', key)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}

export const toLoggedModels = (sql: Sql, rows: readonly LoggedModelRow[]): Promise<LoggedModel[]> =>
  inSlices(rows, (slice) => joinLoggedModels(sql, slice))

async function joinLoggedModels(sql: Sql, rows: readonly LoggedModelRow[]): Promise<LoggedModel[]> {
  const ids = rows.map(({ id }) => id)
  const [tags, params, metrics] = await Promise.all([
    pairsOf(sql, 'logged_model_tags', ids),
    pairsOf(sql, 'logged_model_params', ids),
    modelMetricsOf(sql, ids),
  ])
  return rows.map((row) => ({
    info: {
      modelId: row.model_id,
      experimentId: row.long_experiment_id ?? String(row.experiment),
      name: row.name,
      creationTimestampMs: row.creation_time,
      lastUpdatedTimestampMs: row.last_update_time,
      artifactUri: row.artifact_uri,
      status: row.status as LoggedModelStatus,
      modelType: row.model_type,
      sourceRunId: row.source_run_id,
      tags: tags(row.id),
    },
    data: { params: params(row.id), metrics: metrics.get(row.id) ?? [] },
  }))
}

async function pairsOf(
  sql: Sql,
  table: 'logged_model_params' | 'logged_model_tags',
  models: readonly number[],
): Promise<(model: number) => KeyValue[]> {
  const rows = await sql.kysely.selectFrom(table).selectAll().where('model', 'in', models).orderBy('key').execute()
  const byModel = Map.groupBy(rows, ({ model }) => model)
  return (model) => (byModel.get(model) ?? []).map(({ key, value }) => ({ key, value }))
}
