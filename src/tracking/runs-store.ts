import type { Selectable } from 'kysely'
import type { Sql, Transaction } from '../db/db.ts'
import type { Tables } from '../db/tables.ts'
import { invalid, notFound } from '../wire/errors.ts'
import type { KeyValue } from '../wire/experiments.ts'
import type { RunInfo, RunStatus } from '../wire/runs.ts'
import type { KeyCatalogue } from './keys.ts'

export type RunRow = Selectable<Tables['runs']>
type Lifecycle = 'active' | 'deleted'

/** A run that may be written to: its row is locked until the transaction ends. */
export interface LockedRun {
  readonly id: number
  readonly experiment: number
}

export async function insertRun(
  tx: Transaction,
  run: Pick<RunRow, 'run_id' | 'experiment' | 'name' | 'user_id' | 'start_time' | 'artifact_uri' | 'updated_at'> &
    Partial<RunRow>,
): Promise<LockedRun> {
  const { id } = await tx.kysely
    .insertInto('runs')
    .values({ status: 'RUNNING', end_time: null, deleted_time: null, lifecycle_stage: 'active', ...run })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { id, experiment: run.experiment }
}

export const findRun = (sql: Sql, runId: string): Promise<RunRow | undefined> =>
  sql.get<RunRow>('select * from runs where run_id = ?', [runId])

/** @throws ApiError `RESOURCE_DOES_NOT_EXIST` */
export async function getRun(sql: Sql, runId: string): Promise<RunRow> {
  const row = await findRun(sql, runId)
  if (!row) throw notFound('Run', runId)
  return row
}

/** The time of a change, for `?` twice: later than any before, so that it tells one state of a run from every other. */
const LATER = 'case when updated_at < ? then ? else updated_at + 1 end'

/**
 * Locks a run for writing and marks it as changed now.
 *
 * @throws ApiError when there is no such run, or it has been deleted.
 */
export async function lockRun(tx: Transaction, runId: string, now: number): Promise<LockedRun> {
  const row = await tx.get<LockedRun>(
    `update runs set updated_at = ${LATER} where run_id = ? and lifecycle_stage = 'active' returning id, experiment`,
    [now, now, runId],
  )
  if (row) return row
  await getRun(tx, runId)
  throw invalid('run_id', `run '${runId}' has been deleted; restore it to write to it`)
}

export async function updateRun(
  tx: Transaction,
  id: number,
  change: Partial<Pick<RunRow, 'status' | 'end_time' | 'name'>>,
): Promise<void> {
  if (Object.keys(change).length === 0) return
  await tx.kysely.updateTable('runs').set(change).where('id', '=', id).execute()
}

/** Deletes or restores a run. */
export async function setRunLifecycle(
  tx: Transaction,
  runId: string,
  lifecycle: Lifecycle,
  now: number,
): Promise<void> {
  await setLifecycle(tx, 'run_id', runId, lifecycle, now)
}

/** Deletes or restores all runs of an experiment. */
export async function setRunsLifecycle(
  tx: Transaction,
  experiment: number,
  lifecycle: Lifecycle,
  now: number,
): Promise<void> {
  await setLifecycle(tx, 'experiment', experiment, lifecycle, now)
}

async function setLifecycle(
  tx: Transaction,
  column: 'run_id' | 'experiment',
  of: string | number,
  lifecycle: Lifecycle,
  now: number,
): Promise<void> {
  await tx.all(
    `update runs set lifecycle_stage = ?, deleted_time = ?, updated_at = ${LATER} where ${column} = ? and lifecycle_stage <> ?`,
    [lifecycle, lifecycle === 'deleted' ? now : null, now, now, of, lifecycle],
  )
}

/**
 * Sets params, each of which can be set to one value only.
 *
 * @throws ApiError `INVALID_PARAMETER_VALUE` for a param that has another value.
 */
export async function setParams(
  tx: Transaction,
  keys: KeyCatalogue,
  { id, experiment }: LockedRun,
  params: readonly KeyValue[],
): Promise<void> {
  if (params.length === 0) return
  const ids = await keys.idsOf(tx, experiment, 'param', names(params))
  const known = await tx.all<{ key: number; value: string }>(
    `select key, value from params where run = ? and key in (${params.map(() => '?')})`,
    [id, ...params.map(({ key }) => ids.get(key)!)],
  )
  const values = new Map(known.map(({ key, value }) => [key, value]))
  const fresh = params.filter(({ key, value }) => {
    const old = values.get(ids.get(key)!)
    if (old !== undefined && old !== value)
      throw invalid('value', `param '${key}' is '${old}' already and cannot be changed to '${value}'`)
    return old === undefined
  })
  await tx.insertMany(
    'params',
    { run: 'bigint', key: 'bigint', value: 'text' },
    fresh.map(({ key, value }) => [id, ids.get(key)!, value]),
    'do nothing',
  )
}

export async function setTags(
  tx: Transaction,
  keys: KeyCatalogue,
  { id, experiment }: LockedRun,
  tags: readonly KeyValue[],
): Promise<void> {
  if (tags.length === 0) return
  const last = [...new Map(tags.map((tag) => [tag.key, tag])).values()]
  const ids = await keys.idsOf(tx, experiment, 'tag', names(last))
  await tx.insertMany(
    'tags',
    { run: 'bigint', key: 'bigint', value: 'text' },
    last.map(({ key, value }) => [id, ids.get(key)!, value]),
    '(run, key) do update set value = excluded.value',
  )
}

/** @returns Whether the tag was there. */
export async function deleteTag(tx: Transaction, { id, experiment }: LockedRun, name: string): Promise<boolean> {
  const deleted = await tx.all(
    `delete from tags
     where run = ? and key = (select id from keys where experiment = ? and kind = 'tag' and name = ?)
     returning key`,
    [id, experiment, name],
  )
  return deleted.length > 0
}

export const toRunInfo = (row: RunRow): RunInfo => ({
  runId: row.run_id,
  runUuid: row.run_id,
  runName: row.name,
  experimentId: row.long_experiment_id ?? String(row.experiment),
  userId: row.user_id,
  status: row.status as RunStatus,
  startTime: row.start_time,
  ...(row.end_time !== null && { endTime: row.end_time }),
  artifactUri: row.artifact_uri,
  lifecycleStage: row.lifecycle_stage,
})

const names = (pairs: readonly KeyValue[]) => pairs.map(({ key }) => key)
