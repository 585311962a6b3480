import { randomUUID } from 'node:crypto'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Cell } from '../db/db.ts'
import { invalid } from '../wire/errors.ts'
import type { KeyValue } from '../wire/experiments.ts'
import { LoggedModelStatus } from '../wire/logged-models.ts'
import type { ModelMetric } from '../wire/metrics.ts'
import type { DatasetInput } from '../wire/runs.ts'
import { MLFLOW_SCHEMA } from './mlflow-schema.ts'
import type { Sink } from './sink.ts'
import type { Series } from './source.ts'

const ROWS_A_COMMIT = 200_000

/**
 * A new SQLite file that MLflow 3.17.2 opens. It has its name once it is whole.
 *
 * @throws ApiError `INVALID_PARAMETER_VALUE` when the file is there.
 */
export function databaseSink(path: string): Sink {
  if (existsSync(path)) throw invalid('destination', `'${path}' is there already: name a file that is not`)
  const partial = `${path}.partial`
  rmSync(partial, { force: true })
  const db = new DatabaseSync(partial)
  db.exec('pragma journal_mode = off; pragma synchronous = off; pragma foreign_keys = on')
  db.exec(MLFLOW_SCHEMA)
  db.exec('begin')
  const datasets = new Map<string, string>()
  let rows = 0

  function insert(table: string, columns: string): (...values: Cell[]) => void {
    const statement = db.prepare(
      `insert or ignore into ${table} (${columns}) values (${columns.split(',').map(() => '?')})`,
    )
    return (...values) => {
      statement.run(...values)
      if (++rows % ROWS_A_COMMIT === 0) db.exec('commit; begin')
    }
  }

  const into = {
    experiment: insert(
      'experiments',
      'experiment_id,name,artifact_location,lifecycle_stage,creation_time,last_update_time',
    ),
    experimentTag: insert('experiment_tags', 'experiment_id,key,value'),
    run: insert(
      'runs',
      `run_uuid,name,source_type,source_name,entry_point_name,user_id,status,start_time,end_time,source_version,
       lifecycle_stage,artifact_uri,experiment_id,deleted_time`,
    ),
    param: insert('params', 'run_uuid,key,value'),
    tag: insert('tags', 'run_uuid,key,value'),
    metric: insert('metrics', 'run_uuid,key,step,timestamp,value,is_nan'),
    latest: insert('latest_metrics', 'run_uuid,key,step,timestamp,value,is_nan'),
    dataset: insert(
      'datasets',
      'dataset_uuid,experiment_id,name,digest,dataset_source_type,dataset_source,dataset_schema,dataset_profile',
    ),
    input: insert('inputs', 'input_uuid,source_type,source_id,destination_type,destination_id,step'),
    inputTag: insert('input_tags', 'input_uuid,name,value'),
    model: insert(
      'logged_models',
      `model_id,experiment_id,name,artifact_location,creation_timestamp_ms,last_updated_timestamp_ms,status,
       lifecycle_stage,model_type,source_run_id,status_message`,
    ),
    modelParam: insert('logged_model_params', 'model_id,experiment_id,param_key,param_value'),
    modelMetric: insert(
      'logged_model_metrics',
      `model_id,metric_name,metric_timestamp_ms,metric_step,metric_value,experiment_id,run_id,dataset_uuid,dataset_name,
       dataset_digest`,
    ),
    modelTag: insert('logged_model_tags', 'model_id,experiment_id,tag_key,tag_value'),
  }

  function putInput({ dataset, tags }: DatasetInput, experimentId: string, runId: string): void {
    const name = JSON.stringify([experimentId, dataset.name, dataset.digest])
    let id = datasets.get(name)
    if (id === undefined) {
      id = newId()
      datasets.set(name, id)
      const { sourceType, source, schema = null, profile = null } = dataset
      into.dataset(id, experimentId, dataset.name, dataset.digest, sourceType, source, schema, profile)
    }
    const input = newId()
    into.input(input, 'DATASET', id, 'RUN', runId, 0)
    for (const { key, value } of tags) into.inputTag(input, key, value)
  }

  function putModelMetric(experimentId: string, metric: ModelMetric): void {
    const { modelId, key, timestamp, step, value, runId, datasetName = null, datasetDigest = null } = metric
    const dataset = datasets.get(JSON.stringify([experimentId, datasetName, datasetDigest])) ?? null
    const number = Number.isNaN(value) ? null : value
    into.modelMetric(modelId, key, timestamp, step, number, experimentId, runId, dataset, datasetName, datasetDigest)
  }

  function putSeries(runId: string, { key, points: { steps, timestamps, values } }: Series): void {
    for (const [i, value] of values.entries()) into.metric(runId, key, steps[i]!, timestamps[i]!, ...valueAndNan(value))
  }

  return {
    artifacts: { root: path.replace(/\.\w+$/, '') + '-artifacts', folderOf: (experimentId) => experimentId },

    async open(experiments) {
      for (const experiment of experiments) {
        const { experimentId, name, artifactLocation, lifecycleStage, creationTime, lastUpdateTime, tags } = experiment
        into.experiment(experimentId, name, artifactLocation, lifecycleStage, creationTime, lastUpdateTime)
        for (const { key, value } of tags) into.experimentTag(experimentId, key, value)
      }
    },

    async putRun({ run: { info, data, inputs, outputs }, deletedTime = null }, series) {
      const { runId, experimentId, runName = '', userId = '', status, startTime = null, endTime = null } = info
      into.run(
        runId,
        runName,
        'UNKNOWN',
        '',
        '',
        userId,
        status,
        startTime,
        endTime,
        '',
        info.lifecycleStage,
        info.artifactUri,
        experimentId,
        deletedTime,
      )
      for (const { key, value } of data.params) into.param(runId, key, value)
      for (const { key, value } of data.tags) into.tag(runId, key, value)
      for (const { key, step, timestamp, value } of data.metrics)
        into.latest(runId, key, step, timestamp, ...valueAndNan(value))
      for await (const each of series) putSeries(runId, each)
      for (const input of inputs?.datasetInputs ?? []) putInput(input, experimentId, runId)
      for (const { modelId } of inputs?.modelInputs ?? [])
        into.input(newId(), 'RUN_INPUT', runId, 'MODEL_INPUT', modelId, 0)
      for (const { modelId, step } of outputs?.modelOutputs ?? [])
        into.input(newId(), 'RUN_OUTPUT', runId, 'MODEL_OUTPUT', modelId, step)
    },

    async putModel({ model: { info, data }, lifecycleStage }) {
      const { modelId, experimentId, name, artifactUri, creationTimestampMs, lastUpdatedTimestampMs } = info
      into.model(
        modelId,
        experimentId,
        name,
        artifactUri,
        creationTimestampMs,
        lastUpdatedTimestampMs,
        LoggedModelStatus.names[info.status],
        lifecycleStage,
        info.modelType ?? '',
        info.sourceRunId || null,
        info.statusMessage ?? null,
      )
      const put = (into: (...values: Cell[]) => void, pairs: readonly KeyValue[]) => {
        for (const { key, value } of pairs) into(modelId, experimentId, key, value)
      }
      for (const metric of data.metrics) putModelMetric(experimentId, metric)
      put(into.modelParam, data.params)
      put(into.modelTag, info.tags)
    },

    async close() {
      db.exec('commit')
      db.close()
      renameSync(partial, path)
      return new Map()
    },
  }
}

/** MLflow writes NaN as 0 with a mark. */
const valueAndNan = (value: number) => (Number.isNaN(value) ? ([0, 1] as const) : ([value, 0] as const))

const newId = () => randomUUID().replaceAll('-', '')
