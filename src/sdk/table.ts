import { invalid } from '../wire/errors.ts'

/** Rows as objects, or columns by name. */
export type Table = readonly Readonly<Record<string, unknown>>[] | Readonly<Record<string, readonly unknown[]>>

/**
 * A table as it is kept among a run's artifacts.
 *
 * @see MLflow 3.17 `log_table`: pandas' JSON with `orient='split'`, without the index.
 */
export interface SplitTable {
  readonly columns: readonly string[]
  readonly data: readonly (readonly unknown[])[]
}

/** Columns come in the order they are first seen in; a cell that is not given is `null`. */
export function toSplit(table: Table): SplitTable {
  if (isRows(table)) {
    const columns = [...new Set(table.flatMap((row) => Object.keys(row)))]
    return { columns, data: table.map((row) => columns.map((column) => row[column] ?? null)) }
  }
  const columns = Object.keys(table)
  const lengths = new Set(Object.values(table).map(({ length }) => length))
  if (lengths.size > 1)
    throw invalid('table', `its columns have ${[...lengths].join(' and ')} values; expected as many`)
  const [length = 0] = lengths
  return { columns, data: Array.from({ length }, (_, i) => columns.map((column) => table[column]![i] ?? null)) }
}

/** The rows of one table and then of another, over the columns of both. */
export function append(before: SplitTable, added: SplitTable): SplitTable {
  const columns = [...new Set([...before.columns, ...added.columns])]
  const data = [before, added].flatMap((table) => {
    const places = columns.map((column) => table.columns.indexOf(column))
    return table.data.map((row) => places.map((place) => row[place] ?? null))
  })
  return { columns, data }
}

const isRows = (table: Table): table is readonly Readonly<Record<string, unknown>>[] => Array.isArray(table)
