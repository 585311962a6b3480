import type { Db } from '../db/db.ts'
import { checkMaxResults } from '../tracking/limits.ts'
import type { Handlers } from '../wire/endpoint.ts'
import { invalid } from '../wire/errors.ts'
import type { registry } from '../wire/registry.ts'
import { type EventRow, toEvent, versionsAsOf } from './events.ts'
import { getModel } from './models-store.ts'

const MOST_RESULTS = 1000

export function registryHandlers({ db }: { readonly db: Db }): Pick<Handlers<typeof registry>, 'history' | 'asOf'> {
  return {
    async history({ name, version, action, userId, since, until, maxResults, pageToken }) {
      checkMaxResults(maxResults, MOST_RESULTS)
      if (pageToken !== undefined && !/^\d{1,15}$/.test(pageToken))
        throw invalid('page_token', `'${pageToken.slice(0, 200)}' is not a token that this server gave`)
      let query = db.kysely
        .selectFrom('registry_events')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(maxResults + 1)
      if (name !== undefined)
        query = query.where(({ or, eb, selectFrom }) =>
          or([
            eb('model', 'in', selectFrom('registered_models').select('id').where('name', '=', name)), // under all its names
            eb('model', 'in', selectFrom('registry_events').select('model').where('name', '=', name)),
          ]),
        )
      if (version !== undefined) query = query.where('version', '=', version)
      if (action !== undefined) query = query.where('action', '=', action)
      if (userId !== undefined) query = query.where('user_id', '=', userId)
      if (since !== undefined) query = query.where('time', '>=', since)
      if (until !== undefined) query = query.where('time', '<=', until)
      if (pageToken !== undefined) query = query.where('id', '<', Number(pageToken))
      const rows: EventRow[] = await query.execute()
      const page = rows.slice(0, maxResults)
      return {
        events: page.map(toEvent),
        ...(rows.length > maxResults && { nextPageToken: String(page.at(-1)!.id) }),
      }
    },

    async asOf({ name, timestamp }) {
      return { versions: await versionsAsOf(db, (await getModel(db, name)).id, timestamp) }
    },
  }
}
