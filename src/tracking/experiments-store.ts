import type { Sql, Transaction } from '../db/db.ts'
import { inSlices } from '../db/slices.ts'
import type { Tables } from '../db/tables.ts'
import { invalid } from '../wire/errors.ts'
import type { Experiment, KeyValue } from '../wire/experiments.ts'
import type { Selectable } from 'kysely'

/** Digits of an id that is the number of its experiment. */
export const LONGEST_NUMBER = 15
const NOBODY = Number.MIN_SAFE_INTEGER

export type ExperimentRow = Selectable<Tables['experiments']>

/** @returns The new id, or nothing when the name is taken. */
export async function insertExperiment(
  tx: Transaction,
  { name, artifactLocation, now }: { name: string; artifactLocation: (id: number) => string; now: number },
): Promise<number | undefined> {
  const row = await tx.kysely
    .insertInto('experiments')
    .values({ name, artifact_location: '', lifecycle_stage: 'active', creation_time: now, last_update_time: now })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!row) return undefined
  await tx.kysely
    .updateTable('experiments')
    .set({ artifact_location: artifactLocation(row.id) })
    .where('id', '=', row.id)
    .execute()
  return row.id
}

/** The experiment with id 0, which every store has from the start. */
export async function insertDefaultExperiment(tx: Transaction, artifactLocation: string, now: number): Promise<void> {
  await tx.kysely
    .insertInto('experiments')
    .values({
      id: 0,
      name: 'Default',
      artifact_location: artifactLocation,
      lifecycle_stage: 'active',
      creation_time: now,
      last_update_time: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** @throws ApiError when it cannot be the id of an experiment. */
export const findExperiment = async (sql: Sql, experimentId: string): Promise<ExperimentRow | undefined> =>
  await sql.kysely
    .selectFrom('experiments')
    .selectAll()
    .where('id', '=', await toExperimentNumber(sql, experimentId))
    .executeTakeFirst()

export const findExperimentByName = (sql: Sql, name: string): Promise<ExperimentRow | undefined> =>
  sql.kysely.selectFrom('experiments').selectAll().where('name', '=', name).executeTakeFirst()

export async function updateExperiment(
  tx: Transaction,
  id: number,
  change: Partial<Pick<ExperimentRow, 'name' | 'lifecycle_stage'>>,
  now: number,
): Promise<void> {
  await tx.kysely
    .updateTable('experiments')
    .set({ ...change, last_update_time: now })
    .where('id', '=', id)
    .execute()
}

export async function setExperimentTag(tx: Transaction, experiment: number, { key, value }: KeyValue): Promise<void> {
  await tx.kysely
    .insertInto('experiment_tags')
    .values({ experiment, key, value })
    .onConflict((conflict) => conflict.columns(['experiment', 'key']).doUpdateSet({ value }))
    .execute()
}

/** @returns Whether the tag was there. */
export async function deleteExperimentTag(tx: Transaction, experiment: number, key: string): Promise<boolean> {
  const { numDeletedRows } = await tx.kysely
    .deleteFrom('experiment_tags')
    .where('experiment', '=', experiment)
    .where('key', '=', key)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}

/** Adds their tags to rows, and makes them what travels. */
export const toExperiments = (sql: Sql, rows: readonly ExperimentRow[]): Promise<Experiment[]> =>
  inSlices(rows, (slice) => joinExperiments(sql, slice))

async function joinExperiments(sql: Sql, rows: readonly ExperimentRow[]): Promise<Experiment[]> {
  const ids = rows.map(({ id }) => id)
  const tags = await sql.kysely
    .selectFrom('experiment_tags')
    .selectAll()
    .where('experiment', 'in', ids)
    .orderBy('experiment')
    .orderBy('key')
    .execute()
  const tagsOf = Map.groupBy(tags, ({ experiment }) => experiment)
  return rows.map((row) => ({
    experimentId: row.long_id ?? String(row.id),
    name: row.name,
    artifactLocation: row.artifact_location,
    lifecycleStage: row.lifecycle_stage,
    lastUpdateTime: row.last_update_time,
    creationTime: row.creation_time,
    tags: (tagsOf.get(row.id) ?? []).map(({ key, value }) => ({ key, value })),
    workspace: 'default',
  }))
}

/**
 * Experiments are numbered here, but travel as text; of folders of MLflow they have 18 digits, which no number holds.
 *
 * @returns For each id the number inside; `NOBODY` for a long id that there is not.
 * @throws ApiError when one cannot be the id of an experiment.
 */
export async function toExperimentNumbers(sql: Sql, ids: readonly string[], field: string): Promise<number[]> {
  for (const id of ids)
    if (!/^\d{1,40}$/.test(id)) throw invalid(field, `expected the number of an experiment, got '${id}'`)
  const long = ids.filter((id) => id.length > LONGEST_NUMBER)
  if (long.length === 0) return ids.map(Number)
  const rows = await sql.kysely
    .selectFrom('experiments')
    .select(['id', 'long_id'])
    .where('long_id', 'in', long)
    .execute()
  const found = new Map(rows.map(({ id, long_id }) => [long_id, id]))
  return ids.map((id) => (id.length > LONGEST_NUMBER ? (found.get(id) ?? NOBODY) : Number(id)))
}

const toExperimentNumber = async (sql: Sql, id: string) => (await toExperimentNumbers(sql, [id], 'experiment_id'))[0]!
