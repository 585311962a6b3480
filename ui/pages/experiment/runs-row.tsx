import type { Cell } from '@tanstack/react-table'
import type { ComponentProps } from 'react'
import type { SampledSeries } from '../../../src/wire/metrics.ts'
import { light } from '../../charts/lit.ts'
import { RunCell, RunName } from './cells.tsx'
import type { RunColumn } from './columns.ts'
import type { Row } from './tree.ts'

interface Props extends ComponentProps<'div'> {
  readonly row: Row
  readonly index: number
  readonly cells: readonly Cell<Row, unknown>[]
  readonly best: ReadonlyMap<string, number | undefined>
  readonly sparks: ReadonlyMap<string, SampledSeries>
  readonly isSelected: boolean
  readonly isLit: boolean
  readonly isFolded: boolean
  readonly onFold: (runId: string) => void
}

/** A run as a line of the table. */
export function RunsRow({ row, index, cells, best, sparks, isSelected, isLit, isFolded, onFold, ...rest }: Props) {
  const { run, depth, children } = row
  const { runId, runName } = run.info
  return (
    <div
      {...rest}
      role="row"
      aria-rowindex={index + 1}
      aria-selected={isSelected}
      data-at={index}
      className={`line${isSelected ? ' selected' : ''}${isLit ? ' lit' : ''}`}
      onPointerEnter={() => light(runId)}
      onPointerLeave={() => light(undefined)}
      onMouseDown={(event) => event.shiftKey && event.preventDefault()} // a range of rows, not of text
    >
      {cells.map(({ id, column: { columnDef, getSize } }) => {
        const style = { width: getSize() }
        const column = columnDef.meta as RunColumn | undefined
        if (column)
          return <RunCell key={id} run={run} column={column} best={best.get(column.id)} sparks={sparks} style={style} />
        return (
          <div key={id} className="cell pinned" role="rowheader" style={style}>
            <input
              type="checkbox"
              tabIndex={-1}
              checked={isSelected}
              readOnly
              aria-label={`Select ${runName ?? runId}`}
            />
            <span style={{ width: depth * 14, flex: 'none' }} />
            <Fold count={children} isFolded={isFolded} onFold={() => onFold(runId)} />
            <RunName {...row} width={style.width} />
          </div>
        )
      })}
    </div>
  )
}

function Fold({ count, isFolded, onFold }: { count: number; isFolded: boolean; onFold: () => void }) {
  if (count === 0) return null
  const label = `${isFolded ? 'Unfold' : 'Fold'} ${count} ${count === 1 ? 'child' : 'children'}`
  return (
    <button
      type="button"
      className="fold"
      tabIndex={-1}
      aria-expanded={!isFolded}
      aria-label={label}
      title={label}
      onClick={onFold}
    >
      {isFolded ? '▸' : '▾'}
    </button>
  )
}
