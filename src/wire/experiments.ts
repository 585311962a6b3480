import { endpoint } from './endpoint.ts'
import { defaults, int64, list, message, nonEmpty, oneOf, optional, string, type Value } from './schema.ts'

export const ViewType = oneOf('ViewType', { ACTIVE_ONLY: 1, DELETED_ONLY: 2, ALL: 3 })
export type ViewType = Value<typeof ViewType>

export const KeyValue = message('KeyValue', { key: string, value: string })
export type KeyValue = Value<typeof KeyValue>

/** A key to set; without a value it is set to the empty string. */
export const NewKeyValue = message('NewKeyValue', { key: nonEmpty, value: defaults(string, '') })

export const Experiment = message('Experiment', {
  experimentId: string,
  name: string,
  artifactLocation: string,
  lifecycleStage: string,
  lastUpdateTime: int64,
  creationTime: int64,
  tags: list(KeyValue),
  /** Absent: traces are not archived. */
  effectiveTraceArchivalRetention: optional(string),
  workspace: string,
})
export type Experiment = Value<typeof Experiment>

const nothing = message('Empty', {})
const byId = message('ExperimentId', { experimentId: nonEmpty })
const one = message('ExperimentAnswer', { experiment: Experiment })

export const experiments = {
  create: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/experiments/create',
    access: 'authenticated',
    request: message('CreateExperiment', {
      name: nonEmpty,
      artifactLocation: optional(string),
      tags: list(NewKeyValue),
    }),
    response: message('CreateExperiment.Response', { experimentId: string }),
  }),
  search: endpoint({
    method: ['POST', 'GET'],
    path: '/{api}/2.0/mlflow/experiments/search',
    access: 'authenticated',
    request: message('SearchExperiments', {
      maxResults: optional(int64),
      pageToken: optional(string),
      filter: optional(string),
      orderBy: list(string),
      viewType: defaults(ViewType, 'ACTIVE_ONLY'),
    }),
    response: message('SearchExperiments.Response', { experiments: list(Experiment), nextPageToken: optional(string) }),
  }),
  get: endpoint({
    method: 'GET',
    path: '/{api}/2.0/mlflow/experiments/get',
    access: { resource: 'experiment', by: 'experimentId', permission: 'READ' },
    request: byId,
    response: one,
  }),
  getByName: endpoint({
    method: 'GET',
    path: '/{api}/2.0/mlflow/experiments/get-by-name',
    access: { resource: 'experiment', by: 'experimentName', permission: 'READ' },
    request: message('GetExperimentByName', { experimentName: nonEmpty }),
    response: one,
  }),
  update: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/experiments/update',
    access: { resource: 'experiment', by: 'experimentId', permission: 'EDIT' },
    request: message('UpdateExperiment', { experimentId: nonEmpty, newName: nonEmpty }),
    response: nothing,
  }),
  delete: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/experiments/delete',
    access: { resource: 'experiment', by: 'experimentId', permission: 'MANAGE' },
    request: byId,
    response: nothing,
  }),
  restore: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/experiments/restore',
    access: { resource: 'experiment', by: 'experimentId', permission: 'MANAGE' },
    request: byId,
    response: nothing,
  }),
  setTag: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/experiments/set-experiment-tag',
    access: { resource: 'experiment', by: 'experimentId', permission: 'EDIT' },
    request: message('SetExperimentTag', { experimentId: nonEmpty, key: nonEmpty, value: defaults(string, '') }),
    response: nothing,
  }),
  deleteTag: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/experiments/delete-experiment-tag',
    access: { resource: 'experiment', by: 'experimentId', permission: 'EDIT' },
    request: message('DeleteExperimentTag', { experimentId: nonEmpty, key: nonEmpty }),
    response: nothing,
  }),
  searchDatasets: endpoint({
    method: 'POST',
    path: '/ajax-api/2.0/mlflow/experiments/search-datasets',
    access: 'authenticated',
    request: message('SearchDatasets', { experimentIds: list(string) }),
    response: message('SearchDatasets.Response', {
      datasetSummaries: list(
        message('DatasetSummary', { experimentId: string, name: string, digest: string, context: optional(string) }),
      ),
    }),
  }),
}
