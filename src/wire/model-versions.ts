import { endpoint } from './endpoint.ts'
import { KeyValue, NewKeyValue } from './experiments.ts'
import {
  bool,
  defaults,
  int64,
  list,
  message,
  nonEmpty,
  oneOf,
  optional,
  type Schema,
  string,
  type Value,
} from './schema.ts'

/** The number of a version, which travels as text. */
export const version: Schema<number> = {
  kind: 'string',
  read: (json) => int64.read(json),
  write: String,
}

export const ModelVersionStatus = oneOf('ModelVersionStatus', {
  PENDING_REGISTRATION: 1,
  FAILED_REGISTRATION: 2,
  READY: 3,
})

export const ModelVersion = message('ModelVersion', {
  name: string,
  version,
  creationTimestamp: int64,
  lastUpdatedTimestamp: int64,
  userId: optional(string),
  currentStage: string,
  description: optional(string),
  /** As it was given when the version was made. */
  source: string,
  runId: optional(string),
  status: ModelVersionStatus,
  statusMessage: optional(string),
  tags: list(KeyValue),
  runLink: optional(string),
  aliases: list(string),
  modelId: optional(string),
})
export type ModelVersion = Value<typeof ModelVersion>

const nothing = message('Empty', {})
const byVersion = message('ModelVersionName', { name: nonEmpty, version })
const one = message('ModelVersionAnswer', { modelVersion: ModelVersion })
const read = { resource: 'registered_model', by: 'name', permission: 'READ' } as const
const edit = { resource: 'registered_model', by: 'name', permission: 'EDIT' } as const
const manage = { resource: 'registered_model', by: 'name', permission: 'MANAGE' } as const

export const modelVersions = {
  create: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/model-versions/create',
    access: edit,
    request: message('CreateModelVersion', {
      name: nonEmpty,
      source: nonEmpty,
      runId: optional(string),
      tags: list(NewKeyValue),
      runLink: optional(string),
      description: optional(string),
      modelId: optional(string),
    }),
    response: one,
  }),
  get: endpoint({
    method: 'GET',
    path: '/{api}/2.0/mlflow/model-versions/get',
    access: read,
    request: byVersion,
    response: one,
  }),
  search: endpoint({
    method: 'GET',
    path: '/{api}/2.0/mlflow/model-versions/search',
    access: 'authenticated',
    request: message('SearchModelVersions', {
      filter: optional(string),
      maxResults: defaults(int64, 200_000),
      orderBy: list(string),
      pageToken: optional(string),
    }),
    response: message('SearchModelVersions.Response', {
      modelVersions: list(ModelVersion),
      nextPageToken: optional(string),
    }),
  }),
  update: endpoint({
    method: 'PATCH',
    path: '/{api}/2.0/mlflow/model-versions/update',
    access: edit,
    request: message('UpdateModelVersion', { name: nonEmpty, version, description: optional(string) }),
    response: one,
  }),
  transitionStage: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/model-versions/transition-stage',
    access: edit,
    request: message('TransitionModelVersionStage', {
      name: nonEmpty,
      version,
      stage: nonEmpty,
      archiveExistingVersions: defaults(bool, false),
      /** Ours: why; it stands in the history. */
      comment: optional(string),
    }),
    response: one,
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/{api}/2.0/mlflow/model-versions/delete',
    access: manage,
    request: byVersion,
    response: nothing,
  }),
  downloadUri: endpoint({
    method: 'GET',
    path: '/{api}/2.0/mlflow/model-versions/get-download-uri',
    access: read,
    request: byVersion,
    response: message('GetModelVersionDownloadUri.Response', { artifactUri: string }),
  }),
  setTag: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/model-versions/set-tag',
    access: edit,
    request: message('SetModelVersionTag', { name: nonEmpty, version, key: nonEmpty, value: defaults(string, '') }),
    response: nothing,
  }),
  deleteTag: endpoint({
    method: 'DELETE',
    path: '/{api}/2.0/mlflow/model-versions/delete-tag',
    access: edit,
    request: message('DeleteModelVersionTag', { name: nonEmpty, version, key: nonEmpty }),
    response: nothing,
  }),
}
