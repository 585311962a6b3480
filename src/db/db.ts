import type { Kysely } from 'kysely'
import type { Tables } from './tables.ts'

/** What a column can hold. Absent is `null`, never `undefined`. */
export type Cell = string | number | null | Uint8Array

/** Statements on one connection. */
export interface Sql {
  /** Typed queries, for everything that is not hot. */
  readonly kysely: Kysely<Tables>
  /** What the two databases spell differently. */
  readonly dialect: Dialect
  /** Hot statements as text, with `?` for each parameter on both databases. */
  all<Row>(text: string, params?: readonly Cell[]): Promise<Row[]>
  get<Row>(text: string, params?: readonly Cell[]): Promise<Row | undefined>
  /** As `all`, with rows as lists in the order of the columns: half the work where thousands are read. */
  tuples<Row extends readonly Cell[]>(text: string, params?: readonly Cell[]): Promise<Row[]>
  /**
   * Inserts rows in as few round trips as the database needs.
   *
   * @param conflict - What follows `on conflict`, such as `do nothing`.
   */
  insertMany(table: keyof Tables, columns: Columns, rows: readonly Cell[][], conflict?: string): Promise<void>
}

/** The columns of an insert with their types, which PostgreSQL needs to unnest arrays. */
export type Columns = Readonly<Record<string, 'bigint' | 'double precision' | 'text' | 'bytea'>>

export interface Transaction extends Sql {
  /** Called once the transaction is kept; not when it is rolled back. */
  onCommit(then: () => void): void
}

/** A database. Its own statements read what is committed, each for itself. */
export interface Db extends Sql {
  readonly uri: string
  /**
   * Runs `work` in a transaction and answers after its commit.
   *
   * On SQLite, works that wait at the same time share one transaction and so
   * one commit; a work that throws is undone alone.
   */
  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export interface Dialect {
  readonly name: 'sqlite' | 'postgres'
  readonly type: { readonly id: string; readonly double: string; readonly bytes: string }
  /** Ends a `create table` whose rows are to lie in the order of their primary key. */
  readonly clustered: string
  /** Takes the lock under which the schema is changed, within a transaction. */
  readonly lockSchema: string
  /** Makes the next experiment's number greater than those that were chosen, within a transaction. */
  readonly passChosenIds: string
  /** Writes a pattern of LIKE so that only `%` and `_` are special in it. */
  likePattern(pattern: string): string
  /** The numbers of a JSON list, for the list as parameter. */
  readonly numbers: string
  /** Says whether a table exists, for its name as parameter. */
  readonly hasTable: string
}
