import { fileWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer'
import type { Column, Table, TableCell } from './table.ts'

const ROWS_A_GROUP = 100_000
const TYPES = { text: 'STRING', number: 'DOUBLE', whole: 'INT64', time: 'TIMESTAMP' } as const

/** A Parquet file, compressed with Snappy. */
export function openParquet(path: string, columns: readonly Column[]): Table {
  const typed = columns.map(({ name, type }) => ({ name, type: TYPES[type], nullable: true }))
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: schemaFromColumnData({ columnData: typed.map((column) => ({ ...column, data: [] })) }),
    createdBy: 'millrace',
  })
  let waiting: (readonly TableCell[])[] = []

  async function flush(): Promise<void> {
    if (waiting.length === 0) return
    const rows = waiting
    waiting = []
    await writer.write({
      columnData: typed.map((column, i) => ({ ...column, data: rows.map((row) => toCell(row[i]!, columns[i]!)) })),
      rowGroupSize: ROWS_A_GROUP,
    })
  }

  return {
    async write(rows) {
      for (const row of rows) waiting.push(row)
      if (waiting.length >= ROWS_A_GROUP) await flush()
    },
    async close() {
      await flush()
      await writer.finish()
    },
  }
}

function toCell(cell: TableCell, { type }: Column): TableCell | bigint | Date {
  if (typeof cell !== 'number') return cell
  if (type === 'whole') return BigInt(cell)
  return type === 'time' ? new Date(cell) : cell
}
