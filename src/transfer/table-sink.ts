import { existsSync } from 'node:fs'
import { extname } from 'node:path'
import { invalid } from '../wire/errors.ts'
import type { KeyValue } from '../wire/experiments.ts'
import type { Run } from '../wire/runs.ts'
import type { Sink } from './sink.ts'
import type { Series } from './source.ts'
import { type Column, type Format, openTable, type Table, type TableCell } from './table.ts'

const POINTS_AT_ONCE = 10_000

const RUN: readonly Column[] = [
  { name: 'run_id', type: 'text' },
  { name: 'experiment_id', type: 'text' },
  { name: 'experiment', type: 'text' },
  { name: 'run_name', type: 'text' },
  { name: 'status', type: 'text' },
  { name: 'start_time', type: 'time' },
  { name: 'end_time', type: 'time' },
  { name: 'user_id', type: 'text' },
  { name: 'artifact_uri', type: 'text' },
  { name: 'lifecycle_stage', type: 'text' },
]
const POINT: readonly Column[] = [
  { name: 'run_id', type: 'text' },
  { name: 'key', type: 'text' },
  { name: 'step', type: 'whole' },
  { name: 'timestamp', type: 'time' },
  { name: 'value', type: 'number' },
]

/** The names of what runs hold, which make columns. */
export interface Names {
  readonly metrics: readonly string[]
  readonly params: readonly string[]
  readonly tags: readonly string[]
}

/**
 * Two tables for other tools: `runs.csv` with a row for each run and a column
 * for each metric (its latest value), param and tag, under the names that
 * MLflow's data frames give them; beside it `runs-metrics.csv` with every point.
 *
 * @throws ApiError `INVALID_PARAMETER_VALUE` when one of the files is there.
 */
export function tableSink(path: string, format: Format, { metrics, params, tags }: Names): Sink {
  const suffix = extname(path)
  const pointsPath = `${path.slice(0, path.length - suffix.length)}-metrics${suffix}`
  for (const each of [path, pointsPath])
    if (existsSync(each)) throw invalid('destination', `'${each}' is there already: name a file that is not`)
  const experiments = new Map<string, string>()
  let runTable: Table
  let pointTable: Table
  let lost = 0

  return {
    async open(all) {
      for (const { experimentId, name } of all) experiments.set(experimentId, name)
      runTable = await openTable(format, path, [
        ...RUN,
        ...metrics.map((name): Column => ({ name: `metrics.${name}`, type: 'number' })),
        ...params.map((name): Column => ({ name: `params.${name}`, type: 'text' })),
        ...tags.map((name): Column => ({ name: `tags.${name}`, type: 'text' })),
      ])
      pointTable = await openTable(format, pointsPath, POINT)
    },

    async putRun({ run }, series) {
      await runTable.write([toRow(run)])
      for await (const each of series) for (const rows of pointRows(run.info.runId, each)) await pointTable.write(rows)
    },

    async putModel() {
      lost++
    },

    async close() {
      await runTable.close()
      await pointTable.close()
      return new Map(lost > 0 ? [['logged models', lost]] : [])
    },
  }

  function toRow({ info, data }: Run): TableCell[] {
    const { runId, experimentId, runName, status, startTime, endTime, userId, artifactUri, lifecycleStage } = info
    const latest = new Map(data.metrics.map(({ key, value }) => [key, value]))
    return [
      runId,
      experimentId,
      experiments.get(experimentId) ?? null,
      runName ?? null,
      status,
      startTime ?? null,
      endTime ?? null,
      userId ?? null,
      artifactUri,
      lifecycleStage,
      ...metrics.map((name) => latest.get(name) ?? null),
      ...cellsOf(params, data.params),
      ...cellsOf(tags, data.tags),
    ]
  }
}

function cellsOf(names: readonly string[], pairs: readonly KeyValue[]): TableCell[] {
  const values = new Map(pairs.map(({ key, value }) => [key, value]))
  return names.map((name) => values.get(name) ?? null)
}

function* pointRows(runId: string, { key, points }: Series): Iterable<TableCell[][]> {
  const { steps, timestamps, values } = points
  for (let start = 0; start < steps.length; start += POINTS_AT_ONCE)
    yield Array.from({ length: Math.min(POINTS_AT_ONCE, steps.length - start) }, (_, n) => {
      const i = start + n
      return [runId, key, steps[i]!, timestamps[i]!, values[i]!]
    })
}
