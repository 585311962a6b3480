import { endpoint } from './endpoint.ts'
import { bool, defaults, int32, int64, list, message, nonEmpty, oneOf, optional, string, type Value } from './schema.ts'

export const WebhookEntity = oneOf('WebhookEntity', {
  REGISTERED_MODEL: 1,
  MODEL_VERSION: 2,
  MODEL_VERSION_TAG: 3,
  MODEL_VERSION_ALIAS: 4,
  PROMPT: 5,
  PROMPT_VERSION: 6,
  PROMPT_TAG: 7,
  PROMPT_VERSION_TAG: 8,
  PROMPT_ALIAS: 9,
  BUDGET_POLICY: 10,
})

export const WebhookAction = oneOf('WebhookAction', { CREATED: 1, UPDATED: 2, DELETED: 3, SET: 4, EXCEEDED: 5 })

export const WebhookStatus = oneOf('WebhookStatus', { ACTIVE: 1, DISABLED: 2 })
export type WebhookStatus = Value<typeof WebhookStatus>

export const WebhookEvent = message('WebhookEvent', { entity: WebhookEntity, action: WebhookAction })
export type WebhookEvent = Value<typeof WebhookEvent>

/** Whom to tell of what. Its secret is told to nobody. */
export const Webhook = message('Webhook', {
  webhookId: string,
  name: string,
  description: optional(string),
  url: string,
  events: list(WebhookEvent),
  status: WebhookStatus,
  creationTimestamp: int64,
  lastUpdatedTimestamp: int64,
})
export type Webhook = Value<typeof Webhook>

export const WebhookTestResult = message('WebhookTestResult', {
  success: bool,
  responseStatus: optional(int32),
  errorMessage: optional(string),
})

export const DeliveryStatus = oneOf('DeliveryStatus', { PENDING: 1, SENDING: 2, DELIVERED: 3, FAILED: 4 })
export type DeliveryStatus = Value<typeof DeliveryStatus>

/** One event on its way to one webhook. */
export const WebhookDelivery = message('WebhookDelivery', {
  /** `X-MLflow-Delivery-Id`: the same in each attempt. */
  deliveryId: string,
  event: WebhookEvent,
  /** The body, as it is signed and sent. */
  payload: string,
  status: DeliveryStatus,
  attempts: int32,
  creationTimestamp: int64,
  lastAttemptTimestamp: optional(int64),
  nextAttemptTimestamp: optional(int64),
  /** Of the last attempt; absent when there was no answer. */
  responseStatus: optional(int32),
  errorMessage: optional(string),
})
export type WebhookDelivery = Value<typeof WebhookDelivery>

const byId = message('WebhookId', { webhookId: nonEmpty })
const one = message('WebhookAnswer', { webhook: Webhook })
const path = '/{api}/2.0/mlflow/webhooks'
const deliveries = '/{api}/3.0/millrace/webhooks/:webhookId/deliveries'

export const webhooks = {
  create: endpoint({
    method: 'POST',
    path,
    access: 'admin',
    request: message('CreateWebhook', {
      name: nonEmpty,
      description: optional(string),
      url: nonEmpty,
      events: list(WebhookEvent),
      secret: optional(string),
      status: optional(WebhookStatus),
    }),
    response: one,
  }),
  list: endpoint({
    method: 'GET',
    path,
    access: 'admin',
    request: message('ListWebhooks', { maxResults: defaults(int32, 100), pageToken: optional(string) }),
    response: message('ListWebhooks.Response', { webhooks: list(Webhook), nextPageToken: optional(string) }),
  }),
  get: endpoint({ method: 'GET', path: `${path}/:webhookId`, access: 'admin', request: byId, response: one }),
  update: endpoint({
    method: 'PATCH',
    path: `${path}/:webhookId`,
    access: 'admin',
    request: message('UpdateWebhook', {
      webhookId: nonEmpty,
      name: optional(string),
      description: optional(string),
      url: optional(string),
      events: list(WebhookEvent),
      /** Empty for none. */
      secret: optional(string),
      status: optional(WebhookStatus),
    }),
    response: one,
  }),
  delete: endpoint({
    method: 'DELETE',
    path: `${path}/:webhookId`,
    access: 'admin',
    request: byId,
    response: message('Empty', {}),
  }),
  /** Sends an example of an event, the webhook's first unless one is named. */
  test: endpoint({
    method: 'POST',
    path: `${path}/:webhookId/test`,
    access: 'admin',
    request: message('TestWebhook', { webhookId: nonEmpty, event: optional(WebhookEvent) }),
    response: message('TestWebhook.Response', { result: WebhookTestResult }),
  }),
  /** What was sent and what is to be, newest first. */
  deliveries: endpoint({
    method: 'GET',
    path: deliveries,
    access: 'admin',
    request: message('ListDeliveries', {
      webhookId: nonEmpty,
      status: optional(DeliveryStatus),
      maxResults: defaults(int32, 100),
      pageToken: optional(string),
    }),
    response: message('ListDeliveries.Response', {
      deliveries: list(WebhookDelivery),
      nextPageToken: optional(string),
    }),
  }),
  /** Sends a delivery again, or one that waits at once. */
  redeliver: endpoint({
    method: 'POST',
    path: `${deliveries}/:deliveryId/redeliver`,
    access: 'admin',
    request: message('Redeliver', { webhookId: nonEmpty, deliveryId: nonEmpty }),
    response: message('Redeliver.Response', { delivery: WebhookDelivery }),
  }),
}
