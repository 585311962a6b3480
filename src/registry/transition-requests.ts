import type { Db, Sql, Transaction } from '../db/db.ts'
import type { Context, Handlers } from '../wire/endpoint.ts'
import { ApiError, notFound } from '../wire/errors.ts'
import type { Activity, transitionRequests } from '../wire/transition-requests.ts'
import { type By, record } from './events.ts'
import { transition } from './model-versions.ts'
import { lockModel } from './models-store.ts'
import { checkLength, LONGEST_DESCRIPTION } from './names.ts'
import { checkArchives, type Stage, toStage } from './stages.ts'
import { getVersion, type VersionRow } from './versions-store.ts'

interface Deps {
  readonly db: Db
  readonly now: () => number
}

interface Request {
  readonly id: number
  readonly stage: string
  readonly user_id: string
  readonly time: number
  readonly comment: string
}

type Decision = 'APPROVED_REQUEST' | 'REJECTED_REQUEST' | 'CANCELLED_REQUEST'

const ACTIONS = {
  APPROVED_REQUEST: 'transition_request.approved',
  REJECTED_REQUEST: 'transition_request.rejected',
  CANCELLED_REQUEST: 'transition_request.cancelled',
} as const

export function transitionRequestHandlers({ db, now }: Deps): Handlers<typeof transitionRequests> {
  const by = ({ principal }: Context): By => ({ userId: principal.name, time: now() })

  return {
    async create({ name, version, stage, comment = '' }, context) {
      const to = toStage('stage', stage)
      checkLength('comment', comment, LONGEST_DESCRIPTION)
      return await db.write(async (tx) => {
        const who = by(context)
        const model = await lockModel(tx, name, who.time)
        const row = await getVersion(tx, name, version)
        if ((await pending(tx, row)).some((each) => each.stage === to && each.user_id === who.userId))
          throw new ApiError('RESOURCE_ALREADY_EXISTS', `You have asked already to move ${name} ${version} to ${to}`)
        const { id } = await tx.kysely
          .insertInto('transition_requests')
          .values({ model: model.id, version, stage: to, user_id: who.userId, time: who.time, comment })
          .returning('id')
          .executeTakeFirstOrThrow()
        await record(tx, who, [
          { action: 'transition_request.created', model, version, before: row.stage, after: to, comment },
        ])
        return { request: toActivity(row, { id, stage: to, user_id: who.userId, time: who.time, comment }) }
      })
    },

    async list({ name, version }) {
      const row = await getVersion(db, name, version)
      return { requests: (await pending(db, row)).map((request) => toActivity(row, request)) }
    },

    async approve({ archiveExistingVersions: archive, ...wish }, context) {
      const to = toStage('stage', wish.stage)
      if (archive) checkArchives(to)
      return await db.write(async (tx) => {
        const who = by(context)
        const decided = await decide(tx, who, 'APPROVED_REQUEST', { ...wish, to })
        await transition(tx, who, { ...wish, to, archive })
        return decided
      })
    },

    async reject(wish, context) {
      const to = toStage('stage', wish.stage)
      return await db.write((tx) => decide(tx, by(context), 'REJECTED_REQUEST', { ...wish, to }))
    },

    async delete(wish, context) {
      const to = toStage('stage', wish.stage)
      return await db.write((tx) => decide(tx, by(context), 'CANCELLED_REQUEST', { ...wish, to }))
    },
  }
}

interface Wish {
  readonly name: string
  readonly version: number
  readonly to: Stage
  readonly comment?: string
  /** Whose request it is; all who asked for the same when absent. */
  readonly creator?: string
}

/** Ends the requests for a stage. @throws ApiError `RESOURCE_DOES_NOT_EXIST` where there is none. */
async function decide(
  tx: Transaction,
  who: By,
  decision: Decision,
  { name, version, to, comment, creator }: Wish,
): Promise<{ activity: Activity }> {
  checkLength('comment', comment, LONGEST_DESCRIPTION)
  const model = await lockModel(tx, name, who.time)
  const row = await getVersion(tx, name, version)
  const found = (await pending(tx, row)).filter(
    ({ stage, user_id }) => stage === to && (creator === undefined || user_id === creator),
  )
  const [first] = found
  if (!first) throw notFound('Transition request', `${name}/${version} to ${to}`)
  for (const { id } of found) await tx.all('delete from transition_requests where id = ?', [id])
  await record(tx, who, [{ action: ACTIONS[decision], model, version, before: row.stage, after: to, comment }])
  const { userId, time } = who
  return {
    activity: {
      ...toActivity(row, first),
      activityType: decision,
      userId,
      creationTimestamp: time,
      comment: comment ?? '',
    },
  }
}

const pending = (sql: Sql, { model, version }: VersionRow): Promise<Request[]> =>
  sql.all(
    'select id, stage, user_id, time, comment from transition_requests where model = ? and version = ? order by id',
    [model, version],
  )

const toActivity = (row: VersionRow, { id, stage, user_id, time, comment }: Request): Activity => ({
  id: String(id),
  creationTimestamp: time,
  userId: user_id,
  activityType: 'REQUESTED_TRANSITION',
  comment,
  fromStage: row.stage,
  toStage: stage,
})
