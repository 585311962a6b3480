import type { Selectable } from 'kysely'
import type { Sql, Transaction } from '../db/db.ts'
import { inSlices } from '../db/slices.ts'
import type { Tables } from '../db/tables.ts'
import { notFound } from '../wire/errors.ts'
import type { KeyValue } from '../wire/experiments.ts'
import type { RegisteredModel } from '../wire/registered-models.ts'
import { latestVersions, toVersions } from './versions-store.ts'

export type ModelRow = Selectable<Tables['registered_models']>

/** @returns The new row, or nothing when the name is taken. */
export const insertModel = (
  tx: Transaction,
  row: Omit<ModelRow, 'id' | 'last_version'>,
): Promise<ModelRow | undefined> =>
  tx.kysely
    .insertInto('registered_models')
    .values({ ...row, last_version: 0 })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returningAll()
    .executeTakeFirst()

/** @throws ApiError `RESOURCE_DOES_NOT_EXIST` */
export async function getModel(sql: Sql, name: string): Promise<ModelRow> {
  const row = await sql.get<ModelRow>('select * from registered_models where name = ?', [name])
  if (!row) throw notFound('Registered model', name)
  return row
}

/**
 * Locks a model, its versions and aliases until the transaction ends, and marks it as changed now.
 *
 * @throws ApiError `RESOURCE_DOES_NOT_EXIST`
 */
export async function lockModel(tx: Transaction, name: string, now: number): Promise<ModelRow> {
  const row = await tx.get<ModelRow>('update registered_models set last_update_time = ? where name = ? returning *', [
    now,
    name,
  ])
  if (!row) throw notFound('Registered model', name)
  return row
}

export async function updateModel(
  tx: Transaction,
  id: number,
  change: Partial<Pick<ModelRow, 'name' | 'description' | 'deployment_job_id' | 'is_prompt' | 'last_version'>>,
): Promise<void> {
  if (Object.keys(change).length === 0) return
  await tx.kysely.updateTable('registered_models').set(change).where('id', '=', id).execute()
}

export async function deleteModel(tx: Transaction, id: number): Promise<void> {
  await tx.kysely.deleteFrom('registered_models').where('id', '=', id).execute()
}

export const findModelTag = async (sql: Sql, model: number, key: string): Promise<string | undefined> =>
  (
    await sql.get<{ value: string }>('select value from registered_model_tags where model = ? and key = ?', [
      model,
      key,
    ])
  )?.value

export async function setModelTags(tx: Transaction, model: number, tags: readonly KeyValue[]): Promise<void> {
  await tx.insertMany(
    'registered_model_tags',
    { model: 'bigint', key: 'text', value: 'text' },
    tags.map(({ key, value }) => [model, key, value]),
    '(model, key) do update set value = excluded.value',
  )
}

export async function deleteModelTag(tx: Transaction, model: number, key: string): Promise<void> {
  await tx.all('delete from registered_model_tags where model = ? and key = ?', [model, key])
}

export const findAlias = async (sql: Sql, model: number, alias: string): Promise<number | undefined> =>
  (
    await sql.get<{ version: number }>('select version from model_aliases where model = ? and alias = ?', [
      model,
      alias,
    ])
  )?.version

export async function setAlias(tx: Transaction, model: number, alias: string, version: number): Promise<void> {
  await tx.insertMany(
    'model_aliases',
    { model: 'bigint', alias: 'text', version: 'bigint' },
    [[model, alias, version]],
    '(model, alias) do update set version = excluded.version',
  )
}

export async function deleteAlias(tx: Transaction, model: number, alias: string): Promise<void> {
  await tx.all('delete from model_aliases where model = ? and alias = ?', [model, alias])
}

export const toModels = (sql: Sql, rows: readonly ModelRow[]): Promise<RegisteredModel[]> =>
  inSlices(rows, (slice) => joinModels(sql, slice))

async function joinModels(sql: Sql, rows: readonly ModelRow[]): Promise<RegisteredModel[]> {
  const ids = rows.map(({ id }) => id)
  if (ids.length === 0) return []
  const [tags, aliases, latest] = await Promise.all([
    sql.kysely.selectFrom('registered_model_tags').selectAll().where('model', 'in', ids).orderBy('key').execute(),
    sql.kysely.selectFrom('model_aliases').selectAll().where('model', 'in', ids).orderBy('alias').execute(),
    latestVersions(sql, ids),
  ])
  const tagsOf = Map.groupBy(tags, ({ model }) => model)
  const aliasesOf = Map.groupBy(aliases, ({ model }) => model)
  const versions = await toVersions(sql, latest)
  const latestOf = Map.groupBy(versions, ({ name }) => name)
  return rows.map((row) => ({
    name: row.name,
    creationTimestamp: row.creation_time,
    lastUpdatedTimestamp: row.last_update_time,
    ...(row.description && { description: row.description }),
    latestVersions: latestOf.get(row.name) ?? [],
    tags: (tagsOf.get(row.id) ?? []).map(({ key, value }) => ({ key, value })),
    aliases: (aliasesOf.get(row.id) ?? []).map(({ alias, version }) => ({ alias, version })),
    ...(row.deployment_job_id && { deploymentJobId: row.deployment_job_id }),
  }))
}
