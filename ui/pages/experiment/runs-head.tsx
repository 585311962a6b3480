import type { Table } from '@tanstack/react-table'
import { ColumnHead } from './column-head.tsx'
import type { RunColumn } from './columns.ts'
import type { RunsTableProps } from './runs-table.tsx'
import type { Row } from './tree.ts'

const GROUPS = { attribute: '', metric: 'Metrics', param: 'Params', tag: 'Tags' } as const

/** The titles of columns, under the titles of their kinds. */
export function RunsHead({ table, ...props }: RunsTableProps & { readonly table: Table<Row> }) {
  const headers = table.getFlatHeaders()
  return (
    <div className="head" role="rowgroup">
      <div className="groups" aria-hidden>
        {toGroups(headers).map(({ kind, width }, i) => (
          <div key={i} className={kind ? 'cell' : 'cell pinned'} style={{ width }}>
            <span>{kind && GROUPS[kind]}</span>
          </div>
        ))}
      </div>
      <div className="line-head" role="row">
        {headers.map((header) => (
          <ColumnHead key={header.id} header={header} {...props} />
        ))}
      </div>
    </div>
  )
}

interface Group {
  /** None of the column of names. */
  readonly kind: RunColumn['kind'] | undefined
  width: number
}

/** Columns of a kind that stand side by side share a title. */
function toGroups(headers: ReturnType<Table<Row>['getFlatHeaders']>): Group[] {
  const groups: Group[] = []
  for (const header of headers) {
    const kind = (header.column.columnDef.meta as RunColumn | undefined)?.kind
    const last = groups.at(-1)
    if (last && last.kind === kind) last.width += header.getSize()
    else groups.push({ kind, width: header.getSize() })
  }
  return groups
}
