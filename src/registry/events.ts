import type { Sql, Transaction } from '../db/db.ts'
import type { RegistryAction, RegistryEvent } from '../wire/registry.ts'
import { enqueue } from './webhook-outbox.ts'

/** Who changes something, and when. */
export interface By {
  readonly userId: string
  readonly time: number
}

/** A change that goes into the history; one without a version is the model's own. */
export interface Change {
  readonly action: RegistryAction
  readonly model: { readonly id: number; readonly name: string; readonly is_prompt: number }
  readonly version?: number | undefined
  readonly key?: string | undefined
  readonly before?: string | null | undefined
  readonly after?: string | null | undefined
  readonly comment?: string | undefined
}

/** Writes changes into the history of the registry and the outbox of its webhooks, in the transaction that makes them. */
export async function record(tx: Transaction, { userId, time }: By, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return
  await tx.insertMany(
    'registry_events',
    {
      time: 'bigint',
      user_id: 'text',
      action: 'text',
      model: 'bigint',
      name: 'text',
      version: 'bigint',
      key: 'text',
      before: 'text',
      after: 'text',
      comment: 'text',
    },
    changes.map(({ action, model, version, key, before, after, comment }) => [
      time,
      userId,
      action,
      model.id,
      model.name,
      version ?? null,
      key ?? null,
      before ?? null,
      after ?? null,
      comment || null,
    ]),
  )
  await enqueue(tx, time, changes)
}

export interface EventRow {
  readonly id: number
  readonly time: number
  readonly user_id: string
  readonly action: string
  readonly model: number
  readonly name: string
  readonly version: number | null
  readonly key: string | null
  readonly before: string | null
  readonly after: string | null
  readonly comment: string | null
}

export const toEvent = (row: EventRow): RegistryEvent => ({
  id: row.id,
  timestamp: row.time,
  userId: row.user_id,
  action: row.action as RegistryAction,
  name: row.name,
  ...(row.version !== null && { version: row.version }),
  ...(row.key !== null && { key: row.key }),
  ...(row.before !== null && { before: row.before }),
  ...(row.after !== null && { after: row.after }),
  ...(row.comment !== null && { comment: row.comment }),
})

/** What the history knows of a version at some time. */
export interface VersionThen {
  readonly version: number
  stage: string
  readonly aliases: string[]
}

/** Replays a model's history up to a time. @returns Its versions then, newest first. */
export async function versionsAsOf(sql: Sql, model: number, time: number): Promise<VersionThen[]> {
  const rows = await sql.all<Pick<EventRow, 'action' | 'version' | 'key' | 'after'>>(
    `select action, version, key, after from registry_events
     where model = ? and time <= ? and version is not null and action in
       ('model_version.created', 'model_version.deleted', 'model_version.staged',
        'model_version_alias.created', 'model_version_alias.deleted')
     order by id`,
    [model, time],
  )
  const versions = new Map<number, { version: number; stage: string }>()
  const aliases = new Map<string, number>()
  for (const { action, version, key, after } of rows) {
    if (action === 'model_version.deleted') versions.delete(version!)
    else if (action === 'model_version_alias.created') aliases.set(key!, version!)
    else if (action === 'model_version_alias.deleted') aliases.delete(key!)
    else versions.set(version!, { version: version!, stage: action === 'model_version.staged' ? after! : 'None' })
  }
  return [...versions.values()]
    .sort((a, b) => b.version - a.version)
    .map((then) => ({
      ...then,
      aliases: [...aliases]
        .filter(([, of]) => of === then.version)
        .map(([alias]) => alias)
        .sort(),
    }))
}
