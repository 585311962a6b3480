import type { Lifecycle } from '../db/tables.ts'
import { inSlices } from '../db/slices.ts'
import { type LoggedModel, LoggedModelStatus } from '../wire/logged-models.ts'
import type { ModelMetric } from '../wire/metrics.ts'
import { type Columns, selectFrom } from './database-columns.ts'
import type { Foreign, Row } from './foreign.ts'

export interface ReadModel {
  readonly model: LoggedModel
  readonly lifecycleStage: Lifecycle
}

export async function readModels(db: Foreign, columns: Columns, experimentId: string): Promise<ReadModel[]> {
  if (!columns.has('logged_models')) return []
  const rows = await db.all(
    `${selectFrom(db, columns, 'logged_models')} where logged_models.experiment_id = ? order by model_id`,
    [experimentId],
  )
  const ids = rows.map((row) => String(row['model_id']))
  const [params, tags, metrics] = [
    await of('logged_model_params'),
    await of('logged_model_tags'),
    await of('logged_model_metrics'),
  ].map((found) => Map.groupBy(found, (row) => row['model_id']!))
  return rows.map((row) => ({
    lifecycleStage: row['lifecycle_stage'] === 'deleted' ? 'deleted' : 'active',
    model: {
      info: {
        modelId: String(row['model_id']),
        experimentId,
        name: String(row['name']),
        creationTimestampMs: Number(row['creation_timestamp_ms']),
        lastUpdatedTimestampMs: Number(row['last_updated_timestamp_ms']),
        artifactUri: String(row['artifact_location']),
        status: LoggedModelStatus.read(Number(row['status'])),
        ...(row['status_message'] != null && { statusMessage: String(row['status_message']) }),
        modelType: String(row['model_type'] ?? ''),
        sourceRunId: String(row['source_run_id'] ?? ''),
        tags: (tags!.get(row['model_id']!) ?? []).map((each) => ({
          key: String(each['tag_key']),
          value: String(each['tag_value']),
        })),
      },
      data: {
        params: (params!.get(row['model_id']!) ?? []).map((each) => ({
          key: String(each['param_key']),
          value: String(each['param_value']),
        })),
        metrics: (metrics!.get(row['model_id']!) ?? []).map(toModelMetric),
      },
    },
  }))

  function of(table: string) {
    return inSlices(ids, (slice) =>
      db.all(`${selectFrom(db, columns, table)} where model_id in (${slice.map(() => '?')})`, slice),
    )
  }
}

const toModelMetric = (row: Row): ModelMetric => ({
  key: String(row['metric_name']),
  value: row['metric_value'] === null ? NaN : Number(row['metric_value']),
  timestamp: Number(row['metric_timestamp_ms']),
  step: Number(row['metric_step']),
  ...(row['dataset_name'] && {
    datasetName: String(row['dataset_name']),
    datasetDigest: String(row['dataset_digest'] ?? ''),
  }),
  modelId: String(row['model_id']),
  runId: String(row['run_id']),
})
