import { type ColumnDef, getCoreRowModel, useReactTable } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Run } from '../../../src/wire/runs.ts'
import { useLit } from '../../charts/lit.ts'
import { useSparklines } from '../../charts/use-sparklines.ts'
import { bestValues } from './cells.tsx'
import type { RunColumn } from './columns.ts'
import { RunsHead } from './runs-head.tsx'
import { RunsRow } from './runs-row.tsx'
import { type Row, toRows } from './tree.ts'
import { useRowKeys } from './use-row-keys.ts'

export interface RunsTableProps {
  readonly runs: readonly Run[]
  /** How many there are, of which `runs` are the first. */
  readonly total: number | undefined
  readonly columns: readonly RunColumn[]
  readonly order: string
  readonly selected: readonly string[]
  readonly isPending: boolean
  readonly onOrder: (order: string) => void
  readonly onSelect: (runIds: string[]) => void
  readonly onColumns: (columns: readonly RunColumn[]) => void
  readonly onFilter: (clause: string) => void
  /** The end of what is loaded has come near. */
  readonly onEnd: () => void
  readonly onClear: () => void
}

const ROW = 28
const NEAR_END = 30
const NAME_WIDTH = 230
/** Rows whose sparklines are asked for together, so that scrolling asks seldom. */
const BLOCK = 50

/** Runs as rows, of which only those in view are drawn. */
export function RunsTable(props: RunsTableProps) {
  const { runs, columns, selected, onSelect, onEnd } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const lit = useLit()

  const rows = useMemo(() => toRows(runs, folded), [runs, folded])
  const chosen = useMemo(() => new Set(selected), [selected])
  const best = useMemo(() => bestValues(runs, columns), [runs, columns])
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
    scrollPaddingStart: 2 * ROW,
  })
  const items = virtual.getVirtualItems()
  const [start, end] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0]
  useEffect(() => {
    if (rows.length > 0 && end >= rows.length - NEAR_END) onEnd()
  }, [end, rows.length, onEnd])

  const sparks = useSparklines(
    useMemo(() => blockOf(rows, start, end), [rows, start, end]),
    useMemo(() => columns.filter(({ kind }) => kind === 'metric').map(({ name }) => name), [columns]),
  )

  const definitions = useMemo(
    (): ColumnDef<Row>[] => [
      { id: 'name', size: NAME_WIDTH, minSize: 120, header: 'Run' },
      ...columns.map((column): ColumnDef<Row> => ({
        id: column.id,
        size: column.width,
        minSize: 56,
        header: column.name,
        meta: column,
      })),
    ],
    [columns],
  )
  const table = useReactTable({
    data: rows,
    columns: definitions,
    columnResizeMode: 'onChange',
    getCoreRowModel: getCoreRowModel(),
    getRowId: ({ run }) => run.info.runId,
  })
  const models = table.getRowModel().rows

  const { active, setActive, select, onKeyDown } = useRowKeys({
    rows,
    selected,
    onSelect,
    scroller,
    scrollTo: virtual.scrollToIndex,
    page: () => Math.floor((scroller.current?.clientHeight ?? ROW) / ROW) - 2,
  })
  const onFold = (runId: string) =>
    setFolded((before) => {
      const after = new Set(before)
      if (!after.delete(runId)) after.add(runId)
      return after
    })

  return (
    <section className="table-side" aria-label="Runs">
      <div
        className="runs"
        ref={scroller}
        role="grid"
        aria-rowcount={props.total ?? rows.length}
        aria-multiselectable
        onKeyDown={onKeyDown}
      >
        <RunsHead table={table} {...props} />
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="rowgroup">
          {items.map(({ index, start }) => {
            const row = rows[index]!
            const { runId } = row.run.info
            return (
              <RunsRow
                key={runId}
                row={row}
                index={index}
                cells={models[index]?.getVisibleCells() ?? []}
                best={best}
                sparks={sparks}
                isSelected={chosen.has(runId)}
                isLit={lit === runId}
                isFolded={folded.has(runId)}
                onFold={onFold}
                tabIndex={index === active ? 0 : -1}
                style={{ transform: `translateY(${start}px)` }}
                onFocus={() => setActive(index)}
                onClick={(event) => {
                  if ((event.target as Element).closest('a, button')) return
                  select(index, { extend: event.shiftKey })
                }}
              />
            )
          })}
        </div>
        {rows.length === 0 && <Nothing {...props} />}
      </div>
      <div className="foot">
        <span>
          {props.total === undefined
            ? ' '
            : `${props.total.toLocaleString('en')} ${props.total === 1 ? 'run' : 'runs'}`}
        </span>
        {props.total !== undefined && runs.length < props.total && (
          <span>{runs.length.toLocaleString('en')} loaded, more as you scroll</span>
        )}
      </div>
    </section>
  )
}

function Nothing({ isPending, onClear }: RunsTableProps) {
  if (isPending) return null
  return (
    <p className="page muted">
      No run is like this.{' '}
      <button type="button" className="link" onClick={onClear}>
        Clear the filter
      </button>
    </p>
  )
}

/** The runs of the blocks that the rows in view belong to. */
function blockOf(rows: readonly Row[], first: number, last: number): string[] {
  const from = Math.floor(first / BLOCK) * BLOCK
  const to = Math.ceil((last + 1) / BLOCK) * BLOCK
  return rows.slice(from, to).map(({ run }) => run.info.runId)
}
