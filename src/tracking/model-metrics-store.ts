import type { Sql, Transaction } from '../db/db.ts'
import { invalid, notFound } from '../wire/errors.ts'
import type { ModelMetric, NewMetric } from '../wire/metrics.ts'
import { finite } from './limits.ts'

/** Points that are read of each metric of a model on one dataset: the last ones. */
const MOST_READ = 100

/** Refuses a dataset that is named by half. */
export function checkDataset(field: string, { datasetName, datasetDigest }: NewMetric): void {
  if (Boolean(datasetName) !== Boolean(datasetDigest))
    throw invalid(field, `'dataset_name' and 'dataset_digest' go together: send both or neither`)
}

/**
 * Keeps with logged models the metrics that were measured of them, each point once.
 *
 * @param run - The row of the run that they were logged to.
 * @throws ApiError `RESOURCE_DOES_NOT_EXIST` for a model that is not there.
 */
export async function insertModelMetrics(tx: Transaction, run: number, metrics: readonly NewMetric[]): Promise<void> {
  const linked = metrics.filter(({ modelId }) => modelId)
  if (linked.length === 0) return
  const ids = await modelNumbers(tx, [...new Set(linked.map(({ modelId }) => modelId!))])
  await tx.insertMany(
    'logged_model_metrics',
    {
      model: 'bigint',
      key: 'text',
      run: 'bigint',
      timestamp: 'bigint',
      step: 'bigint',
      value: 'double precision',
      is_nan: 'bigint',
      dataset_name: 'text',
      dataset_digest: 'text',
    },
    linked.map(({ modelId, key, timestamp, step, value, datasetName = '', datasetDigest = '' }) => {
      const isNan = Number.isNaN(value)
      return [
        ids.get(modelId!)!,
        key,
        run,
        timestamp,
        step,
        isNan ? 0 : finite(value),
        Number(isNan),
        datasetName,
        datasetDigest,
      ]
    }),
    'do nothing',
  )
}

type Row = readonly [
  model: number,
  modelId: string,
  key: string,
  runId: string,
  timestamp: number,
  step: number,
  value: number,
  isNan: number,
  datasetName: string,
  datasetDigest: string,
]

/**
 * The metrics of models, by key and step.
 *
 * @param most - Points of each metric on one dataset, the last ones.
 */
export async function modelMetricsOf(
  sql: Sql,
  models: readonly number[],
  most = MOST_READ,
): Promise<Map<number, ModelMetric[]>> {
  const rows = await sql.tuples<Row>(
    `select n.model, m.model_id, n.key, r.run_id, n.timestamp, n.step, n.value, n.is_nan, n.dataset_name, n.dataset_digest
     from (
       select p.*, row_number() over (
         partition by p.model, p.key, p.dataset_name, p.dataset_digest order by p.timestamp desc, p.step desc
       ) as place
       from logged_model_metrics p
       where p.model in (${models.map(() => '?')})
     ) n
     join logged_models m on m.id = n.model
     join runs r on r.id = n.run
     where n.place <= ?
     order by n.key, n.step, n.timestamp, n.value`,
    [...models, most],
  )
  return new Map([...Map.groupBy(rows, ([model]) => model)].map(([model, found]) => [model, found.map(toModelMetric)]))
}

const toModelMetric = ([, modelId, key, runId, timestamp, step, value, isNan, datasetName, datasetDigest]: Row) => ({
  key,
  value: isNan ? NaN : value,
  timestamp,
  step,
  ...(datasetName && { datasetName, datasetDigest }),
  modelId,
  runId,
})

async function modelNumbers(tx: Sql, modelIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.all<{ id: number; model_id: string }>(
    `select id, model_id from logged_models where model_id in (${modelIds.map(() => '?')})`,
    [...modelIds],
  )
  const ids = new Map(rows.map(({ id, model_id }) => [model_id, id]))
  const absent = modelIds.find((modelId) => !ids.has(modelId))
  if (absent !== undefined) throw notFound('Logged model', absent)
  return ids
}
