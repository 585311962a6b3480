import type { Selectable } from 'kysely'
import type { Sql, Transaction } from '../db/db.ts'
import { inSlices } from '../db/slices.ts'
import type { Tables } from '../db/tables.ts'
import { notFound } from '../wire/errors.ts'
import type { KeyValue } from '../wire/experiments.ts'
import type { ModelVersion } from '../wire/model-versions.ts'

/** A version beside the name of its model. */
export type VersionRow = Selectable<Tables['model_versions']> & { readonly name: string }

const SELECT = 'select v.*, m.name from model_versions v join registered_models m on m.id = v.model'

export async function insertVersion(tx: Transaction, row: Selectable<Tables['model_versions']>): Promise<void> {
  await tx.kysely.insertInto('model_versions').values(row).execute()
}

/** @throws ApiError `RESOURCE_DOES_NOT_EXIST` */
export async function getVersion(sql: Sql, name: string, version: number): Promise<VersionRow> {
  const row = await sql.get<VersionRow>(`${SELECT} where m.name = ? and v.version = ?`, [name, version])
  if (!row) throw notFound('Model version', `${name}/${version}`)
  return row
}

/** The version with the highest number, whatever its stage. */
export const highestVersion = (sql: Sql, model: number): Promise<VersionRow | undefined> =>
  sql.get<VersionRow>(`${SELECT} where v.model = ? order by v.version desc limit 1`, [model])

/** The highest version in each stage that has one, of each model. */
export async function latestVersions(sql: Sql, models: readonly number[]): Promise<VersionRow[]> {
  return await sql.all<VersionRow>(
    `${SELECT}
     where v.model in (${models.map(() => '?')}) and v.version =
       (select max(n.version) from model_versions n where n.model = v.model and n.stage = v.stage)
     order by v.model, v.stage`,
    [...models],
  )
}

export const versionsInStage = (sql: Sql, model: number, stage: string): Promise<{ version: number }[]> =>
  sql.all('select version from model_versions where model = ? and stage = ? order by version', [model, stage])

export async function updateVersion(
  tx: Transaction,
  { model, version }: Pick<VersionRow, 'model' | 'version'>,
  change: Partial<Pick<VersionRow, 'stage' | 'description'>>,
  now: number,
): Promise<void> {
  await tx.kysely
    .updateTable('model_versions')
    .set({ ...change, last_update_time: now })
    .where('model', '=', model)
    .where('version', '=', version)
    .execute()
}

export async function touchVersions(tx: Transaction, model: number, now: number): Promise<void> {
  await tx.all('update model_versions set last_update_time = ? where model = ?', [now, model])
}

export async function deleteVersion(
  tx: Transaction,
  { model, version }: Pick<VersionRow, 'model' | 'version'>,
): Promise<void> {
  await tx.all('delete from model_versions where model = ? and version = ?', [model, version])
}

export const aliasesOf = (sql: Sql, { model, version }: Pick<VersionRow, 'model' | 'version'>): Promise<string[]> =>
  sql
    .all<{ alias: string }>('select alias from model_aliases where model = ? and version = ? order by alias', [
      model,
      version,
    ])
    .then((rows) => rows.map(({ alias }) => alias))

export const findVersionTag = async (
  sql: Sql,
  { model, version }: Pick<VersionRow, 'model' | 'version'>,
  key: string,
): Promise<string | undefined> =>
  (
    await sql.get<{ value: string }>(
      'select value from model_version_tags where model = ? and version = ? and key = ?',
      [model, version, key],
    )
  )?.value

export async function setVersionTags(
  tx: Transaction,
  { model, version }: Pick<VersionRow, 'model' | 'version'>,
  tags: readonly KeyValue[],
): Promise<void> {
  await tx.insertMany(
    'model_version_tags',
    { model: 'bigint', version: 'bigint', key: 'text', value: 'text' },
    tags.map(({ key, value }) => [model, version, key, value]),
    '(model, version, key) do update set value = excluded.value',
  )
}

export async function deleteVersionTag(
  tx: Transaction,
  { model, version }: Pick<VersionRow, 'model' | 'version'>,
  key: string,
): Promise<void> {
  await tx.all('delete from model_version_tags where model = ? and version = ? and key = ?', [model, version, key])
}

export const toVersions = (sql: Sql, rows: readonly VersionRow[]): Promise<ModelVersion[]> =>
  inSlices(rows, (slice) => joinVersions(sql, slice))

async function joinVersions(sql: Sql, rows: readonly VersionRow[]): Promise<ModelVersion[]> {
  if (rows.length === 0) return []
  const these = `(model, version) in (values ${rows.map(() => '(cast(? as bigint), cast(? as bigint))')})`
  const keys = rows.flatMap(({ model, version }) => [model, version])
  const [tags, aliases] = await Promise.all([
    sql.all<Tables['model_version_tags']>(`select * from model_version_tags where ${these} order by key`, keys),
    sql.all<Tables['model_aliases']>(`select * from model_aliases where ${these} order by alias`, keys),
  ])
  const keyOf = ({ model, version }: { model: number; version: number }) => `${model}/${version}`
  const tagsBy = Map.groupBy(tags, keyOf)
  const aliasesBy = Map.groupBy(aliases, keyOf)
  return rows.map((row) => ({
    name: row.name,
    version: row.version,
    creationTimestamp: row.creation_time,
    lastUpdatedTimestamp: row.last_update_time,
    currentStage: row.stage,
    ...(row.description !== null && { description: row.description }),
    source: row.source,
    runId: row.run_id,
    status: 'READY',
    tags: (tagsBy.get(keyOf(row)) ?? []).map(({ key, value }) => ({ key, value })),
    runLink: row.run_link,
    aliases: (aliasesBy.get(keyOf(row)) ?? []).map(({ alias }) => alias),
    ...(row.model_id && { modelId: row.model_id }),
  }))
}
