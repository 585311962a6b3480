import Papa from 'papaparse'

export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
}

/** What is read by eye; the file has the rest. */
const MOST_ROWS = 1000
const MOST_COLUMNS = 100
const MOST_CELLS = 20_000

/** A text as a table, when it is one: CSV, TSV, JSON lines, a list of records, or MLflow's form of a logged table. */
export function toTable(path: string, text: string): Table | undefined {
  if (/\.[ct]sv$/i.test(path)) {
    const [columns = [], ...rows] = Papa.parse<string[]>(text, { skipEmptyLines: true }).data
    return { columns, rows }
  }
  if (/\.jsonl$/i.test(path)) return fromRecords(text.split('\n').filter(Boolean).map(parsed))
  return /\.json$/i.test(path) ? fromJson(parsed(text)) : undefined
}

function fromJson(value: unknown): Table | undefined {
  if (Array.isArray(value)) return fromRecords(value)
  if (!isRecord(value) || !Array.isArray(value['columns']) || !Array.isArray(value['data'])) return undefined
  const rows = value['data'].filter(Array.isArray)
  return rows.length === value['data'].length ? { columns: value['columns'].map(String), rows } : undefined
}

function fromRecords(values: readonly unknown[]): Table | undefined {
  if (values.length === 0 || !values.every(isRecord)) return undefined
  const columns = [...new Set(values.flatMap(Object.keys))]
  return { columns, rows: values.map((value) => columns.map((column) => value[column])) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // shown as the text it is
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function DataTable({ columns, rows }: Table) {
  const across = columns.slice(0, MOST_COLUMNS)
  const most = Math.min(MOST_ROWS, Math.ceil(MOST_CELLS / across.length))
  return (
    <>
      <p className="muted">
        {count(rows.length, 'row')} of {count(columns.length, 'column')}
        {rows.length > most && `; the first ${most.toLocaleString('en')} are shown`}
        {columns.length > MOST_COLUMNS && `; the first ${MOST_COLUMNS} columns are shown`}
      </p>
      <table className="data">
        <thead>
          <tr>
            {across.map((column, i) => (
              <th scope="col" key={i}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, most).map((row, at) => (
            <tr key={at}>
              {across.map((_, i) => {
                const text = toText(row[i])
                return (
                  <td
                    key={i}
                    className={isNumeric(row[i]) ? 'number' : undefined}
                    title={text.length > 40 ? text : undefined}
                  >
                    {text.slice(0, 400)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

const count = (n: number, what: string) => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`

const isNumeric = (value: unknown) =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))

function toText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
