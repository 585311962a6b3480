import { createHash } from 'node:crypto'
import { pointColumns, type PointColumns } from './point-columns.ts'
import type { Cell } from '../db/db.ts'
import type { Experiment } from '../wire/experiments.ts'
import { type Columns, selectFrom } from './database-columns.ts'
import { readModels } from './database-models.ts'
import { readRuns } from './database-runs.ts'
import { lacksOf, omissionsOf, readRevision } from './database-revision.ts'
import { type Foreign, openForeign } from './foreign.ts'
import { locate, type Places } from './places.ts'
import type { Series, Source } from './source.ts'

const RUNS_AT_ONCE = 500
/** Points of one run that are held before they are passed on. */
const POINTS_HELD = 1_000_000

/**
 * The experiments of an MLflow database, at the revision of MLflow 3.17 or an older one.
 *
 * @throws ApiError when it cannot be read, or is none of MLflow's.
 */
export async function openDatabaseSource(uri: string, places: Places): Promise<Source> {
  const db = await openForeign(uri)
  try {
    return await databaseSource(db, places)
  } catch (error) {
    await db.close()
    throw error
  }
}

async function databaseSource(db: Foreign, places: Places): Promise<Source> {
  const columns = await db.columns()
  const revision = await readRevision(db, columns)
  let runIds: Map<string, string[]> | undefined

  return {
    name: db.name,
    what: `an MLflow database at revision ${revision}`,
    lacks: lacksOf(columns),
    omissions: () => omissionsOf(db, columns),
    close: () => db.close(),

    async totals() {
      const [runs] = await db.all('select count(*) as n from runs')
      const [points] = await db.all('select count(*) as n from metrics')
      return { runs: Number(runs!['n']), points: Number(points!['n']) }
    },

    async experiments() {
      runIds = await readRunIds(db)
      return await readExperiments(db, columns)
    },

    async *runs(experimentId) {
      runIds ??= await readRunIds(db)
      const ids = runIds.get(experimentId) ?? []
      for (let start = 0; start < ids.length; start += RUNS_AT_ONCE)
        for (const { whole, points } of await readRuns(db, columns, ids.slice(start, start + RUNS_AT_ONCE))) {
          const { info } = whole.run
          yield {
            runId: info.runId,
            mark: createHash('sha1')
              .update(JSON.stringify([whole, points]))
              .digest('hex'),
            isRunning: info.status === 'RUNNING',
            read: async () => whole,
            series: () => readSeries(db, columns, info.runId),
            artifacts: async () => locate(info.artifactUri, info.runId, places),
          }
        }
    },

    async *models(experimentId) {
      for (const { model, lifecycleStage } of await readModels(db, columns, experimentId)) {
        const { modelId, artifactUri } = model.info
        yield {
          modelId,
          mark: createHash('sha1')
            .update(JSON.stringify([model, lifecycleStage]))
            .digest('hex'),
          model,
          lifecycleStage,
          artifacts: async () => locate(artifactUri, modelId, places),
        }
      }
    },
  }
}

/** The ids of all runs, by experiment: MLflow has no index for it. */
async function readRunIds(db: Foreign): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  for await (const rows of db.stream(`select ${db.text('experiment_id')}, run_uuid from runs order by run_uuid`, []))
    for (const [experimentId, runId] of rows as [string, string][]) {
      const ids = found.get(experimentId)
      if (ids) ids.push(runId)
      else found.set(experimentId, [runId])
    }
  return found
}

async function readExperiments(db: Foreign, columns: Columns): Promise<Experiment[]> {
  const rows = await db.all(`${selectFrom(db, columns, 'experiments')} order by experiments.experiment_id`)
  const tags = columns.has('experiment_tags')
    ? await db.all(`${selectFrom(db, columns, 'experiment_tags')} order by 1`)
    : []
  const tagsOf = Map.groupBy(tags, (row) => row['experiment_id'])
  return rows.map((row) => ({
    experimentId: String(row['experiment_id']),
    name: String(row['name']),
    artifactLocation: String(row['artifact_location'] ?? ''),
    lifecycleStage: String(row['lifecycle_stage'] ?? 'active'),
    creationTime: Number(row['creation_time'] ?? 0),
    lastUpdateTime: Number(row['last_update_time'] ?? 0),
    tags: (tagsOf.get(row['experiment_id']!) ?? []).map((tag) => ({
      key: String(tag['key']),
      value: String(tag['value'] ?? ''),
    })),
    workspace: String(row['workspace'] ?? 'default'),
  }))
}

type PointRow = readonly [key: string, step: number, timestamp: number, value: number, isNan: number | boolean]

async function* readSeries(db: Foreign, columns: Columns, runId: string): AsyncIterable<Series> {
  const has = columns.get('metrics')!
  const selected = [
    db.quote('key'),
    has.has('step') ? db.whole('step') : '0',
    db.whole('timestamp'),
    db.quote('value'),
    has.has('is_nan') ? 'is_nan' : '0',
  ]
  let held = new Map<string, PointColumns>()
  let count = 0
  for await (const rows of db.stream(`select ${selected} from metrics where run_uuid = ?`, [runId])) {
    addRows(held, rows)
    count += rows.length
    if (count < POINTS_HELD) continue
    yield* toSeries(held)
    held = new Map()
    count = 0
  }
  yield* toSeries(held)
}

function addRows(held: Map<string, PointColumns>, rows: readonly Cell[][]): void {
  let last: PointColumns | undefined
  let lastKey: string | undefined
  for (const [key, step, timestamp, value, isNan] of rows as unknown as PointRow[]) {
    if (key !== lastKey) {
      last = held.get(key)
      if (!last) held.set(key, (last = pointColumns()))
      lastKey = key
    }
    last!.push(step, timestamp, isNan ? NaN : value)
  }
}

function* toSeries(held: ReadonlyMap<string, PointColumns>): Iterable<Series> {
  for (const [key, columns] of held) yield { key, points: columns.points() }
}
