import { resolve } from 'node:path'
import { invalid } from '../wire/errors.ts'
import type { Db } from './db.ts'
import { migrate } from './migrations.ts'
import { openSqlite } from './sqlite.ts'

/**
 * Opens a store and brings its schema up to date.
 *
 * @param uri - `sqlite:///file.db` (four slashes for an absolute path) or `postgresql://user:password@host/database`.
 * @throws ApiError `INVALID_PARAMETER_VALUE` for an unknown scheme, `INVALID_STATE` for a database that is not ours to use.
 */
export async function openDb(uri: string): Promise<Db> {
  const db = await connect(uri)
  try {
    await migrate(db)
  } catch (error) {
    await db.close()
    throw error
  }
  return db
}

async function connect(uri: string): Promise<Db> {
  if (uri.startsWith('sqlite:///')) return openSqlite(uri, resolve(uri.slice('sqlite:///'.length)))
  if (/^postgres(ql)?(\+\w+)?:\/\//.test(uri)) return (await import('./postgres.ts')).openPostgres(uri)
  const scheme = /^[^:]*:/.exec(uri)?.[0]
  throw invalid('backend-store-uri', `expected sqlite:///… or postgresql://…, got '${scheme ? `${scheme}…` : uri}'`)
}
