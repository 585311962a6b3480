import type { Cell } from '../db/db.ts'
import { type Foreign, type Row, ROWS_AT_ONCE, unreachable } from './foreign.ts'

/** A PostgreSQL database, over one connection. */
export async function openPostgres(name: string, uri: string): Promise<Foreign> {
  const { default: pg } = await import('pg')
  const types = new pg.TypeOverrides()
  for (const type of [pg.types.builtins.INT8, pg.types.builtins.NUMERIC]) types.setTypeParser(type, Number)
  const client = new pg.Client({ connectionString: uri, connectionTimeoutMillis: 10_000, types })
  client.on('error', () => {}) // the query that waits fails with the same reason
  await client.connect().catch(unreachable(name))

  return {
    name,
    quote: (column) => `"${column}"`,
    text: (column) => `cast("${column}" as text)`,
    whole: (column) => `"${column}"`,

    async columns() {
      const { rows } = await client.query<{ table_name: string; column_name: string }>(
        `select table_name, column_name from information_schema.columns where table_schema = current_schema()`,
      )
      return new Map(
        [...Map.groupBy(rows, (row) => row.table_name)].map(([table, of]) => [
          table,
          new Set(of.map((row) => row.column_name)),
        ]),
      )
    },

    async all(text, params = []) {
      const { rows } = await client.query({ text: numbered(text), values: [...params] }).catch(unreachable(name))
      return rows as Row[]
    },

    async *stream(text, params) {
      await client.query('begin read only')
      try {
        await client.query(`declare rows no scroll cursor for ${numbered(text)}`, [...params])
        for (;;) {
          const { rows } = await client.query({ text: `fetch ${ROWS_AT_ONCE} from rows`, rowMode: 'array' })
          yield rows as Cell[][]
          if (rows.length < ROWS_AT_ONCE) return
        }
      } finally {
        await client.query('rollback')
      }
    },

    close: () => client.end(),
  }
}

function numbered(text: string): string {
  let n = 0
  return text.replace(/\?/g, () => `$${++n}`)
}
