import type { Cell, Db, Sql } from '../db/db.ts'
import { inSlices } from '../db/slices.ts'
import type { KeyValue } from '../wire/experiments.ts'
import type { Metric } from '../wire/metrics.ts'
import type { Run } from '../wire/runs.ts'
import { inputsOf, modelsOf } from './inputs-store.ts'
import { type RunRow, toRunInfo } from './runs-store.ts'

/** Which metrics, params and tags of a run are wanted; all when absent. */
export interface Only {
  readonly metrics: readonly string[]
  readonly params: readonly string[]
  readonly tags: readonly string[]
}

/** Makes rows what travels, in the rows' order. */
export interface RunReader {
  read(rows: readonly RunRow[], only?: Only): Promise<Run[]>
}

/** What belongs to a run beside its row. */
type Parts = Omit<Run, 'info'>

/** Metrics, params and tags that are remembered in all: some 40 MB. */
const MOST_REMEMBERED = 200_000

/**
 * Reads runs, and remembers what belongs to those that it has read.
 *
 * What is remembered counts only while the row, which is always read, has the
 * time of change that it had: every writer, in whatever process, moves that on.
 */
export function createRunReader(db: Db): RunReader {
  const remembered = new Map<number, { readonly at: number; readonly parts: Parts; readonly size: number }>()
  let size = 0

  function remember({ id, updated_at: at }: RunRow, parts: Parts): void {
    forget(id)
    const { metrics, params, tags } = parts.data
    const own = 4 + metrics.length + params.length + tags.length
    remembered.set(id, { at, parts, size: own })
    size += own
    for (const oldest of remembered.keys()) {
      if (size <= MOST_REMEMBERED) return
      forget(oldest)
    }
  }

  function forget(id: number): void {
    size -= remembered.get(id)?.size ?? 0
    remembered.delete(id)
  }

  return {
    async read(rows, only) {
      if (only) return await readRuns(db, rows, only)
      const known = rows.map(({ id, updated_at }) => {
        const entry = remembered.get(id)
        return entry?.at === updated_at ? entry.parts : undefined
      })
      const changed = rows.filter((_, i) => !known[i])
      const fresh = (await inSlices(changed, (slice) => readParts(db, slice))).values()
      return rows.map((row, i) => {
        const parts = known[i] ?? fresh.next().value!
        if (!known[i]) remember(row, parts)
        return { info: toRunInfo(row), ...parts }
      })
    },
  }
}

/** Reads what belongs to runs, remembering nothing; within a transaction too. */
export async function readRuns(sql: Sql, rows: readonly RunRow[], only?: Only): Promise<Run[]> {
  const parts = await inSlices(rows, (slice) => readParts(sql, slice, only))
  return rows.map((row, i) => ({ info: toRunInfo(row), ...parts[i]! }))
}

async function readParts(sql: Sql, rows: readonly RunRow[], only?: Only): Promise<Parts[]> {
  const ids = rows.map(({ id }) => id)
  const [metrics, params, tags, inputs, models] = await Promise.all([
    latestMetrics(sql, ids, only?.metrics),
    keyValues(sql, 'params', ids, only?.params),
    keyValues(sql, 'tags', ids, only?.tags),
    only ? new Map<number, never>() : inputsOf(sql, ids),
    only ? new Map<number, never>() : modelsOf(sql, ids),
  ])
  return rows.map((row) => ({
    data: { metrics: metrics.get(row.id) ?? [], params: params.get(row.id) ?? [], tags: tags.get(row.id) ?? [] },
    inputs: { datasetInputs: inputs.get(row.id) ?? [], modelInputs: models.get(row.id)?.inputs ?? [] },
    outputs: { modelOutputs: models.get(row.id)?.outputs ?? [] },
  }))
}

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
