import { endpoint } from './endpoint.ts'
import { KeyValue, NewKeyValue } from './experiments.ts'
import { ModelVersion, version } from './model-versions.ts'
import { defaults, int64, list, message, nonEmpty, optional, string, type Value } from './schema.ts'

export const RegisteredModelAlias = message('RegisteredModelAlias', { alias: string, version })

export const RegisteredModel = message('RegisteredModel', {
  name: string,
  creationTimestamp: int64,
  lastUpdatedTimestamp: int64,
  userId: optional(string),
  description: optional(string),
  /** The newest version of each stage that has one. */
  latestVersions: list(ModelVersion),
  tags: list(KeyValue),
  aliases: list(RegisteredModelAlias),
  deploymentJobId: optional(string),
})
export type RegisteredModel = Value<typeof RegisteredModel>

const nothing = message('Empty', {})
const byName = message('RegisteredModelName', { name: nonEmpty })
const one = message('RegisteredModelAnswer', { registeredModel: RegisteredModel })
const oneVersion = message('ModelVersionAnswer', { modelVersion: ModelVersion })
const read = { resource: 'registered_model', by: 'name', permission: 'READ' } as const
const edit = { resource: 'registered_model', by: 'name', permission: 'EDIT' } as const
const manage = { resource: 'registered_model', by: 'name', permission: 'MANAGE' } as const

export const registeredModels = {
  create: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/registered-models/create',
    access: 'authenticated',
    request: message('CreateRegisteredModel', {
      name: nonEmpty,
      tags: list(NewKeyValue),
      description: optional(string),
      deploymentJobId: optional(string),
    }),
    response: one,
  }),
  get: endpoint({
    method: 'GET',
    path: '/{api}/2.0/mlflow/registered-models/get',
    access: read,
    request: byName,
    response: one,
  }),
  search: endpoint({
    method: 'GET',
    path: '/{api}/2.0/mlflow/registered-models/search',
    access: 'authenticated',
    request: message('SearchRegisteredModels', {
      filter: optional(string),
      maxResults: defaults(int64, 100),
      orderBy: list(string),
      pageToken: optional(string),
    }),
    response: message('SearchRegisteredModels.Response', {
      registeredModels: list(RegisteredModel),
      nextPageToken: optional(string),
    }),
  }),
  rename: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/registered-models/rename',
    access: edit,
    request: message('RenameRegisteredModel', { name: nonEmpty, newName: nonEmpty }),
    response: one,
  }),
  update: endpoint({
    method: 'PATCH',
    path: '/{api}/2.0/mlflow/registered-models/update',
    access: edit,
    request: message('UpdateRegisteredModel', {
      name: nonEmpty,
      description: optional(string),
      deploymentJobId: optional(string),
    }),
    response: one,
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/{api}/2.0/mlflow/registered-models/delete',
    access: manage,
    request: byName,
    response: nothing,
  }),
  latestVersions: endpoint({
    method: ['POST', 'GET'],
    path: '/{api}/2.0/mlflow/registered-models/get-latest-versions',
    access: read,
    request: message('GetLatestVersions', { name: nonEmpty, stages: list(string) }),
    response: message('GetLatestVersions.Response', { modelVersions: list(ModelVersion) }),
  }),
  setTag: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/registered-models/set-tag',
    access: edit,
    request: message('SetRegisteredModelTag', { name: nonEmpty, key: nonEmpty, value: defaults(string, '') }),
    response: nothing,
  }),
  deleteTag: endpoint({
    method: 'DELETE',
    path: '/{api}/2.0/mlflow/registered-models/delete-tag',
    access: edit,
    request: message('DeleteRegisteredModelTag', { name: nonEmpty, key: nonEmpty }),
    response: nothing,
  }),
  setAlias: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/registered-models/alias',
    access: edit,
    request: message('SetRegisteredModelAlias', {
      name: nonEmpty,
      alias: nonEmpty,
      version,
      /** Ours: why; it stands in the history. */
      comment: optional(string),
    }),
    response: nothing,
  }),
  deleteAlias: endpoint({
    method: 'DELETE',
    path: '/{api}/2.0/mlflow/registered-models/alias',
    access: edit,
    request: message('DeleteRegisteredModelAlias', { name: nonEmpty, alias: nonEmpty }),
    response: nothing,
  }),
  getByAlias: endpoint({
    method: 'GET',
    path: '/{api}/2.0/mlflow/registered-models/alias',
    access: read,
    request: message('GetModelVersionByAlias', { name: nonEmpty, alias: nonEmpty }),
    response: oneVersion,
  }),
}
