import { stripVTControlCharacters } from 'node:util'

export type Cell = string | number | undefined

/** Prints rows for people, in columns under their names, or for programs, as JSON. */
export function printRows<Row>(
  rows: readonly Row[],
  columns: Readonly<Record<string, (row: Row) => Cell>>,
  { json = false }: { json?: boolean },
): void {
  if (json) return printJson(rows)
  const names = Object.keys(columns)
  const lines = [
    names.map((name) => name.toUpperCase()),
    ...rows.map((row) => names.map((name) => shown(columns[name]!(row)))),
  ]
  const widths = names.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)))
  for (const line of lines)
    console.log(
      line
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
}

export const printJson = (value: unknown) => console.log(JSON.stringify(value, undefined, 2))

/** A time as people read it, to the second, in UTC. */
export const shownTime = (milliseconds: number) => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')

/** One line that no name from outside can make more of: a terminal obeys control characters. */
const shown = (cell: Cell) => stripVTControlCharacters(String(cell ?? '')).replace(/\p{Cc}+/gu, ' ')
