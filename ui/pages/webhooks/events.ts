import type { WebhookEvent } from '../../../src/wire/webhooks.ts'

/** What a webhook can be told, in words. */
export const EVENTS: [words: string, event: WebhookEvent][] = [
  ['a model is made', { entity: 'REGISTERED_MODEL', action: 'CREATED' }],
  ['a version is registered', { entity: 'MODEL_VERSION', action: 'CREATED' }],
  ['a tag of a version is set', { entity: 'MODEL_VERSION_TAG', action: 'SET' }],
  ['a tag of a version is removed', { entity: 'MODEL_VERSION_TAG', action: 'DELETED' }],
  ['an alias is set or moved', { entity: 'MODEL_VERSION_ALIAS', action: 'CREATED' }],
  ['an alias is removed', { entity: 'MODEL_VERSION_ALIAS', action: 'DELETED' }],
  ['a prompt is made', { entity: 'PROMPT', action: 'CREATED' }],
  ['a version of a prompt is made', { entity: 'PROMPT_VERSION', action: 'CREATED' }],
  ['a tag of a prompt is set', { entity: 'PROMPT_TAG', action: 'SET' }],
  ['a tag of a prompt is removed', { entity: 'PROMPT_TAG', action: 'DELETED' }],
  ['a tag of a prompt’s version is set', { entity: 'PROMPT_VERSION_TAG', action: 'SET' }],
  ['a tag of a prompt’s version is removed', { entity: 'PROMPT_VERSION_TAG', action: 'DELETED' }],
  ['an alias of a prompt is set or moved', { entity: 'PROMPT_ALIAS', action: 'CREATED' }],
  ['an alias of a prompt is removed', { entity: 'PROMPT_ALIAS', action: 'DELETED' }],
]

/** The name of an event on the wire, such as `model_version.created`. */
export const nameOf = ({ entity, action }: WebhookEvent) => `${entity}.${action}`.toLowerCase()
