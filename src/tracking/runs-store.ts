import type { Selectable } from 'kysely'
import type { Cell, Sql, Transaction } from '../db/db.ts'
import { inSlices } from '../db/slices.ts'
import type { Tables } from '../db/tables.ts'
import { invalid, notFound } from '../wire/errors.ts'
import type { KeyValue } from '../wire/experiments.ts'
import type { Metric } from '../wire/metrics.ts'
import type { Run, RunInfo, RunStatus } from '../wire/runs.ts'
import { inputsOf, modelsOf } from './inputs-store.ts'
import type { KeyCatalogue } from './keys.ts'

export type RunRow = Selectable<Tables['runs']>

/** A run that may be written to: its row is locked until the transaction ends. */
export interface LockedRun {
  readonly id: number
  readonly experiment: number
}

/** Which metrics, params and tags of a run are wanted; all when absent. */
export interface Only {
  readonly metrics: readonly string[]
  readonly params: readonly string[]
  readonly tags: readonly string[]
}

export async function insertRun(
  tx: Transaction,
  run: Pick<RunRow, 'run_id' | 'experiment' | 'name' | 'user_id' | 'start_time' | 'artifact_uri' | 'updated_at'>,
): Promise<LockedRun> {
  const { id } = await tx.kysely
    .insertInto('runs')
    .values({ ...run, status: 'RUNNING', end_time: null, deleted_time: null, lifecycle_stage: 'active' })
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

/**
 * Locks a run for writing and marks it as changed now.
 *
 * @throws ApiError when there is no such run, or it has been deleted.
 */
export async function lockRun(tx: Transaction, runId: string, now: number): Promise<LockedRun> {
  const row = await tx.get<LockedRun>(
    `update runs set updated_at = ? where run_id = ? and lifecycle_stage = 'active' returning id, experiment`,
    [now, runId],
  )
  if (row) return row
  await getRun(tx, runId)
  throw invalid('run_id', `run '${runId}' has been deleted; restore it to write to it`)
}

export async function updateRun(
  tx: Transaction,
  id: number,
  change: Partial<Pick<RunRow, 'status' | 'end_time' | 'name' | 'lifecycle_stage' | 'deleted_time' | 'updated_at'>>,
): Promise<void> {
  if (Object.keys(change).length === 0) return
  await tx.kysely.updateTable('runs').set(change).where('id', '=', id).execute()
}

/** Deletes or restores all runs of an experiment. */
export async function setRunsLifecycle(
  tx: Transaction,
  experiment: number,
  lifecycle: 'active' | 'deleted',
  now: number,
): Promise<void> {
  await tx.kysely
    .updateTable('runs')
    .set({ lifecycle_stage: lifecycle, deleted_time: lifecycle === 'deleted' ? now : null, updated_at: now })
    .where('experiment', '=', experiment)
    .where('lifecycle_stage', '!=', lifecycle)
    .execute()
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

/** Adds to rows what belongs to them, and makes them what travels; in the rows' order. */
export const toRuns = (sql: Sql, rows: readonly RunRow[], only?: Only): Promise<Run[]> =>
  inSlices(rows, (slice) => joinRuns(sql, slice, only))

async function joinRuns(sql: Sql, rows: readonly RunRow[], only?: Only): Promise<Run[]> {
  const ids = rows.map(({ id }) => id)
  const [metrics, params, tags, inputs, models] = await Promise.all([
    latestMetrics(sql, ids, only?.metrics),
    keyValues(sql, 'params', ids, only?.params),
    keyValues(sql, 'tags', ids, only?.tags),
    only ? new Map<number, never>() : inputsOf(sql, ids),
    only ? new Map<number, never>() : modelsOf(sql, ids),
  ])
  return rows.map((row) => ({
    info: toRunInfo(row),
    data: { metrics: metrics.get(row.id) ?? [], params: params.get(row.id) ?? [], tags: tags.get(row.id) ?? [] },
    inputs: { datasetInputs: inputs.get(row.id) ?? [], modelInputs: models.get(row.id)?.inputs ?? [] },
    outputs: { modelOutputs: models.get(row.id)?.outputs ?? [] },
  }))
}

export const toRunInfo = (row: RunRow): RunInfo => ({
  runId: row.run_id,
  runUuid: row.run_id,
  runName: row.name,
  experimentId: String(row.experiment),
  userId: row.user_id,
  status: row.status as RunStatus,
  startTime: row.start_time,
  ...(row.end_time !== null && { endTime: row.end_time }),
  artifactUri: row.artifact_uri,
  lifecycleStage: row.lifecycle_stage,
})

type MetricRow = readonly [run: number, key: string, value: number, isNan: number, timestamp: number, step: number]
type KeyValueRow = readonly [run: number, key: string, value: string]

async function latestMetrics(sql: Sql, runs: number[], wanted?: readonly string[]): Promise<Map<number, Metric[]>> {
  const columns = 't.run, k.name, t.last_value, t.last_is_nan, t.last_timestamp, t.last_step'
  const rows = await ofRuns<MetricRow>(sql, 'metric_series', columns, runs, wanted)
  return group(rows, ([, key, value, isNan, timestamp, step]) => ({ key, value: isNan ? NaN : value, timestamp, step }))
}

async function keyValues(
  sql: Sql,
  table: 'params' | 'tags',
  runs: number[],
  wanted?: readonly string[],
): Promise<Map<number, KeyValue[]>> {
  const rows = await ofRuns<KeyValueRow>(sql, table, 't.run, k.name, t.value', runs, wanted)
  return group(rows, ([, key, value]) => ({ key, value }))
}

async function ofRuns<Row extends readonly Cell[]>(
  sql: Sql,
  table: 'metric_series' | 'params' | 'tags',
  columns: string,
  runs: number[],
  wanted: readonly string[] | undefined,
): Promise<Row[]> {
  if (wanted?.length === 0) return []
  return await sql.tuples<Row>(
    `select ${columns}
     from ${table} t
     join keys k on k.id = t.key
     where t.run in (${runs.map(() => '?')})${wanted ? ` and k.name in (${wanted.map(() => '?')})` : ''}`,
    [...runs, ...(wanted ?? [])],
  )
}

function group<Row extends readonly [run: number, ...rest: Cell[]], T>(
  rows: readonly Row[],
  toItem: (row: Row) => T,
): Map<number, T[]> {
  const groups = new Map<number, T[]>()
  for (const row of rows) {
    const items = groups.get(row[0])
    if (items) items.push(toItem(row))
    else groups.set(row[0], [toItem(row)])
  }
  return groups
}

const names = (pairs: readonly KeyValue[]) => pairs.map(({ key }) => key)
