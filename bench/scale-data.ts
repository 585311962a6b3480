import type { Cell, Columns, Db, Transaction } from '../src/db/db.ts'
import type { Tables } from '../src/db/tables.ts'
import { encodePoints, type Points } from '../src/tracking/chunk.ts'
import { insertExperiment } from '../src/tracking/experiments-store.ts'
import { keyCatalogue } from '../src/tracking/keys.ts'
import { appendPoints } from '../src/tracking/series-store.ts'
import { insertRun } from '../src/tracking/runs-store.ts'

export const NOW = 1_760_000_000_000
/** Runs that are written in one transaction. */
const SLICE = 10_000

/** A run as it is loaded: names with their values. */
export interface LoadedRun {
  readonly params: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  readonly metrics: Readonly<Record<string, Points>>
}

const COLUMNS = {
  runs: {
    id: 'bigint',
    run_id: 'text',
    experiment: 'bigint',
    name: 'text',
    user_id: 'text',
    status: 'text',
    start_time: 'bigint',
    end_time: 'bigint',
    artifact_uri: 'text',
    lifecycle_stage: 'text',
    updated_at: 'bigint',
  },
  params: { run: 'bigint', key: 'bigint', value: 'text' },
  tags: { run: 'bigint', key: 'bigint', value: 'text' },
  metric_series: {
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
  },
  metric_tail: { run: 'bigint', key: 'bigint', at: 'bigint', points: 'bytea' },
} satisfies Partial<Record<keyof Tables, Columns>>

type Loaded = keyof typeof COLUMNS

/** An experiment filled with runs, row by row as the store would have left them. */
export async function loadRuns(
  db: Db,
  name: string,
  count: number,
  runAt: (i: number) => LoadedRun,
  say: (what: string) => void,
): Promise<string> {
  const keys = keyCatalogue()
  const experiment = await newExperiment(db, name)
  const { next } = (await db.get<{ next: number }>('select coalesce(max(id), 0) + 1 as next from runs'))!
  for (let start = 0; start < count; start += SLICE) {
    await db.write(async (tx) => {
      if (tx.dialect.name === 'postgres') await tx.all('set local session_replication_role = replica') // no checks of foreign keys
      const rows: Record<Loaded, Cell[][]> = { runs: [], params: [], tags: [], metric_series: [], metric_tail: [] }
      const slice = Array.from({ length: Math.min(SLICE, count - start) }, (_, i) => runAt(start + i))
      const ids = {
        param: await idsOf(tx, 'param', slice),
        tag: await idsOf(tx, 'tag', slice),
        metric: await idsOf(tx, 'metric', slice),
      }
      for (const [i, run] of slice.entries()) addRun(rows, next + start + i, start + i, run, ids)
      for (const table of Object.keys(rows) as Loaded[]) await tx.insertMany(table, COLUMNS[table], rows[table])
    })
    if (start % 100_000 === 0 && start > 0) say(`${name}: ${start} runs`)
  }
  if (db.dialect.name === 'postgres')
    await db.all(`select setval(pg_get_serial_sequence('runs', 'id'), (select max(id) from runs))`)
  return String(experiment)

  function idsOf(tx: Transaction, kind: 'param' | 'tag' | 'metric', slice: readonly LoadedRun[]) {
    const names = new Set(slice.flatMap((run) => Object.keys(run[`${kind}s`])))
    return keys.idsOf(tx, experiment, kind, [...names])
  }

  function addRun(
    rows: Record<Loaded, Cell[][]>,
    id: number,
    i: number,
    { params, tags, metrics }: LoadedRun,
    ids: Record<'param' | 'tag' | 'metric', Map<string, number>>,
  ): void {
    const runId = hash(experiment, i)
    const start = NOW + i * 1000
    const end = start + 90_000
    const uri = `mlflow-artifacts:/${experiment}/${runId}/artifacts`
    rows.runs.push([id, runId, experiment, `run-${i}`, 'ada', 'FINISHED', start, end, uri, 'active', end])
    for (const [key, value] of Object.entries(params)) rows.params.push([id, ids.param.get(key)!, value])
    for (const [key, value] of Object.entries(tags)) rows.tags.push([id, ids.tag.get(key)!, value])
    for (const [name, points] of Object.entries(metrics)) {
      const { steps, timestamps, values } = points
      const n = steps.length
      const key = ids.metric.get(name)!
      const extremes = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]
      rows.metric_series.push([id, key, steps[n - 1]!, timestamps[n - 1]!, values[n - 1]!, 0, ...extremes, n, n])
      rows.metric_tail.push([id, key, 0, encodePoints(points)])
    }
  }
}

/** Runs with one long series each, logged a thousand points at a time through the store. */
export async function loadSeries(db: Db, name: string, runs: number, points: number): Promise<string[]> {
  const keys = keyCatalogue()
  const experiment = await newExperiment(db, name)
  const runIds = Array.from({ length: runs }, (_, i) => hash(experiment, i))
  for (const [i, runId] of runIds.entries()) {
    const run = await db.write((tx) =>
      insertRun(tx, {
        run_id: runId,
        experiment,
        name: `run-${i}`,
        user_id: 'ada',
        start_time: NOW + i,
        artifact_uri: '',
        updated_at: NOW,
      }),
    )
    for (let start = 0; start < points; start += 1000)
      await db.write(async (tx) => {
        const key = (await keys.idsOf(tx, experiment, 'metric', ['loss'])).get('loss')!
        await appendPoints(tx, run.id, new Map([[key, lossOf(i, start, 1000)]]))
      })
  }
  return runIds
}

/** The loss of a training: falls, with noise. */
export function lossOf(run: number, start: number, count: number): Points {
  const steps = Float64Array.from({ length: count }, (_, i) => start + i)
  return {
    steps,
    timestamps: steps.map((step) => NOW + step * 137 + (step % 7)),
    values: steps.map((step) => 2 * Math.exp(-step / 400) + 0.1 + 0.05 * Math.sin(step * 12.9898 + run * 78.233)),
  }
}

/** One number from 0 to 1 for each `i`, without a pattern. */
export function noise(i: number, of: number): number {
  let x = Math.imul(i ^ (of * 0x9e3779b9), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32
}

const hash = (experiment: number, i: number) =>
  [1, 2, 3, 4]
    .map((part) =>
      Math.floor(noise(i, experiment * 4 + part) * 2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('')

async function newExperiment(db: Db, name: string): Promise<number> {
  const artifactLocation = (id: number) => `mlflow-artifacts:/${id}`
  return (await db.write((tx) => insertExperiment(tx, { name, artifactLocation, now: NOW })))!
}
