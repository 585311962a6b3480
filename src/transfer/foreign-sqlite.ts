import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Cell } from '../db/db.ts'
import { type Foreign, type Row, ROWS_AT_ONCE, unreachable } from './foreign.ts'

/** A SQLite file, which others may go on writing to. */
export function openSqlite(name: string, path: string): Foreign {
  const connection = connect(name, path)
  const statements = new Map<string, StatementSync>()

  function prepare(text: string): StatementSync {
    const known = statements.get(text)
    if (known) return known
    const statement = connection.prepare(text)
    statements.set(text, statement)
    return statement
  }

  return {
    name,
    quote: (column) => `"${column}"`,
    text: (column) => `cast("${column}" as text)`,
    whole: (column) => `cast("${column}" as real)`, // the driver throws at an integer that is not a number

    async columns() {
      const rows = connection
        .prepare(
          `select t.name as name, c.name as "column" from sqlite_master t, pragma_table_info(t.name) c where t.type = 'table'`,
        )
        .all() as { name: string; column: string }[]
      return new Map(
        [...Map.groupBy(rows, (row) => row.name)].map(([table, of]) => [table, new Set(of.map((row) => row.column))]),
      )
    },

    async all(text, params = []) {
      return prepare(text).all(...params) as Row[]
    },

    async *stream(text, params) {
      const statement = connection.prepare(text)
      statement.setReturnArrays(true)
      let rows: Cell[][] = []
      for (const row of statement.iterate(...params)) {
        if (rows.push(row as unknown as Cell[]) < ROWS_AT_ONCE) continue
        yield rows
        rows = []
      }
      yield rows
    },

    async close() {
      connection.close()
    },
  }
}

function connect(name: string, path: string): DatabaseSync {
  try {
    const connection = new DatabaseSync(path, { readOnly: true, timeout: 20_000 })
    connection.prepare('select 1 from sqlite_master').get()
    return connection
  } catch (error) {
    return unreachable(name)(error as Error)
  }
}
