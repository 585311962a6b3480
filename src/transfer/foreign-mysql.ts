import type { RowDataPacket } from 'mysql2'
import type { Cell } from '../db/db.ts'
import { ApiError } from '../wire/errors.ts'
import { type Foreign, type Row, ROWS_AT_ONCE, unreachable } from './foreign.ts'

/**
 * A MySQL or MariaDB database, over one connection.
 *
 * @throws ApiError `INVALID_STATE` when `mysql2`, an optional peer, is not installed.
 */
export async function openMysql(name: string, uri: string): Promise<Foreign> {
  const { createConnection } = await import('mysql2').catch((cause: Error) => {
    throw new ApiError('INVALID_STATE', 'To read MySQL, install its driver: npm install mysql2', { cause })
  })
  const client = createConnection({ uri: uri.replace(/^mariadb:/, 'mysql:'), decimalNumbers: true })
  const connection = client.promise()
  await connection.connect().catch(unreachable(name))

  return {
    name,
    quote: (column) => `\`${column}\``,
    text: (column) => `cast(\`${column}\` as char)`,
    whole: (column) => `\`${column}\``,

    async columns() {
      const [rows] = await connection.query<(RowDataPacket & { t: string; c: string })[]>(
        `select table_name as t, column_name as c from information_schema.columns where table_schema = database()`,
      )
      return new Map([...Map.groupBy(rows, ({ t }) => t)].map(([table, of]) => [table, new Set(of.map(({ c }) => c))]))
    },

    async all(text, params = []) {
      const [rows] = await connection.query<RowDataPacket[]>(text, [...params]).catch(unreachable(name))
      return rows as Row[]
    },

    async *stream(text, params) {
      const found = client.query({ sql: text, values: [...params], rowsAsArray: true }).stream()
      let rows: Cell[][] = []
      for await (const row of found) {
        if (rows.push(row as Cell[]) < ROWS_AT_ONCE) continue
        yield rows
        rows = []
      }
      yield rows
    },

    close: () => connection.end(),
  }
}
