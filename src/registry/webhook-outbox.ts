import { randomUUID } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Db, Sql, Transaction } from '../db/db.ts'
import type { Tables } from '../db/tables.ts'
import { notFound } from '../wire/errors.ts'
import type { DeliveryStatus, WebhookDelivery } from '../wire/webhooks.ts'
import type { Change } from './events.ts'
import { dataOf, toBody, toldOf, toWebhookEvent } from './webhook-events.ts'
import type { WebhookRow } from './webhooks-store.ts'

export type DeliveryRow = Selectable<Tables['webhook_deliveries']>

/** Puts what webhooks are to be told of changes into the outbox, in the transaction that makes the changes. */
export async function enqueue(tx: Transaction, time: number, changes: readonly Change[]): Promise<void> {
  const told = toldOf(changes)
  if (told.length === 0) return
  const events = [...new Set(told.map(([event]) => event))]
  const listeners = await tx.all<{ event: string; webhook: number }>(
    `select e.event, e.webhook from webhook_events e join webhooks w on w.id = e.webhook
     where w.status = 'ACTIVE' and e.event in (${events.map(() => '?')})`,
    events,
  )
  if (listeners.length === 0) return
  const webhooks = Map.groupBy(listeners, ({ event }) => event)
  for (const [event, change] of told) {
    const listening = webhooks.get(event)
    if (!listening) continue
    const body = toBody(event, time, await dataOf(tx, event, change, changes))
    await tx.insertMany(
      'webhook_deliveries',
      {
        delivery_id: 'text',
        webhook: 'bigint',
        event: 'text',
        body: 'text',
        time: 'bigint',
        state: 'text',
        attempts: 'bigint',
        next_attempt_at: 'bigint',
      },
      listening.map(({ webhook }) => [randomUUID(), webhook, event, body, time, 'PENDING', 0, time]),
    )
  }
}

/** When the outbox is to be looked at next; nothing while it is empty. */
export const nextDue = async (db: Db): Promise<number | undefined> =>
  (await db.get<{ at: number | null }>('select min(next_attempt_at) as at from webhook_deliveries'))?.at ?? undefined

export type Claimed = DeliveryRow & { readonly hook: WebhookRow }

/**
 * Takes deliveries that are due, at most one of each webhook, so that each hears things in their order.
 *
 * Nobody else takes them, nor another of the same webhook, until `until`: who took them has told by then what became of
 * them, or is gone.
 */
export async function claim(db: Db, now: number, until: number, most: number): Promise<Claimed[]> {
  return await db.write(async (tx) => {
    const rows = await tx.all<DeliveryRow>(
      `update webhook_deliveries
       set state = 'SENDING', attempts = attempts + 1, last_attempt_at = ?, next_attempt_at = ?
       where next_attempt_at <= ? and id in (
         select id from (
           select (
             select d.id from webhook_deliveries d
             where d.webhook = w.id and d.next_attempt_at <= ?
             order by d.next_attempt_at, d.id
             limit 1
           ) as id
           from webhooks w
           where not exists (
             select 1 from webhook_deliveries s
             where s.webhook = w.id and s.state = 'SENDING' and s.next_attempt_at > ?
           )
         ) due
         where id is not null
         order by id
         limit ?
       )
       returning *`,
      [now, until, now, now, now, most],
    )
    if (rows.length === 0) return []
    const ids = rows.map(({ webhook }) => webhook)
    const hooks = await tx.all<WebhookRow>(`select * from webhooks where id in (${ids.map(() => '?')})`, ids)
    return rows.map((row) => ({ ...row, hook: hooks.find(({ id }) => id === row.webhook)! }))
  })
}

export interface Outcome {
  readonly state: Extract<DeliveryStatus, 'PENDING' | 'DELIVERED' | 'FAILED'>
  readonly status?: number | undefined
  readonly error?: string | undefined
  /** When to try again; nothing for never. */
  readonly next?: number
}

/** Writes what became of a claimed delivery, unless somebody else took it meanwhile. */
export async function settle(db: Db, { id, next_attempt_at: until }: DeliveryRow, outcome: Outcome): Promise<void> {
  const { state, status = null, error = null, next = null } = outcome
  await db.write((tx) =>
    tx.all(
      `update webhook_deliveries set state = ?, response_status = ?, error = ?, next_attempt_at = ?
       where id = ? and next_attempt_at = ? and state = 'SENDING'`,
      [state, status, error, next, id, until],
    ),
  )
}

/** Forgets deliveries of which nothing more is to be done, and that were made before a time. */
export async function forget(db: Db, before: number): Promise<void> {
  await db.write((tx) => tx.all('delete from webhook_deliveries where next_attempt_at is null and time < ?', [before]))
}

export async function listDeliveries(
  sql: Sql,
  webhook: number,
  { state, before, limit }: { state: DeliveryStatus | undefined; before: number; limit: number },
): Promise<DeliveryRow[]> {
  return await sql.all<DeliveryRow>(
    `select * from webhook_deliveries where webhook = ? and id < ? ${state ? 'and state = ?' : ''} order by id desc limit ?`,
    [webhook, before, ...(state ? [state] : []), limit],
  )
}

/**
 * Makes a delivery due now, with all its attempts before it; one that is being sent stays so.
 *
 * @throws ApiError `RESOURCE_DOES_NOT_EXIST`
 */
export async function redeliver(
  tx: Transaction,
  webhook: number,
  deliveryId: string,
  now: number,
): Promise<DeliveryRow> {
  await tx.all(
    `update webhook_deliveries set state = 'PENDING', attempts = 0, next_attempt_at = ?
     where delivery_id = ? and webhook = ? and state <> 'SENDING'`,
    [now, deliveryId, webhook],
  )
  const row = await tx.get<DeliveryRow>('select * from webhook_deliveries where delivery_id = ? and webhook = ?', [
    deliveryId,
    webhook,
  ])
  if (!row) throw notFound('Delivery', deliveryId)
  return row
}

export const toDelivery = (row: DeliveryRow): WebhookDelivery => ({
  deliveryId: row.delivery_id,
  event: toWebhookEvent(row.event),
  payload: row.body,
  status: row.state as DeliveryStatus,
  attempts: row.attempts,
  creationTimestamp: row.time,
  ...(row.last_attempt_at !== null && { lastAttemptTimestamp: row.last_attempt_at }),
  ...(row.next_attempt_at !== null && { nextAttemptTimestamp: row.next_attempt_at }),
  ...(row.response_status !== null && { responseStatus: row.response_status }),
  ...(row.error !== null && { errorMessage: row.error }),
})
