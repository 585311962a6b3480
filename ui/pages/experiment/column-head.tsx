import type { Header } from '@tanstack/react-table'
import { ArrowDown, ArrowUp, EllipsisVertical } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { middle } from '../../parts/format.ts'
import { canOrder, grammarName, type RunColumn } from './columns.ts'
import type { RunsTableProps } from './runs-table.tsx'
import type { Row } from './tree.ts'

type Props = Pick<RunsTableProps, 'columns' | 'order' | 'onOrder' | 'onColumns' | 'onFilter'> & {
  readonly header: Header<Row, unknown>
}

/** The head of a column: a click orders by it, its menu does the rest, its edge is dragged. */
export function ColumnHead({ header, columns, order, onOrder, onColumns, onFilter }: Props) {
  const column = header.column.columnDef.meta as RunColumn | undefined
  const name = column ? grammarName(column) : 'attributes.run_name'
  const direction = order === `${name} ASC` ? 'ASC' : order === `${name} DESC` ? 'DESC' : undefined
  const next = direction === undefined ? `${name} DESC` : direction === 'DESC' ? `${name} ASC` : ''
  const orderable = !column || canOrder(column)
  const label = String(header.column.columnDef.header)
  const at = column ? columns.indexOf(column) : -1
  const swap = (to: number) => {
    const moved = columns.filter((each) => each !== column)
    onColumns([...moved.slice(0, to), column!, ...moved.slice(to)])
  }

  return (
    <div
      className={`cell${column ? '' : ' pinned'}${column?.kind === 'metric' || column?.id === 'duration' ? ' number' : ''}`}
      role="columnheader"
      aria-sort={direction === 'ASC' ? 'ascending' : direction === 'DESC' ? 'descending' : 'none'}
      style={{ width: header.getSize() }}
    >
      <button type="button" title={label} disabled={!orderable} onClick={() => onOrder(next)}>
        <span className="clip">{middle(label, 60)}</span>
        {direction === 'ASC' && <ArrowUp size={12} aria-hidden />}
        {direction === 'DESC' && <ArrowDown size={12} aria-hidden />}
      </button>
      {column && (
        <DropdownMenu.Root>
          <DropdownMenu.Trigger asChild>
            <button type="button" className="more" aria-label={`What to do with ${middle(label, 40)}`}>
              <EllipsisVertical size={13} />
            </button>
          </DropdownMenu.Trigger>
          <DropdownMenu.Portal>
            <DropdownMenu.Content className="menu" align="end" collisionPadding={8}>
              {orderable && (
                <>
                  <DropdownMenu.Item onSelect={() => onOrder(`${name} ASC`)}>Order ascending</DropdownMenu.Item>
                  <DropdownMenu.Item onSelect={() => onOrder(`${name} DESC`)}>Order descending</DropdownMenu.Item>
                  <DropdownMenu.Separator asChild>
                    <hr />
                  </DropdownMenu.Separator>
                </>
              )}
              {column.kind !== 'attribute' && (
                <DropdownMenu.Item onSelect={() => onFilter(`${name} IS NOT NULL`)}>
                  Only runs that have it
                </DropdownMenu.Item>
              )}
              <DropdownMenu.Item disabled={at === 0} onSelect={() => swap(at - 1)}>
                Move left
              </DropdownMenu.Item>
              <DropdownMenu.Item disabled={at === columns.length - 1} onSelect={() => swap(at + 1)}>
                Move right
              </DropdownMenu.Item>
              <DropdownMenu.Item onSelect={() => onColumns(columns.filter((each) => each !== column))}>
                Hide
              </DropdownMenu.Item>
            </DropdownMenu.Content>
          </DropdownMenu.Portal>
        </DropdownMenu.Root>
      )}
      <span
        className="resizer"
        onPointerDown={header.getResizeHandler()}
        onTouchStart={header.getResizeHandler()}
        onDoubleClick={() => header.column.resetSize()}
      />
    </div>
  )
}
