import { posix } from 'node:path'
import { placeOf, type Roots } from '../artifacts/roots.ts'
import type { Db } from '../db/db.ts'
import { toExperiments } from '../tracking/experiments-store.ts'
import { type LoggedModelRow, toLoggedModels } from '../tracking/logged-models-store.ts'
import { modelMetricsOf } from '../tracking/model-metrics-store.ts'
import { readRuns } from '../tracking/run-reader.ts'
import type { RunRow } from '../tracking/runs-store.ts'
import { searchExperiments } from '../tracking/search.ts'
import { searchRuns } from '../tracking/search-runs.ts'
import { readPoints } from '../tracking/series-store.ts'
import { ApiError, notFound } from '../wire/errors.ts'
import type { Artifacts, Files, Series, Source } from './source.ts'

const AT_ONCE = 500

export interface StoreSourceOptions {
  /** Where artifacts can be read. */
  readonly roots: Roots
  /** Names or ids; all when empty. */
  readonly experiments?: readonly string[]
  /** Of runs only those that it holds for; models are left out then. */
  readonly filter?: string | undefined
}

/** A store of our own, to be exported. */
export function storeSource(db: Db, { roots, experiments: wanted = [], filter }: StoreSourceOptions): Source {
  const artifactsAt = (uri: string): Artifacts => {
    const files = filesAt(uri, roots)
    return { uri, ...(files && { files }) }
  }

  return {
    name: db.uri,
    what: 'a store of Millrace',
    lacks: [],
    close: async () => {},
    omissions: async () => await countOthers(db),

    async totals() {
      const [runs] = await db.all<{ n: number }>('select count(*) as n from runs')
      const [points] = await db.all<{ n: number | null }>('select sum(count) as n from metric_series')
      return { runs: runs!.n, points: points!.n ?? 0 }
    },

    async experiments() {
      const { rows } = await searchExperiments(db, {
        orderBy: ['experiment_id ASC'],
        maxResults: Number.MAX_SAFE_INTEGER - 1,
        viewType: 'ALL',
      })
      const all = await toExperiments(db, rows)
      for (const each of wanted)
        if (!all.some(({ experimentId, name }) => each === experimentId || each === name))
          throw notFound('Experiment', each)
      return wanted.length === 0
        ? all
        : all.filter(({ experimentId, name }) => wanted.includes(experimentId) || wanted.includes(name))
    },

    async *runs(experimentId) {
      for (let pageToken: string | undefined; ;) {
        const page = await searchRuns(db, {
          experimentIds: [experimentId],
          runViewType: 'ALL',
          orderBy: ['start_time ASC'],
          maxResults: AT_ONCE,
          ...(filter !== undefined && { filter }),
          ...(pageToken !== undefined && { pageToken }),
        })
        const runs = await readRuns(db, page.rows)
        for (const [i, run] of runs.entries()) {
          const row = page.rows[i]!
          yield {
            runId: row.run_id,
            mark: String(row.updated_at),
            isRunning: row.status === 'RUNNING',
            read: async () => ({ run, ...(row.deleted_time !== null && { deletedTime: row.deleted_time }) }),
            series: () => readSeries(db, row),
            artifacts: async () => artifactsAt(row.artifact_uri),
          }
        }
        pageToken = page.nextPageToken
        if (pageToken === undefined) return
      }
    },

    async *models(experimentId) {
      if (filter !== undefined) return
      const rows = await db.all<LoggedModelRow>(
        `select * from logged_models where coalesce(long_experiment_id, cast(experiment as text)) = ? order by model_id`,
        [experimentId],
      )
      if (rows.length === 0) return
      const models = await toLoggedModels(db, rows)
      const metrics = await modelMetricsOf(
        db,
        rows.map(({ id }) => id),
        Number.MAX_SAFE_INTEGER,
      )
      for (const [i, model] of models.entries()) {
        const row = rows[i]!
        yield {
          modelId: row.model_id,
          mark: String(row.last_update_time),
          model: { ...model, data: { ...model.data, metrics: metrics.get(row.id) ?? [] } },
          lifecycleStage: row.lifecycle_stage,
          artifacts: async () => artifactsAt(row.artifact_uri),
        }
      }
    },
  }
}

async function* readSeries(db: Db, { id }: RunRow): AsyncIterable<Series> {
  const keys = await db.all<{ key: number; name: string }>(
    `select s.key, k.name from metric_series s join keys k on k.id = s.key where s.run = ? order by k.name`,
    [id],
  )
  for (const { key, name } of keys) yield { key: name, points: await readPoints(db, id, key) }
}

/** Files below a folder, under paths that begin there; nothing where this store does not reach. */
function filesAt(uri: string, roots: Roots): Files | undefined {
  try {
    const { blobs, folder } = placeOf(uri, roots)
    const length = folder === '' ? 0 : folder.length + 1
    return {
      list: async (dir) =>
        (await blobs.list(posix.join(folder, dir))).map((info) => ({ ...info, path: info.path.slice(length) })),
      read: (path, rangeOf) => blobs.read(posix.join(folder, path), rangeOf),
    }
  } catch (error) {
    if (error instanceof ApiError) return undefined // it is somewhere else
    throw error
  }
}

async function countOthers(db: Db) {
  const counted = async (what: string, table: string) => {
    const row = await db.get<{ n: number }>(`select count(*) as n from ${table}`)
    return { what, count: row!.n }
  }
  const all = [await counted('registered models', 'registered_models'), await counted('webhooks', 'webhooks')]
  return all.filter(({ count }) => count > 0)
}
