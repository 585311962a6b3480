import type { Cell, Columns, Sql, Transaction } from '../db/db.ts'
import {
  comparePoints,
  concatPoints,
  decodePoints,
  encodePoints,
  pickPoints,
  type Points,
  sealPoints,
  sortPoints,
} from './chunk.ts'

/** Points that gather in the tail before they are sealed into a chunk. */
const SEAL_AT = 1000
/** Chunks are merged at every so many points, since each costs a reader the start of a decompressor. */
const MERGE_AT = 16_000

const TAIL: Columns = { run: 'bigint', key: 'bigint', at: 'bigint', points: 'bytea' }
const CHUNK: Columns = {
  run: 'bigint',
  key: 'bigint',
  first_step: 'bigint',
  last_step: 'bigint',
  count: 'bigint',
  points: 'bytea',
}
const SERIES: Columns = {
  run: 'bigint',
  key: 'bigint',
  last_step: 'bigint',
  last_timestamp: 'bigint',
  last_value: 'double precision',
  last_is_nan: 'bigint',
  min: 'double precision',
  max: 'double precision',
  count: 'bigint',
  unsealed: 'bigint',
}
const UPDATE_SERIES = `(run, key) do update set ${Object.keys(SERIES)
  .slice(2)
  .map((column) => `${column} = excluded.${column}`)}`

interface Series {
  readonly key: number
  readonly last_step: number
  readonly last_timestamp: number
  readonly last_value: number
  readonly last_is_nan: number
  readonly min: number | null
  readonly max: number | null
  readonly count: number
  readonly unsealed: number
}

/**
 * Adds points to series of one run.
 *
 * A point (step, timestamp, value) is kept once, however often and in
 * whatever order it arrives. The caller holds the run's lock, so that no other
 * writer changes these series meanwhile.
 *
 * @param added - For each key's id its points, in any order.
 */
export async function appendPoints(tx: Transaction, run: number, added: ReadonlyMap<number, Points>): Promise<void> {
  const keys = [...added.keys()].sort((a, b) => a - b)
  const known = await readSeries(tx, run, keys)
  const tail: Cell[][] = []
  const summaries: Cell[][] = []
  const full: [key: number, fresh: Points][] = []

  for (const key of keys) {
    const series = known.get(key)
    const fresh = await withoutKnown(tx, run, series, withoutRepeats(sortPoints(added.get(key)!)))
    const n = fresh.steps.length
    if (n === 0) continue
    const count = series?.count ?? 0
    const unsealed = (series?.unsealed ?? 0) + n
    if (unsealed >= SEAL_AT) full.push([key, fresh])
    else tail.push([run, key, count, encodePoints(fresh)])
    summaries.push(summarize(run, key, series, fresh, unsealed >= SEAL_AT ? 0 : unsealed))
  }

  await tx.insertMany('metric_series', SERIES, summaries, UPDATE_SERIES)
  await tx.insertMany('metric_tail', TAIL, tail)
  for (const [key, fresh] of full) {
    await seal(tx, run, key, fresh)
    const count = known.get(key)?.count ?? 0
    if (Math.floor((count + fresh.steps.length) / MERGE_AT) > Math.floor(count / MERGE_AT)) await merge(tx, run, key)
  }
}

/** A series: which it is inside, and what its run and key are called. */
export interface SeriesName {
  readonly run: number
  readonly key: number
  readonly runId: string
  readonly keyName: string
}

/** The series that there are of the given runs and keys, by run id and key. */
export async function findSeries(sql: Sql, runIds: readonly string[], keys: readonly string[]): Promise<SeriesName[]> {
  if (runIds.length === 0 || keys.length === 0) return []
  return await sql.kysely
    .selectFrom('runs as r')
    .innerJoin('metric_series as s', 's.run', 'r.id')
    .innerJoin('keys as k', 'k.id', 's.key')
    .select(['s.run', 's.key', 'r.run_id as runId', 'k.name as keyName'])
    .where('r.run_id', 'in', runIds)
    .where('k.name', 'in', keys)
    .orderBy('r.run_id')
    .orderBy('k.name')
    .execute()
}

/**
 * Reads points of a series, sorted by (step, timestamp, value).
 *
 * @param fromStep - Inclusive, like `toStep`.
 */
export async function readPoints(
  sql: Sql,
  run: number,
  key: number,
  fromStep = -Infinity,
  toStep = Infinity,
): Promise<Points> {
  const bounded = fromStep > -Infinity || toStep < Infinity
  const chunks = bounded
    ? await sql.all<{ points: Uint8Array }>(
        `select points from metric_chunks where run = ? and key = ? and first_step <= ? and last_step >= ? order by first_step`,
        [run, key, clampStep(toStep), clampStep(fromStep)],
      )
    : await sql.all<{ points: Uint8Array }>(
        `select points from metric_chunks where run = ? and key = ? order by first_step`,
        [run, key],
      )
  const tail = await sql.all<{ points: Uint8Array }>(
    `select points from metric_tail where run = ? and key = ? order by at`,
    [run, key],
  )
  const points = sortPoints(concatPoints([...chunks, ...tail].map((row) => decodePoints(row.points))))
  return bounded ? between(points, fromStep, toStep) : points
}

async function readSeries(tx: Sql, run: number, keys: readonly number[]): Promise<Map<number, Series>> {
  const rows = await tx.all<Series>(
    `select key, last_step, last_timestamp, last_value, last_is_nan, min, max, count, unsealed
     from metric_series
     where run = ? and key in (${keys.map(() => '?')})`,
    [run, ...keys],
  )
  return new Map(rows.map((row) => [row.key, row]))
}

/** Moves the tail of a series, and what has just arrived, into a chunk. */
async function seal(tx: Transaction, run: number, key: number, fresh: Points): Promise<void> {
  const tail = await tx.all<{ points: Uint8Array }>(
    `select points from metric_tail where run = ? and key = ? order by at`,
    [run, key],
  )
  await insertChunk(tx, run, key, concatPoints([...tail.map((row) => decodePoints(row.points)), fresh]))
  await tx.all(`delete from metric_tail where run = ? and key = ?`, [run, key])
}

/** Makes one chunk of the small ones. */
async function merge(tx: Transaction, run: number, key: number): Promise<void> {
  const small = [run, key, MERGE_AT / 2]
  const chunks = await tx.all<{ points: Uint8Array }>(
    `select points from metric_chunks where run = ? and key = ? and count < ? order by first_step`,
    small,
  )
  if (chunks.length < 2) return
  await tx.all(`delete from metric_chunks where run = ? and key = ? and count < ?`, small)
  await insertChunk(tx, run, key, concatPoints(chunks.map((row) => decodePoints(row.points))))
}

/** Makes one chunk of points, or several of as many as a reader should have to unpack at once. */
async function insertChunk(tx: Transaction, run: number, key: number, unsorted: Points): Promise<void> {
  const { steps, timestamps, values } = sortPoints(unsorted)
  const chunks: Cell[][] = []
  for (let start = 0; start < steps.length; start += MERGE_AT) {
    const cut = (column: Float64Array) => column.slice(start, start + MERGE_AT)
    const points = { steps: cut(steps), timestamps: cut(timestamps), values: cut(values) }
    chunks.push([run, key, points.steps[0]!, points.steps.at(-1)!, points.steps.length, sealPoints(points)])
  }
  await tx.insertMany('metric_chunks', CHUNK, chunks)
}

/** Leaves out points that the series has. Usually none can be: all are later than its last. */
async function withoutKnown(tx: Sql, run: number, series: Series | undefined, points: Points): Promise<Points> {
  if (!series || comparePoints(lastOf(series), 0, points, 0) < 0) return points
  const stored = await readPoints(tx, run, series.key, points.steps[0]!, points.steps.at(-1)!)
  const fresh: number[] = []
  for (let i = 0, j = 0; i < points.steps.length; i++) {
    while (j < stored.steps.length && comparePoints(stored, j, points, i) < 0) j++
    if (j === stored.steps.length || comparePoints(stored, j, points, i) !== 0) fresh.push(i)
  }
  return pickPoints(points, fresh)
}

function withoutRepeats(points: Points): Points {
  const fresh: number[] = []
  for (let i = 0; i < points.steps.length; i++)
    if (i === 0 || comparePoints(points, i - 1, points, i) !== 0) fresh.push(i)
  return fresh.length === points.steps.length ? points : pickPoints(points, fresh)
}

function summarize(run: number, key: number, series: Series | undefined, fresh: Points, unsealed: number): Cell[] {
  const n = fresh.steps.length
  let min = series?.min ?? null
  let max = series?.max ?? null
  for (const value of fresh.values) {
    if (Number.isNaN(value)) continue
    if (min === null || value < min) min = value
    if (max === null || value > max) max = value
  }
  const old = series && lastOf(series)
  const [last, at] = old && comparePoints(old, 0, fresh, n - 1) > 0 ? [old, 0] : [fresh, n - 1]
  const value = last.values[at]!
  const isNan = Number.isNaN(value)
  const count = (series?.count ?? 0) + n
  return [run, key, last.steps[at]!, last.timestamps[at]!, isNan ? 0 : value, Number(isNan), min, max, count, unsealed]
}

const lastOf = ({ last_step, last_timestamp, last_value, last_is_nan }: Series): Points => ({
  steps: Float64Array.of(last_step),
  timestamps: Float64Array.of(last_timestamp),
  values: Float64Array.of(last_is_nan ? NaN : last_value),
})

function between(points: Points, fromStep: number, toStep: number): Points {
  const start = points.steps.findIndex((step) => step >= fromStep)
  const end = points.steps.findLastIndex((step) => step <= toStep) + 1
  const cut = (column: Float64Array) => (start < 0 ? column.subarray(0, 0) : column.subarray(start, end))
  return { steps: cut(points.steps), timestamps: cut(points.timestamps), values: cut(points.values) }
}

const clampStep = (step: number) => Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, step))
