import type { Db, Transaction } from '../db/db.ts'
import { invalid } from '../wire/errors.ts'
import type { Handlers } from '../wire/endpoint.ts'
import type { Metric, metrics as contract, NewMetric, SampledSeries } from '../wire/metrics.ts'
import { decodeOffset, encodeOffset } from '../search/offset.ts'
import type { Points } from './chunk.ts'
import type { KeyCatalogue } from './keys.ts'
import { checkCount, checkKey, checkMaxResults, finite } from './limits.ts'
import { checkDataset, insertModelMetrics } from './model-metrics-store.ts'
import { getRun, type LockedRun, lockRun } from './runs-store.ts'
import { firstOfBuckets, sampleWithRange } from './sample.ts'
import { appendPoints, findSeries, readPoints, type SeriesName } from './series-store.ts'

const MOST_RUNS = 100
const MOST_POINTS = 2500
const MOST_BULK_POINTS = 25_000
const MOST_SAMPLED = 1000

interface Deps {
  readonly db: Db
  readonly keys: KeyCatalogue
  readonly now: () => number
}

export function metricHandlers({ db, keys, now }: Deps): Handlers<typeof contract> {
  return {
    async log({ runId, ...metric }) {
      checkKey('key', metric.key)
      checkTimestamp('timestamp', metric.timestamp)
      checkDataset('dataset_digest', metric)
      await db.write(async (tx) => logMetrics(tx, keys, await lockRun(tx, runId, now()), [metric]))
      return {}
    },

    async getHistory({ runId, metricKey, pageToken, maxResults }) {
      if (maxResults !== undefined) checkMaxResults(maxResults, Number.MAX_SAFE_INTEGER)
      await getRun(db, runId)
      const all = await readHistory(db, runId, metricKey)
      const start = pageToken ? decodeOffset(pageToken) : 0
      const page = all.slice(start, maxResults && start + maxResults)
      const end = start + page.length
      return { metrics: page, ...(end < all.length && { nextPageToken: encodeOffset(end) }) }
    },

    async getHistoryBulk({ runId: runIds, metricKey, maxResults }) {
      checkRunIds('run_id', runIds)
      let left = Math.min(maxResults, MOST_BULK_POINTS)
      const found = []
      for (const runId of [...new Set(runIds)].sort()) {
        const page = (await readHistory(db, runId, metricKey)).slice(0, left)
        left -= page.length
        for (const metric of page) found.push({ ...metric, runId })
      }
      return { metrics: found }
    },

    async getHistoryBulkInterval({ runIds, metricKey, startStep, endStep, maxResults }) {
      checkRunIds('run_ids', runIds)
      checkMaxResults(maxResults, MOST_POINTS)
      if ((startStep === undefined) !== (endStep === undefined))
        throw invalid('end_step', 'start_step and end_step go together: send both or neither')
      if (startStep! > endStep!) throw invalid('end_step', `${endStep} lies before start_step, ${startStep}`)
      const found = []
      for (const name of await findSeries(db, [...new Set(runIds)], [metricKey])) {
        const points = firstOfBuckets(await readPoints(db, name.run, name.key, startStep, endStep), maxResults)
        for (const metric of toMetrics(metricKey, points)) found.push({ ...metric, runId: name.runId })
      }
      return { metrics: found }
    },

    async sample({ runIds, keys: metricKeys, points, startStep, endStep }) {
      checkMaxResults(points, MOST_POINTS)
      checkCount('run_ids', runIds, MOST_SAMPLED)
      checkCount('keys', metricKeys, MOST_SAMPLED)
      const names = await findSeries(db, [...new Set(runIds)], [...new Set(metricKeys)])
      const series: SampledSeries[] = []
      for (const name of names)
        series.push(toSampled(name, await readPoints(db, name.run, name.key, startStep, endStep), points))
      return { series }
    },
  }
}

/** Refuses metrics whose name or time cannot be one. */
export function checkMetrics(metrics: readonly NewMetric[]): void {
  const seen = new Set<string>()
  for (const [i, metric] of metrics.entries()) {
    const { key, timestamp } = metric
    checkTimestamp(`metrics[${i}].timestamp`, timestamp)
    checkDataset(`metrics[${i}].dataset_digest`, metric)
    if (!seen.has(key)) checkKey(`metrics[${i}].key`, key)
    seen.add(key)
  }
}

function checkTimestamp(field: string, timestamp: number): void {
  if (timestamp < 0) throw invalid(field, `expected milliseconds since 1970, got ${timestamp}`)
}

/** Adds points to the series of a locked run, and to the logged models that they name. */
export async function logMetrics(
  tx: Transaction,
  keys: KeyCatalogue,
  run: LockedRun,
  metrics: readonly NewMetric[],
): Promise<void> {
  if (metrics.length === 0) return
  const byKey = Map.groupBy(metrics, ({ key }) => key)
  const ids = await keys.idsOf(tx, run.experiment, 'metric', [...byKey.keys()])
  const added = [...byKey].map(([key, group]): [number, Points] => [ids.get(key)!, toPoints(group)])
  await appendPoints(tx, run.id, new Map(added))
  await insertModelMetrics(tx, run.id, metrics)
}

const toPoints = (metrics: readonly NewMetric[]): Points => ({
  steps: Float64Array.from(metrics, ({ step }) => step),
  timestamps: Float64Array.from(metrics, ({ timestamp }) => timestamp),
  values: Float64Array.from(metrics, ({ value }) => finite(value)),
})

/** A whole series in the order of the wire: by timestamp, step and value. */
async function readHistory(db: Db, runId: string, key: string): Promise<Metric[]> {
  const [name] = await findSeries(db, [runId], [key])
  if (!name) return []
  const metrics = toMetrics(key, await readPoints(db, name.run, name.key))
  return metrics.sort((a, b) => a.timestamp - b.timestamp || a.step - b.step) // stable: values stay in order
}

const toMetrics = (key: string, { steps, timestamps, values }: Points): Metric[] =>
  Array.from(steps, (step, i) => ({ key, value: values[i]!, timestamp: timestamps[i]!, step }))

function toSampled({ runId, keyName }: SeriesName, points: Points, buckets: number): SampledSeries {
  const { steps, timestamps, values, mins, maxs } = sampleWithRange(points, buckets)
  return {
    runId,
    key: keyName,
    count: points.steps.length,
    steps: [...steps],
    timestamps: [...timestamps],
    values: [...values],
    mins: [...mins],
    maxs: [...maxs],
  }
}

function checkRunIds(field: string, runIds: readonly string[]): void {
  if (runIds.length === 0 || runIds.length > MOST_RUNS)
    throw invalid(field, `expected 1 to ${MOST_RUNS} run ids, got ${runIds.length}`)
}
