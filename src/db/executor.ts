import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect as KyselyDialect,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Tables } from './tables.ts'

/** Runs one statement that Kysely compiled. */
export type Execute = (text: string, params: readonly unknown[]) => Promise<QueryResult<unknown>>

/** Kysely over a connection that is somebody else's to open, to begin, to commit and to close. */
export function kyselyOver(kind: 'sqlite' | 'postgres', execute: Execute): Kysely<Tables> {
  const connection: DatabaseConnection = {
    executeQuery: ({ sql, parameters }: CompiledQuery) => execute(sql, parameters) as Promise<QueryResult<never>>,
    streamQuery() {
      throw new Error('not offered: page instead')
    },
  }
  const nothing = async () => {}
  const dialect: KyselyDialect = {
    createAdapter: () => (kind === 'sqlite' ? new SqliteAdapter() : new PostgresAdapter()),
    createQueryCompiler: () => (kind === 'sqlite' ? new SqliteQueryCompiler() : new PostgresQueryCompiler()),
    createIntrospector: (db) => (kind === 'sqlite' ? new SqliteIntrospector(db) : new PostgresIntrospector(db)),
    createDriver: () => ({
      init: nothing,
      acquireConnection: async () => connection,
      beginTransaction: nothing,
      commitTransaction: nothing,
      rollbackTransaction: nothing,
      releaseConnection: nothing,
      destroy: nothing,
    }),
  }
  return new Kysely<Tables>({ dialect })
}
