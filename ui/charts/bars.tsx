import type { SampledSeries } from '../../src/wire/metrics.ts'
import { cellNumber, middle } from '../parts/format.ts'
import { runColor } from './colors.ts'
import { light } from './lit.ts'

interface Props {
  readonly title: string
  readonly series: readonly SampledSeries[]
  /** What runs are called, by id. */
  readonly names: ReadonlyMap<string, string>
}

/** A metric that was logged once by each run: there is no line to draw. */
export function Bars({ title, series, names }: Props) {
  const values = series.map(({ values: [value = NaN] }) => value)
  const finite = values.filter(Number.isFinite)
  const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)]
  return (
    <div className="chart short">
      <header>
        <span className="clip" title={title}>
          {middle(title, 44)}
        </span>
      </header>
      <ul className="bars">
        {series.map(({ runId }, i) => (
          <li key={runId} onPointerEnter={() => light(runId)} onPointerLeave={() => light(undefined)}>
            <span className="clip" title={names.get(runId)}>
              {middle(names.get(runId) ?? runId, 20)}
            </span>
            <span className="track">
              <Bar from={low} to={high} value={values[i]!} color={runColor(runId)} />
            </span>
            <span className="number" title={String(values[i])}>
              {cellNumber(values[i]!)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Bar({ from, to, value, color }: { from: number; to: number; value: number; color: string }) {
  if (!Number.isFinite(value) || to === from) return null
  const share = (at: number) => ((at - from) / (to - from)) * 100
  const [start, end] = [share(Math.min(0, value)), share(Math.max(0, value))]
  return <div style={{ background: color, marginLeft: `${start}%`, width: `${end - start}%` }} />
}
