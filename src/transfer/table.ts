import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'

/** A column of a table; times are milliseconds since 1970. */
export interface Column {
  readonly name: string
  readonly type: 'text' | 'number' | 'whole' | 'time'
}

export type TableCell = string | number | null

/** A file that takes rows, each with a cell for every column. */
export interface Table {
  write(rows: readonly (readonly TableCell[])[]): Promise<void>
  close(): Promise<void>
}

export type Format = 'csv' | 'jsonl' | 'parquet'

export async function openTable(format: Format, path: string, columns: readonly Column[]): Promise<Table> {
  if (format === 'csv') return openCsv(path, columns)
  if (format === 'jsonl') return openJsonLines(path, columns)
  return (await import('./parquet.ts')).openParquet(path, columns)
}

/** RFC 4180 with `\n`; what is absent is empty, and times are ISO 8601. */
async function openCsv(path: string, columns: readonly Column[]): Promise<Table> {
  const table = openText(path, (row) => row.map((cell, i) => toCsv(cell, columns[i]!)).join(','))
  await table.write([columns.map(({ name }) => name)])
  return table
}

/** One object a line; what is absent is left out, and numbers that JSON lacks are the text `NaN`. */
async function openJsonLines(path: string, columns: readonly Column[]): Promise<Table> {
  return openText(path, (row) => {
    const cells = row.flatMap((cell, i) => (cell === null ? [] : [[columns[i]!.name, toJson(cell, columns[i]!)]]))
    return JSON.stringify(Object.fromEntries(cells))
  })
}

function openText(path: string, toLine: (row: readonly TableCell[]) => string): Table {
  const stream = createWriteStream(path)
  return {
    async write(rows) {
      if (!stream.write(rows.map((row) => `${toLine(row)}\n`).join(''))) await once(stream, 'drain')
    },
    async close() {
      stream.end()
      await finished(stream)
    },
  }
}

function toCsv(cell: TableCell, { type }: Column): string {
  if (cell === null) return ''
  const text = type === 'time' && typeof cell === 'number' ? toIso(cell) : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function toJson(cell: string | number, { type }: Column): string | number {
  if (typeof cell === 'string') return cell
  if (type === 'time') return toIso(cell)
  return Number.isNaN(cell) ? 'NaN' : cell
}

/** A time as text, or its number where no date is so far away. */
const toIso = (time: number) => (Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : String(time))
