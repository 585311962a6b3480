import type { Selectable } from 'kysely'
import type { Sql, Transaction } from '../db/db.ts'
import type { Tables } from '../db/tables.ts'
import { notFound } from '../wire/errors.ts'
import type { Webhook, WebhookStatus } from '../wire/webhooks.ts'
import { toWebhookEvent } from './webhook-events.ts'

export type WebhookRow = Selectable<Tables['webhooks']>

export async function insertWebhook(tx: Transaction, row: Omit<WebhookRow, 'id'>): Promise<WebhookRow> {
  return await tx.kysely.insertInto('webhooks').values(row).returningAll().executeTakeFirstOrThrow()
}

/** @throws ApiError `RESOURCE_DOES_NOT_EXIST` */
export async function getWebhook(sql: Sql, webhookId: string): Promise<WebhookRow> {
  const row = await sql.get<WebhookRow>(`select * from webhooks where webhook_id = ? and status <> 'DELETED'`, [
    webhookId,
  ])
  if (!row) throw notFound('Webhook', webhookId)
  return row
}

/** Webhooks made before the one with the id `before`, newest first. */
export async function listWebhooks(sql: Sql, before: number, limit: number): Promise<WebhookRow[]> {
  return await sql.all<WebhookRow>(
    `select * from webhooks where id < ? and status <> 'DELETED' order by id desc limit ?`,
    [before, limit],
  )
}

export async function updateWebhook(
  tx: Transaction,
  id: number,
  change: Partial<Omit<WebhookRow, 'id' | 'webhook_id' | 'creation_time'>>,
): Promise<void> {
  await tx.kysely.updateTable('webhooks').set(change).where('id', '=', id).execute()
}

/** Deletes a webhook, what it was told and what it was to be told; an empty row stays, for who is about to tell it something. */
export async function deleteWebhook(tx: Transaction, id: number): Promise<void> {
  await tx.all(`update webhooks set status = 'DELETED', url = '', secret = null where id = ?`, [id])
  await tx.all('delete from webhook_events where webhook = ?', [id])
  await tx.all('delete from webhook_deliveries where webhook = ?', [id])
}

/** Makes these the events of a webhook, and no others. */
export async function setEvents(tx: Transaction, webhook: number, events: readonly string[]): Promise<void> {
  await tx.all('delete from webhook_events where webhook = ?', [webhook])
  await tx.insertMany(
    'webhook_events',
    { event: 'text', webhook: 'bigint' },
    events.map((event) => [event, webhook]),
    'do nothing',
  )
}

export async function eventsOf(sql: Sql, webhooks: readonly number[]): Promise<Map<number, string[]>> {
  if (webhooks.length === 0) return new Map()
  const rows = await sql.all<{ webhook: number; event: string }>(
    `select webhook, event from webhook_events where webhook in (${webhooks.map(() => '?')}) order by webhook, event`,
    [...webhooks],
  )
  return new Map([...Map.groupBy(rows, ({ webhook }) => webhook)].map(([id, of]) => [id, of.map(({ event }) => event)]))
}

export async function toWebhooks(sql: Sql, rows: readonly WebhookRow[]): Promise<Webhook[]> {
  const events = await eventsOf(
    sql,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => ({
    webhookId: row.webhook_id,
    name: row.name,
    ...(row.description && { description: row.description }),
    url: row.url,
    events: (events.get(row.id) ?? []).map(toWebhookEvent),
    status: row.status as WebhookStatus,
    creationTimestamp: row.creation_time,
    lastUpdatedTimestamp: row.last_update_time,
  }))
}
