import {
  type CellContext,
  type ColumnDef,
  flexRender,
  getCoreRowModel,
  type Header,
  useReactTable,
} from '@tanstack/react-table'
import { useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef, useState } from 'react'
import type { Run } from '../../../src/wire/runs.ts'
import { light, useLit } from '../../charts/lit.ts'
import { useSparklines } from '../../charts/use-sparklines.ts'
import { RUN } from '../../parts/parts.tsx'
import { bestValues, RunCell, RunName } from './cells.tsx'
import { ColumnHead } from './column-head.tsx'
import type { RunColumn } from './columns.ts'
import { type Row, toRows } from './tree.ts'

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
  const [active, setActive] = useState(0)
  const anchor = useRef(0)
  const navigate = useNavigate()
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
      { id: 'name', size: NAME_WIDTH, minSize: 120, header: 'Run', cell: NameCell },
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

  const select = (at: number, { extend, alone }: { extend: boolean; alone?: boolean }) => {
    const { runId } = rows[at]!.run.info
    if (extend) {
      const [from, to] = [Math.min(anchor.current, at), Math.max(anchor.current, at)]
      const range = rows.slice(from, to + 1).map(({ run }) => run.info.runId)
      onSelect([...new Set([...selected, ...range])])
    } else {
      anchor.current = at
      if (alone) onSelect([runId])
      else onSelect(chosen.has(runId) ? selected.filter((id) => id !== runId) : [...selected, runId])
    }
    setActive(at)
  }
  const move = (to: number) => {
    const next = Math.min(rows.length - 1, Math.max(0, to))
    setActive(next)
    virtual.scrollToIndex(next)
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-at="${next}"]`)?.focus())
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget.querySelector(`[data-at="${active}"]`)) return
    const page = Math.floor((scroller.current?.clientHeight ?? ROW) / ROW) - 2
    const moves: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: rows.length - 1,
    }
    const to = moves[event.key]
    const { run } = rows[active]!
    if (to !== undefined) move(to)
    else if (event.key === ' ') select(active, { extend: event.shiftKey })
    else if (event.key === 'Enter')
      void navigate({
        to: RUN,
        params: { experimentId: run.info.experimentId, runId: run.info.runId, _splat: '' },
      })
    else if (event.key === 'Escape') onSelect([])
    else return
    event.preventDefault()
  }
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
        onKeyDown={onKey}
      >
        <div className="head" role="rowgroup">
          <div className="groups" aria-hidden>
            <div className="cell pinned" style={{ width: table.getColumn('name')!.getSize() }} />
            {toGroups(table.getFlatHeaders().slice(1)).map(({ kind, width }, i) => (
              <div key={i} className="cell" style={{ width }}>
                <span>{GROUPS[kind]}</span>
              </div>
            ))}
          </div>
          <div className="line-head" role="row">
            {table.getFlatHeaders().map((header) => (
              <ColumnHead key={header.id} header={header} {...props} />
            ))}
          </div>
        </div>
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="rowgroup">
          {items.map(({ index, start }) => {
            const { run, depth, children } = rows[index]!
            const { runId } = run.info
            const isSelected = chosen.has(runId)
            return (
              <div
                key={runId}
                role="row"
                aria-rowindex={index + 1}
                aria-selected={isSelected}
                data-at={index}
                tabIndex={index === active ? 0 : -1}
                className={`line${isSelected ? ' selected' : ''}${lit === runId ? ' lit' : ''}`}
                style={{ transform: `translateY(${start}px)` }}
                onPointerEnter={() => light(runId)}
                onPointerLeave={() => light(undefined)}
                onFocus={() => setActive(index)}
                onMouseDown={(event) => event.shiftKey && event.preventDefault()} // a range of rows, not of text
                onClick={(event: MouseEvent) => {
                  if ((event.target as Element).closest('a, button')) return
                  select(index, { extend: event.shiftKey })
                }}
              >
                {models[index]?.getVisibleCells().map((cell) => {
                  const style = { width: cell.column.getSize() }
                  const column = cell.column.columnDef.meta as RunColumn | undefined
                  if (!column)
                    return (
                      <div key={cell.id} className="cell pinned" role="rowheader" style={style}>
                        <input
                          type="checkbox"
                          tabIndex={-1}
                          checked={isSelected}
                          readOnly
                          aria-label={`Select ${run.info.runName ?? runId}`}
                        />
                        <span style={{ width: depth * 14, flex: 'none' }} />
                        <Fold count={children} folded={folded.has(runId)} onFold={() => onFold(runId)} />
                        {flexRender(cell.column.columnDef.cell, cell.getContext())}
                      </div>
                    )
                  return (
                    <RunCell
                      key={cell.id}
                      run={run}
                      column={column}
                      best={best.get(column.id)}
                      sparks={sparks}
                      style={style}
                    />
                  )
                })}
              </div>
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

const NameCell = ({ row }: CellContext<Row, unknown>) => <RunName {...row.original} />

function Fold({ count, folded, onFold }: { count: number; folded: boolean; onFold: () => void }) {
  if (count === 0) return null
  const label = `${folded ? 'Unfold' : 'Fold'} ${count} ${count === 1 ? 'child' : 'children'}`
  return (
    <button
      type="button"
      className="fold"
      tabIndex={-1}
      aria-expanded={!folded}
      aria-label={label}
      title={label}
      onClick={onFold}
    >
      {folded ? '▸' : '▾'}
    </button>
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

const GROUPS = { attribute: '', metric: 'Metrics', param: 'Params', tag: 'Tags' } as const

/** Columns of a kind that stand side by side share a title. */
function toGroups(headers: readonly Header<Row, unknown>[]): { kind: RunColumn['kind']; width: number }[] {
  const groups: { kind: RunColumn['kind']; width: number }[] = []
  for (const header of headers) {
    const { kind } = header.column.columnDef.meta as RunColumn
    const last = groups.at(-1)
    if (last?.kind === kind) last.width += header.getSize()
    else groups.push({ kind, width: header.getSize() })
  }
  return groups
}

/** The runs of the blocks that the rows in view belong to. */
function blockOf(rows: readonly Row[], first: number, last: number): string[] {
  const from = Math.floor(first / BLOCK) * BLOCK
  const to = Math.ceil((last + 1) / BLOCK) * BLOCK
  return rows.slice(from, to).map(({ run }) => run.info.runId)
}
