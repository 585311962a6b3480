import { endpoint } from './endpoint.ts'
import { KeyValue, NewKeyValue, ViewType } from './experiments.ts'
import { Metric, NewMetric } from './metrics.ts'
import {
  defaults,
  int32,
  int64,
  lasting,
  legacy,
  list,
  message,
  nonEmpty,
  oneOf,
  optional,
  string,
  type Value,
} from './schema.ts'

export const RunStatus = oneOf('RunStatus', { RUNNING: 1, SCHEDULED: 2, FINISHED: 3, FAILED: 4, KILLED: 5 })
export type RunStatus = Value<typeof RunStatus>

export const RunInfo = message('RunInfo', {
  runId: string,
  /** The same as `runId`; older clients read it. */
  runUuid: string,
  runName: optional(string),
  experimentId: string,
  userId: optional(string),
  status: RunStatus,
  startTime: optional(int64),
  endTime: optional(int64),
  artifactUri: string,
  lifecycleStage: string,
})
export type RunInfo = Value<typeof RunInfo>

export const RunData = lasting(
  message('RunData', { metrics: list(Metric), params: list(KeyValue), tags: list(KeyValue) }),
)

export const Dataset = message('Dataset', {
  name: nonEmpty,
  digest: nonEmpty,
  sourceType: nonEmpty,
  source: nonEmpty,
  schema: optional(string),
  profile: optional(string),
})
export type Dataset = Value<typeof Dataset>

export const DatasetInput = message('DatasetInput', { tags: list(KeyValue), dataset: Dataset })
export type DatasetInput = Value<typeof DatasetInput>

export const ModelInput = message('ModelInput', { modelId: nonEmpty })
export const ModelOutput = message('ModelOutput', { modelId: nonEmpty, step: defaults(int64, 0) })

export const RunInputs = message('RunInputs', { datasetInputs: list(DatasetInput), modelInputs: list(ModelInput) })
export const RunOutputs = message('RunOutputs', { modelOutputs: list(ModelOutput) })

export const Run = message('Run', {
  info: RunInfo,
  data: RunData,
  inputs: optional(RunInputs),
  outputs: optional(RunOutputs),
})
export type Run = Value<typeof Run>

export const runId = legacy(nonEmpty, 'run_uuid')

const nothing = message('Empty', {})
const byId = message('RunId', { runId })
const one = message('RunAnswer', { run: Run })

export const runs = {
  create: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/runs/create',
    access: { resource: 'experiment', by: 'experimentId', permission: 'EDIT' },
    request: message('CreateRun', {
      experimentId: nonEmpty,
      /** Ours: the id that a client chose which could not wait for the answer; 32 hexadecimal digits. */
      runId: optional(nonEmpty),
      userId: optional(string),
      runName: optional(string),
      startTime: optional(int64),
      tags: list(NewKeyValue),
    }),
    response: one,
  }),
  get: endpoint({
    method: 'GET',
    path: '/{api}/2.0/mlflow/runs/get',
    access: { resource: 'run', by: 'runId', permission: 'READ' },
    request: byId,
    response: one,
  }),
  update: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/runs/update',
    access: { resource: 'run', by: 'runId', permission: 'EDIT' },
    request: message('UpdateRun', {
      runId,
      status: optional(RunStatus),
      endTime: optional(int64),
      runName: optional(string),
    }),
    response: message('UpdateRun.Response', { runInfo: RunInfo }),
  }),
  delete: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/runs/delete',
    access: { resource: 'run', by: 'runId', permission: 'MANAGE' },
    request: byId,
    response: nothing,
  }),
  restore: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/runs/restore',
    access: { resource: 'run', by: 'runId', permission: 'MANAGE' },
    request: byId,
    response: nothing,
  }),
  search: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/runs/search',
    access: 'authenticated',
    request: message('SearchRuns', {
      experimentIds: list(string),
      filter: optional(string),
      runViewType: defaults(ViewType, 'ACTIVE_ONLY'),
      maxResults: defaults(int32, 1000),
      orderBy: list(string),
      pageToken: optional(string),
      /** Ours: of metrics, params and tags only these; all when absent. */
      only: optional(message('SearchRuns.Only', { metrics: list(string), params: list(string), tags: list(string) })),
    }),
    response: message('SearchRuns.Response', { runs: list(Run), nextPageToken: optional(string) }),
  }),
  logBatch: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/runs/log-batch',
    access: { resource: 'run', by: 'runId', permission: 'EDIT' },
    request: message('LogBatch', {
      runId,
      metrics: list(NewMetric),
      params: list(NewKeyValue),
      tags: list(NewKeyValue),
    }),
    response: nothing,
  }),
  logParameter: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/runs/log-parameter',
    access: { resource: 'run', by: 'runId', permission: 'EDIT' },
    request: message('LogParam', { runId, key: nonEmpty, value: defaults(string, '') }),
    response: nothing,
  }),
  setTag: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/runs/set-tag',
    access: { resource: 'run', by: 'runId', permission: 'EDIT' },
    request: message('SetTag', { runId, key: nonEmpty, value: defaults(string, '') }),
    response: nothing,
  }),
  deleteTag: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/runs/delete-tag',
    access: { resource: 'run', by: 'runId', permission: 'EDIT' },
    request: message('DeleteTag', { runId, key: nonEmpty }),
    response: nothing,
  }),
  logInputs: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/runs/log-inputs',
    access: { resource: 'run', by: 'runId', permission: 'EDIT' },
    request: message('LogInputs', { runId, datasets: list(DatasetInput), models: list(ModelInput) }),
    response: nothing,
  }),
  logOutputs: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/runs/outputs',
    access: { resource: 'run', by: 'runId', permission: 'EDIT' },
    request: message('LogOutputs', { runId, models: list(ModelOutput) }),
    response: nothing,
  }),
  logModel: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/runs/log-model',
    access: { resource: 'run', by: 'runId', permission: 'EDIT' },
    request: message('LogModel', { runId, modelJson: nonEmpty }),
    response: nothing,
  }),
}
