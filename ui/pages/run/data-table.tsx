import Papa from 'papaparse'

export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
}

/** What is read by eye; the file has the rest. */
const MOST_ROWS = 1000

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
  return (
    <>
      <p className="muted">
        {rows.length.toLocaleString('en')} rows of {columns.length} columns
        {rows.length > MOST_ROWS && `; the first ${MOST_ROWS.toLocaleString('en')} are shown`}
      </p>
      <div className="scroll-x">
        <table className="data">
          <thead>
            <tr>
              {columns.map((column) => (
                <th scope="col" key={column}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, MOST_ROWS).map((row, at) => (
              <tr key={at}>
                {columns.map((column, i) => (
                  <td key={column} className={isNumeric(row[i]) ? 'number' : undefined}>
                    {toText(row[i])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

const isNumeric = (value: unknown) =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))

function toText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
