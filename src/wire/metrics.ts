import { endpoint } from './endpoint.ts'
import {
  defaults,
  double,
  int32,
  int64,
  legacy,
  list,
  message,
  nonEmpty,
  optional,
  string,
  type Value,
} from './schema.ts'

export const Metric = message('Metric', {
  key: string,
  value: double,
  /** Milliseconds since 1970, as the client said. */
  timestamp: int64,
  step: int64,
})
export type Metric = Value<typeof Metric>

/** A metric of a logged model: what was measured, in which run and on which dataset. */
export const ModelMetric = message('ModelMetric', {
  key: string,
  value: double,
  timestamp: int64,
  step: int64,
  datasetName: optional(string),
  datasetDigest: optional(string),
  modelId: string,
  runId: string,
})
export type ModelMetric = Value<typeof ModelMetric>

const newMetric = {
  key: nonEmpty,
  value: double,
  timestamp: int64,
  step: defaults(int64, 0),
  modelId: optional(string),
  datasetName: optional(string),
  datasetDigest: optional(string),
}
export const NewMetric = message('NewMetric', newMetric)
export type NewMetric = Value<typeof NewMetric>

export const RunMetric = message('RunMetric', {
  key: string,
  value: double,
  timestamp: int64,
  step: int64,
  runId: string,
})
export type RunMetric = Value<typeof RunMetric>

/** A series thinned for a chart: bucket by bucket the last point, with the least and greatest value of the bucket. */
export const SampledSeries = message('SampledSeries', {
  runId: string,
  key: string,
  /** Points in the whole series. */
  count: int64,
  steps: list(int64),
  timestamps: list(int64),
  values: list(double),
  mins: list(double),
  maxs: list(double),
})
export type SampledSeries = Value<typeof SampledSeries>

const runId = legacy(nonEmpty, 'run_uuid')
const points = message('Metrics', { metrics: list(RunMetric) })

export const metrics = {
  log: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/runs/log-metric',
    access: { resource: 'run', by: 'runId', permission: 'EDIT' },
    request: message('LogMetric', { runId, ...newMetric }),
    response: message('Empty', {}),
  }),
  getHistory: endpoint({
    method: 'GET',
    path: '/{api}/2.0/mlflow/metrics/get-history',
    access: { resource: 'run', by: 'runId', permission: 'READ' },
    request: message('GetMetricHistory', {
      runId,
      metricKey: nonEmpty,
      pageToken: optional(string),
      maxResults: optional(int32),
    }),
    response: message('GetMetricHistory.Response', { metrics: list(Metric), nextPageToken: optional(string) }),
  }),
  getHistoryBulk: endpoint({
    method: 'GET',
    path: '/ajax-api/2.0/mlflow/metrics/get-history-bulk',
    access: { resource: 'run', by: 'runId', permission: 'READ' },
    request: message('GetMetricHistoryBulk', {
      runId: list(nonEmpty),
      metricKey: nonEmpty,
      maxResults: defaults(int32, 25000),
    }),
    response: points,
  }),
  getHistoryBulkInterval: endpoint({
    method: 'GET',
    path: '/{api}/2.0/mlflow/metrics/get-history-bulk-interval',
    access: { resource: 'run', by: 'runIds', permission: 'READ' },
    request: message('GetMetricHistoryBulkInterval', {
      runIds: list(nonEmpty),
      metricKey: nonEmpty,
      startStep: optional(int32),
      endStep: optional(int32),
      maxResults: defaults(int32, 2500),
    }),
    response: points,
  }),
  /** Ours: every series that a page of charts needs, in one answer. */
  sample: endpoint({
    method: 'POST',
    path: '/{api}/3.0/millrace/metrics/sample',
    access: { resource: 'run', by: 'runIds', permission: 'READ' },
    request: message('SampleMetrics', {
      runIds: list(nonEmpty),
      keys: list(nonEmpty),
      /** Most points a series, 1 to 2500. */
      points: defaults(int32, 320),
      startStep: optional(int64),
      endStep: optional(int64),
    }),
    response: message('SampleMetrics.Response', { series: list(SampledSeries) }),
  }),
}
