import { endpoint } from './endpoint.ts'
import { version } from './model-versions.ts'
import { defaults, int32, int64, list, message, nonEmpty, oneOf, optional, string, type Value } from './schema.ts'

/** What can happen to a registered model; the names are those of MLflow's webhooks where it has one. */
export const RegistryAction = oneOf('RegistryAction', {
  'registered_model.created': 1,
  'registered_model.renamed': 2,
  'registered_model.described': 3,
  'registered_model.deleted': 4,
  'registered_model_tag.set': 5,
  'registered_model_tag.deleted': 6,
  'model_version.created': 7,
  'model_version.described': 8,
  'model_version.staged': 9,
  'model_version.deleted': 10,
  'model_version_tag.set': 11,
  'model_version_tag.deleted': 12,
  'model_version_alias.created': 13,
  'model_version_alias.deleted': 14,
  'transition_request.created': 15,
  'transition_request.approved': 16,
  'transition_request.rejected': 17,
  'transition_request.cancelled': 18,
})
export type RegistryAction = Value<typeof RegistryAction>

/** One change, which nothing changes again. */
export const RegistryEvent = message('RegistryEvent', {
  id: int64,
  timestamp: int64,
  userId: string,
  action: RegistryAction,
  /** The model's name at that time. */
  name: string,
  version: optional(version),
  /** The tag or the alias that it is about. */
  key: optional(string),
  /** What was there; absent when there was nothing. */
  before: optional(string),
  after: optional(string),
  comment: optional(string),
})
export type RegistryEvent = Value<typeof RegistryEvent>

export const VersionAsOf = message('VersionAsOf', { version, stage: string, aliases: list(string) })

export const registry = {
  /** The changes to one model or to all, newest first. */
  history: endpoint({
    method: 'GET',
    path: '/{api}/3.0/millrace/registry/history',
    access: 'authenticated',
    request: message('RegistryHistory', {
      name: optional(string),
      version: optional(version),
      action: optional(RegistryAction),
      userId: optional(string),
      since: optional(int64),
      until: optional(int64),
      maxResults: defaults(int32, 100),
      /** `nextPageToken` of the page before. */
      pageToken: optional(string),
    }),
    response: message('RegistryHistory.Response', { events: list(RegistryEvent), nextPageToken: optional(string) }),
  }),
  /** The versions of a model, their stages and aliases, as they were. */
  asOf: endpoint({
    method: 'GET',
    path: '/{api}/3.0/millrace/registry/as-of',
    access: { resource: 'registered_model', by: 'name', permission: 'READ' },
    request: message('RegistryAsOf', { name: nonEmpty, timestamp: int64 }),
    response: message('RegistryAsOf.Response', { versions: list(VersionAsOf) }),
  }),
}
