import type { CSSProperties } from 'react'
import type { SampledSeries } from '../../../src/wire/metrics.ts'
import type { Run } from '../../../src/wire/runs.ts'
import { runColor } from '../../charts/colors.ts'
import { Sparkline } from '../../charts/sparkline.tsx'
import { cellName } from '../../charts/use-sparklines.ts'
import { cellNumber, middle } from '../../parts/format.ts'
import { RunLink, Status, tagOf, Took, When } from '../../parts/parts.tsx'
import { lessIsBetter, type RunColumn } from './columns.ts'
import type { Row } from './tree.ts'

/** About the width of a letter, and of what stands before a name. */
const [LETTER, BEFORE, INDENT] = [7, 72, 14]

/** @param width - Of the cell: a name that is longer is cut in the middle, for names often differ at their ends. */
export function RunName({ run: { info }, depth, width }: Row & { readonly width: number }) {
  return (
    <>
      <span className="swatch" style={{ background: runColor(info.runId) }} />
      <RunLink info={info} most={Math.max(12, Math.floor((width - BEFORE - INDENT * depth) / LETTER))} tabIndex={-1} />
    </>
  )
}

interface Props {
  readonly run: Run
  readonly column: RunColumn
  readonly best: number | undefined
  readonly sparks: ReadonlyMap<string, SampledSeries>
  readonly style: CSSProperties
}

/** What a run has in a column. */
export function RunCell({ run, column, best, sparks, style }: Props) {
  if (column.kind === 'attribute')
    return (
      <div className={column.id === 'duration' ? 'cell number' : 'cell'} role="gridcell" style={style}>
        <Attribute run={run} id={column.id} />
      </div>
    )
  if (column.kind === 'metric') {
    const value = metricOf(run, column.name)
    return (
      <div
        className={value !== undefined && value === best ? 'cell number best' : 'cell number'}
        role="gridcell"
        style={style}
      >
        <Sparkline series={sparks.get(cellName(run.info.runId, column.name))} color={runColor(run.info.runId)} />
        {value !== undefined && <span title={String(value)}>{cellNumber(value)}</span>}
      </div>
    )
  }
  const value = tagOf(column.kind === 'param' ? run.data.params : run.data.tags, column.name)
  const isNumber = value !== undefined && value !== '' && Number.isFinite(Number(value))
  return (
    <div className={isNumber ? 'cell number' : 'cell'} role="gridcell" style={style}>
      {value !== undefined && (
        <span className="clip" title={value}>
          {middle(value, 80)}
        </span>
      )}
    </div>
  )
}

function Attribute({ run: { info, data }, id }: { run: Run; id: string }) {
  if (id === 'attributes.status') return <Status status={info.status} />
  if (id === 'attributes.start_time') return <When time={info.startTime} />
  if (id === 'attributes.user_id') return <span className="clip">{info.userId ?? tagOf(data.tags, 'mlflow.user')}</span>
  if (id === 'source') {
    const source = tagOf(data.tags, 'mlflow.source.name') ?? ''
    return (
      <span className="clip" title={source}>
        {source.split('/').at(-1)}
      </span>
    )
  }
  return <Took info={info} />
}

/** The best value of each metric column; none where all are the same. */
export function bestValues(runs: readonly Run[], columns: readonly RunColumn[]): ReadonlyMap<string, number> {
  const best = new Map<string, number>()
  for (const { id, kind, name } of columns) {
    if (kind !== 'metric') continue
    const values = runs
      .map((run) => metricOf(run, name))
      .filter((value) => value !== undefined && Number.isFinite(value))
    if (new Set(values).size < 2) continue
    best.set(id, lessIsBetter(name) ? Math.min(...(values as number[])) : Math.max(...(values as number[])))
  }
  return best
}

const metricOf = (run: Run, key: string) => run.data.metrics.find((metric) => metric.key === key)?.value
