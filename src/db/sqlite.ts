import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { ApiError } from '../wire/errors.ts'
import type { Cell, Columns, Db, Dialect, Sql, Transaction } from './db.ts'
import { kyselyOver } from './executor.ts'

const STATEMENTS_KEPT = 400
const WORKS_PER_COMMIT = 256
const LONGEST_COMMIT_MS = 25
const BUSY_MS = 20_000

const dialect: Dialect = {
  name: 'sqlite',
  type: { id: 'integer primary key autoincrement', double: 'real', bytes: 'blob' },
  clustered: ' without rowid',
  lockSchema: 'select 1', // `begin immediate` holds the only lock there is
  passChosenIds: 'select 1', // autoincrement does so itself
  likePattern: (pattern) => pattern,
  numbers: 'select value from json_each(?)',
  hasTable: `select 1 as found from sqlite_master where type = 'table' and name = ?`,
}

interface Work {
  run(tx: Transaction): Promise<void>
  /** Called after the commit. */
  keep(): void
  fail(error: unknown): void
}

/**
 * A SQLite file: one connection that writes, one that reads beside it (WAL).
 *
 * Other processes may have the same file open. While one of them writes we
 * wait our turn without blocking the event loop, up to 20 s.
 *
 * @param path - The file; its folder is made when it is missing.
 */
export function openSqlite(uri: string, path: string): Db {
  mkdirSync(dirname(path), { recursive: true })
  const writer = connect(path)
  const reader = connect(path)
  const writing = statementsOn(writer)
  const reading = statementsOn(reader)
  const queue: Work[] = []
  let pump: Promise<void> | undefined

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      await setImmediate() // requests that came in together join one commit
      await commitGroup()
    }
    pump = undefined
  }

  async function commitGroup(): Promise<void> {
    const done: Work[] = []
    try {
      await begin(writer)
    } catch (error) {
      for (const work of queue.splice(0)) work.fail(toApiError(error))
      return
    }
    try {
      const deadline = performance.now() + LONGEST_COMMIT_MS
      do {
        const work = queue.shift()!
        if (await attempt(work)) done.push(work)
      } while (queue.length > 0 && done.length < WORKS_PER_COMMIT && performance.now() < deadline)
      writer.exec('commit')
    } catch (error) {
      if (writer.isTransaction) writer.exec('rollback')
      for (const work of done) work.fail(toApiError(error))
      return
    }
    for (const work of done) work.keep()
  }

  /** Runs a work under a savepoint, so that its failure undoes it alone. */
  async function attempt(work: Work): Promise<boolean> {
    writer.exec('savepoint work')
    const callbacks: (() => void)[] = []
    try {
      await work.run({ ...writing, onCommit: (then) => callbacks.push(then) })
    } catch (error) {
      work.fail(toApiError(error))
      if (!writer.isTransaction) throw error // a full disk ends the whole transaction
      writer.exec('rollback to work')
      writer.exec('release work')
      return false
    }
    writer.exec('release work')
    const { keep } = work
    work.keep = () => {
      for (const then of callbacks) then()
      keep()
    }
    return true
  }

  return {
    ...reading,
    uri,
    write: (work) =>
      new Promise((resolve, reject) => {
        let result: Awaited<ReturnType<typeof work>>
        queue.push({
          async run(tx) {
            result = await work(tx)
          },
          keep: () => resolve(result),
          fail: reject,
        })
        pump ??= drain()
      }),
    async close() {
      await pump
      writer.close()
      reader.close()
    },
  }
}

/** Why a file cannot be opened as a database. */
const UNUSABLE: Record<number, string> = {
  11: 'is damaged',
  14: 'cannot be opened',
  26: 'is not a SQLite database',
}

function connect(path: string): DatabaseSync {
  try {
    return open(path)
  } catch (error) {
    const problem = UNUSABLE[errcode(error)]
    throw problem ? new ApiError('INVALID_STATE', `'${path}' ${problem}`, { cause: error }) : error
  }
}

function open(path: string): DatabaseSync {
  const connection = new DatabaseSync(path, { timeout: 5000 })
  connection.exec(`
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma foreign_keys = on;
    pragma case_sensitive_like = on;
    pragma cache_size = -8000;
    pragma mmap_size = 268435456;
  `)
  return connection
}

/** Waits for the write lock in turns of the event loop, since SQLite's own wait would stop it. */
async function begin(writer: DatabaseSync): Promise<void> {
  const deadline = performance.now() + BUSY_MS
  writer.exec('pragma busy_timeout = 0')
  for (let wait = 1; ; wait = Math.min(wait * 2, 50)) {
    try {
      writer.exec('begin immediate')
      return
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error
    }
    await setTimeout(wait)
  }
}

function statementsOn(connection: DatabaseSync): Sql {
  const cache = new Map<string, StatementSync>()

  function prepare(text: string): StatementSync {
    const known = cache.get(text)
    if (known) return known
    if (cache.size >= STATEMENTS_KEPT) cache.delete(cache.keys().next().value!)
    const statement = connection.prepare(text)
    cache.set(text, statement)
    return statement
  }

  return {
    dialect,
    kysely: kyselyOver('sqlite', async (text, params) => {
      const statement = prepare(text)
      if (statement.columns().length > 0) return { rows: statement.all(...params.map(toCell)) }
      const { changes, lastInsertRowid } = statement.run(...params.map(toCell))
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
    }),
    async all<Row>(text: string, params: readonly Cell[] = []) {
      return prepare(text).all(...params) as Row[]
    },
    async get<Row>(text: string, params: readonly Cell[] = []) {
      return prepare(text).get(...params) as Row | undefined
    },
    async tuples<Row extends readonly Cell[]>(text: string, params: readonly Cell[] = []) {
      const statement = prepare(text)
      statement.setReturnArrays(true)
      try {
        return statement.all(...params) as unknown as Row[]
      } finally {
        statement.setReturnArrays(false) // others may share the statement
      }
    },
    async insertMany(table: string, columns: Columns, rows: readonly Cell[][], conflict?: string) {
      const names = Object.keys(columns)
      const statement = prepare(
        `insert into ${table} (${names}) values (${names.map(() => '?')})${conflict ? ` on conflict ${conflict}` : ''}`,
      )
      for (const row of rows) statement.run(...row)
    },
  }
}

/** Refuses what the driver would store as something else without a word. */
function toCell(value: unknown): Cell {
  if (value === null || typeof value === 'string' || value instanceof Uint8Array) return value
  if (typeof value === 'number' && !Number.isNaN(value)) return value
  throw new TypeError(`cannot be stored: ${value instanceof Date ? 'a Date' : String(value)}`)
}

const isBusy = (error: unknown) => errcode(error) === 5
const errcode = (error: unknown) => ((error as { errcode?: number }).errcode ?? 0) & 0xff

const REASONS: Record<number, string> = {
  5: 'another process has held the database for 20 seconds',
  8: 'the database file is read-only',
  10: 'the disk reports an error',
  13: 'the disk is full',
}

function toApiError(error: unknown): unknown {
  const reason = REASONS[errcode(error)]
  if (!reason || error instanceof ApiError) return error
  return new ApiError('TEMPORARILY_UNAVAILABLE', `Nothing was written: ${reason}`, { cause: error })
}
