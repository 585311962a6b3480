import { randomUUID } from 'node:crypto'
import type { Db, Sql } from '../db/db.ts'
import type { Egress } from '../http/egress.ts'
import { checkMaxResults } from '../tracking/limits.ts'
import type { Handlers } from '../wire/endpoint.ts'
import { ApiError, invalid } from '../wire/errors.ts'
import type { WebhookEvent, webhooks } from '../wire/webhooks.ts'
import { checkLength } from './names.ts'
import { exampleOf, toBody, toEventName } from './webhook-events.ts'
import { listDeliveries, redeliver, toDelivery } from './webhook-outbox.ts'
import { headersOf, type Secrets } from './webhook-secrets.ts'
import {
  deleteWebhook,
  eventsOf,
  getWebhook,
  insertWebhook,
  listWebhooks,
  setEvents,
  toWebhooks,
  updateWebhook,
  type WebhookRow,
} from './webhooks-store.ts'

const MOST_RESULTS = 1000
const LONGEST_DESCRIPTION = 1000
const LONGEST_SECRET = 1000

interface Deps {
  readonly db: Db
  readonly now: () => number
  readonly egress: Egress
  readonly secrets: Secrets
  /** Tells the dispatcher that something is due. */
  readonly wake: () => void
}

export function webhookHandlers({ db, now, egress, secrets, wake }: Deps): Handlers<typeof webhooks> {
  const sealed = (secret: string | undefined) => (secret ? secrets.seal(secret) : null)

  return {
    async create({ name, url, events, description = '', secret, status = 'ACTIVE' }) {
      checkTexts({ name, description, secret })
      const names = toNames(events)
      if (names.length === 0) throw invalid('events', 'a webhook needs one at least')
      await egress.check(url)
      return await db.write(async (tx) => {
        const time = now()
        const row = await insertWebhook(tx, {
          webhook_id: randomUUID(),
          name,
          description,
          url,
          secret: sealed(secret),
          status,
          creation_time: time,
          last_update_time: time,
        })
        await setEvents(tx, row.id, names)
        return await one(tx, row)
      })
    },

    async list({ maxResults, pageToken }) {
      checkMaxResults(maxResults, MOST_RESULTS)
      const { page, ...next } = pageOf(await listWebhooks(db, before(pageToken), maxResults + 1), maxResults)
      return { webhooks: await toWebhooks(db, page), ...next }
    },

    async get({ webhookId }) {
      return await one(db, await getWebhook(db, webhookId))
    },

    async update({ webhookId, name, url, events, description, secret, status }) {
      checkTexts({ name: name || undefined, description, secret })
      const names = toNames(events)
      await getWebhook(db, webhookId)
      if (url) await egress.check(url)
      return await db.write(async (tx) => {
        const { id } = await getWebhook(tx, webhookId)
        await updateWebhook(tx, id, {
          ...(name && { name }),
          ...(url && { url }),
          ...(description !== undefined && { description }),
          ...(secret !== undefined && { secret: sealed(secret) }),
          ...(status && { status }),
          last_update_time: now(),
        })
        if (names.length > 0) await setEvents(tx, id, names)
        return await one(tx, await getWebhook(tx, webhookId))
      })
    },

    async delete({ webhookId }) {
      await db.write(async (tx) => deleteWebhook(tx, (await getWebhook(tx, webhookId)).id))
      return {}
    },

    async test({ webhookId, event }) {
      const { id, url, secret } = await getWebhook(db, webhookId)
      const name = event ? toEventName('event', event) : (await eventsOf(db, [id])).get(id)![0]!
      const body = toBody(name, now(), exampleOf(name))
      try {
        const signed = { deliveryId: randomUUID(), secret: secret === null ? undefined : secrets.open(secret) }
        const { status } = await egress.post(url, headersOf({ ...signed, time: now(), body }), body)
        const success = status >= 200 && status < 300
        return {
          result: { success, responseStatus: status, ...(!success && { errorMessage: `It answered ${status}` }) },
        }
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        return { result: { success: false, errorMessage: error.message } }
      }
    },

    async deliveries({ webhookId, status, maxResults, pageToken }) {
      checkMaxResults(maxResults, MOST_RESULTS)
      const { id } = await getWebhook(db, webhookId)
      const wanted = { state: status, before: before(pageToken), limit: maxResults + 1 }
      const { page, ...next } = pageOf(await listDeliveries(db, id, wanted), maxResults)
      return { deliveries: page.map(toDelivery), ...next }
    },

    async redeliver({ webhookId, deliveryId }) {
      const { id } = await getWebhook(db, webhookId)
      const row = await db.write((tx) => redeliver(tx, id, deliveryId, now()))
      wake()
      return { delivery: toDelivery(row) }
    },
  }
}

function checkTexts({ name, description, secret }: { [K in 'name' | 'description' | 'secret']: string | undefined }) {
  if (name !== undefined && !/^(?=.{1,63}$)[a-z\d](?:[\w.-]*[a-z\d])?$/i.test(name))
    throw invalid(
      'name',
      `'${name}' may hold at most 63 letters, digits, '.', '_' and '-', and begin and end with a letter or digit`,
    )
  checkLength('description', description, LONGEST_DESCRIPTION)
  checkLength('secret', secret, LONGEST_SECRET)
}

const toNames = (events: readonly WebhookEvent[]) => [
  ...new Set(events.map((event, i) => toEventName(`events[${i}]`, event))),
]

/** The id that a page begins behind. */
function before(pageToken: string | undefined): number {
  if (!pageToken) return Number.MAX_SAFE_INTEGER
  if (/^\d{1,15}$/.test(pageToken)) return Number(pageToken)
  throw invalid('page_token', `'${pageToken.slice(0, 200)}' is not a token that this server gave`)
}

function pageOf<Row extends { readonly id: number }>(rows: readonly Row[], most: number) {
  const page = rows.slice(0, most)
  return { page, ...(rows.length > most && { nextPageToken: String(page.at(-1)!.id) }) }
}

const one = async (sql: Sql, row: WebhookRow) => ({ webhook: (await toWebhooks(sql, [row]))[0]! })
