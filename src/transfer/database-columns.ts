import type { Foreign } from './foreign.ts'

/** The columns that each table of a database has. */
export type Columns = ReadonlyMap<string, ReadonlySet<string>>

const TEXTS = new Set(['experiment_id'])
const WHOLES = new Set(['step', 'timestamp', 'metric_step', 'metric_timestamp_ms'])

/** Begins a select of all columns of a table, those that may hold any 64 bits in a form that can be read. */
export function selectFrom(db: Foreign, columns: Columns, table: string): string {
  const selected = [...columns.get(table)!].map((column) => {
    const form = TEXTS.has(column) ? db.text(column) : WHOLES.has(column) ? db.whole(column) : undefined
    return form ? `${form} as ${db.quote(column)}` : db.quote(column)
  })
  return `select ${selected} from ${table}`
}
