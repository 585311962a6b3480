import { endpoint, raw } from './endpoint.ts'
import { KeyValue, NewKeyValue } from './experiments.ts'
import { ModelMetric } from './metrics.ts'
import { FileInfo } from './artifacts.ts'
import { bool, defaults, int32, int64, list, message, nonEmpty, oneOf, optional, string, type Value } from './schema.ts'

export const LoggedModelStatus = oneOf('LoggedModelStatus', {
  LOGGED_MODEL_STATUS_UNSPECIFIED: 0,
  LOGGED_MODEL_PENDING: 1,
  LOGGED_MODEL_READY: 2,
  LOGGED_MODEL_UPLOAD_FAILED: 3,
})
export type LoggedModelStatus = Value<typeof LoggedModelStatus>

export const LoggedModel = message('LoggedModel', {
  info: message('LoggedModelInfo', {
    modelId: string,
    experimentId: string,
    name: string,
    creationTimestampMs: int64,
    lastUpdatedTimestampMs: int64,
    artifactUri: string,
    status: LoggedModelStatus,
    statusMessage: optional(string),
    modelType: optional(string),
    sourceRunId: optional(string),
    tags: list(KeyValue),
  }),
  data: message('LoggedModelData', { params: list(KeyValue), metrics: list(ModelMetric) }),
})
export type LoggedModel = Value<typeof LoggedModel>

const nothing = message('Empty', {})
const one = message('LoggedModelAnswer', { model: LoggedModel })
const read = { resource: 'logged_model', by: 'modelId', permission: 'READ' } as const
const edit = { resource: 'logged_model', by: 'modelId', permission: 'EDIT' } as const

export const loggedModels = {
  create: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/logged-models',
    access: { resource: 'experiment', by: 'experimentId', permission: 'EDIT' },
    request: message('CreateLoggedModel', {
      experimentId: nonEmpty,
      name: optional(string),
      modelType: optional(string),
      sourceRunId: optional(string),
      params: list(NewKeyValue),
      tags: list(NewKeyValue),
    }),
    response: one,
  }),
  search: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/logged-models/search',
    access: 'authenticated',
    request: message('SearchLoggedModels', {
      experimentIds: list(string),
      filter: optional(string),
      datasets: list(message('SearchLoggedModels.Dataset', { datasetName: nonEmpty, datasetDigest: optional(string) })),
      maxResults: defaults(int32, 50),
      orderBy: list(
        message('SearchLoggedModels.OrderBy', {
          fieldName: nonEmpty,
          ascending: defaults(bool, true),
          datasetName: optional(string),
          datasetDigest: optional(string),
        }),
      ),
      pageToken: optional(string),
    }),
    response: message('SearchLoggedModels.Response', { models: list(LoggedModel), nextPageToken: optional(string) }),
  }),
  get: endpoint({
    method: 'GET',
    path: '/{api}/2.0/mlflow/logged-models/:modelId',
    access: read,
    request: message('GetLoggedModel', { modelId: nonEmpty, allowDeleted: optional(bool) }),
    response: one,
  }),
  finalize: endpoint({
    method: 'PATCH',
    path: '/{api}/2.0/mlflow/logged-models/:modelId',
    access: edit,
    request: message('FinalizeLoggedModel', { modelId: nonEmpty, status: LoggedModelStatus }),
    response: one,
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/{api}/2.0/mlflow/logged-models/:modelId',
    access: { ...edit, permission: 'MANAGE' },
    request: message('DeleteLoggedModel', { modelId: nonEmpty }),
    response: nothing,
  }),
  setTags: endpoint({
    method: 'PATCH',
    path: '/{api}/2.0/mlflow/logged-models/:modelId/tags',
    access: edit,
    request: message('SetLoggedModelTags', { modelId: nonEmpty, tags: list(NewKeyValue) }),
    response: one,
  }),
  deleteTag: endpoint({
    method: 'DELETE',
    path: '/{api}/2.0/mlflow/logged-models/:modelId/tags/:tagKey',
    access: edit,
    request: message('DeleteLoggedModelTag', { modelId: nonEmpty, tagKey: nonEmpty }),
    response: nothing,
  }),
  logParams: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/logged-models/:modelId/params',
    access: edit,
    request: message('LogLoggedModelParams', { modelId: nonEmpty, params: list(NewKeyValue) }),
    response: nothing,
  }),
}

/** A logged model's files; served beside the runs' artifacts. */
export const modelArtifacts = {
  list: endpoint({
    method: 'GET',
    path: '/{api}/2.0/mlflow/logged-models/:modelId/artifacts/directories',
    access: read,
    request: message('ListLoggedModelArtifacts', {
      modelId: nonEmpty,
      artifactDirectoryPath: optional(string),
      pageToken: optional(string),
    }),
    response: message('ListLoggedModelArtifacts.Response', {
      rootUri: string,
      files: list(FileInfo),
      nextPageToken: optional(string),
    }),
  }),
  get: endpoint({
    method: 'GET',
    path: '/ajax-api/2.0/mlflow/logged-models/:modelId/artifacts/files',
    access: read,
    request: message('GetLoggedModelArtifact', { modelId: nonEmpty, artifactFilePath: nonEmpty }),
    response: raw,
  }),
}
