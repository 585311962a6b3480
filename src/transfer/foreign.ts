import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Cell } from '../db/db.ts'
import { ApiError, invalid } from '../wire/errors.ts'

export type Row = Record<string, Cell>

/** A database with tables that are not ours, to be read only. */
export interface Foreign {
  /** The URI without a password. */
  readonly name: string
  /** A column's name as this database quotes it. */
  quote(column: string): string
  /** An expression that reads a whole number of any size as text. */
  text(column: string): string
  /** An expression that reads a whole number of any size as the nearest number there is. */
  whole(column: string): string
  /** The columns of each table. */
  columns(): Promise<Map<string, Set<string>>>
  /** With `?` for each parameter. */
  all(text: string, params?: readonly Cell[]): Promise<Row[]>
  /** Rows as lists, some thousands at a time. */
  stream(text: string, params: readonly Cell[]): AsyncIterable<Cell[][]>
  close(): Promise<void>
}

export const ROWS_AT_ONCE = 50_000

export const isDatabaseUri = (uri: string) => /^(sqlite|postgres(ql)?|mysql|mariadb)(\+\w+)?:/.test(uri)

/**
 * Opens a database to read from.
 *
 * @throws ApiError when it cannot be opened, or needs a library that is not installed.
 */
export async function openForeign(uri: string): Promise<Foreign> {
  const name = uri.replace(/:[^:@/]*@/, ':…@')
  if (uri.startsWith('sqlite:///')) {
    const path = resolve(uri.slice('sqlite:///'.length))
    if (!existsSync(path)) throw invalid('source', `there is no file '${path}'`)
    return (await import('./foreign-sqlite.ts')).openSqlite(name, path)
  }
  if (uri.startsWith('postgres')) return await (await import('./foreign-postgres.ts')).openPostgres(name, plain(uri))
  if (/^(mysql|mariadb)/.test(uri)) return await (await import('./foreign-mysql.ts')).openMysql(name, plain(uri))
  throw invalid('source', `expected sqlite:///…, postgresql://… or mysql://…, got '${name}'`)
}

/** Without the name of SQLAlchemy's driver. */
const plain = (uri: string) => uri.replace(/^(\w+)\+\w+:/, '$1:')

/** @throws ApiError `TEMPORARILY_UNAVAILABLE` with the database's own words. */
export const unreachable = (name: string) => (cause: Error) => {
  throw new ApiError('TEMPORARILY_UNAVAILABLE', `${name} cannot be read: ${cause.message}`, { cause })
}
