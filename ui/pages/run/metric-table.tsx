import { useMemo } from 'react'
import type { Metric } from '../../../src/wire/metrics.ts'
import { runColor } from '../../charts/colors.ts'
import { Sparkline } from '../../charts/sparkline.tsx'
import { cellName, useSparklines } from '../../charts/use-sparklines.ts'
import { cellNumber, middle } from '../../parts/format.ts'
import { FoundPanel } from '../../parts/found-panel.tsx'

interface Props {
  readonly runId: string
  readonly metrics: readonly Metric[]
}

export function MetricTable({ runId, metrics }: Props) {
  return (
    <FoundPanel title="Metrics" rows={metrics} textOf={({ key }) => key}>
      {(shown) => (
        <table className="plain values metrics">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col" className="shape">
                <span className="unseen">Shape</span>
              </th>
              <th scope="col" className="right">
                Last
              </th>
              <th scope="col" className="right">
                Min
              </th>
              <th scope="col" className="right">
                Max
              </th>
            </tr>
          </thead>
          <Rows runId={runId} metrics={shown} />
        </table>
      )}
    </FoundPanel>
  )
}

function Rows({ runId, metrics }: Props) {
  const keys = useMemo(() => metrics.map(({ key }) => key), [metrics])
  const runIds = useMemo(() => [runId], [runId])
  const sparks = useSparklines(runIds, keys)
  return (
    <tbody>
      {metrics.map(({ key, value, step }) => {
        const series = sparks.get(cellName(runId, key))
        return (
          <tr key={key}>
            <th scope="row" title={key}>
              {middle(key)}
            </th>
            <td className="shape">
              <Sparkline series={series} color={runColor(runId)} />
            </td>
            <td className="number" title={`${value} at step ${step}`}>
              {cellNumber(value)}
            </td>
            <Extreme value={series && leastOf(series.mins)} />
            <Extreme value={series && mostOf(series.maxs)} />
          </tr>
        )
      })}
    </tbody>
  )
}

const Extreme = ({ value }: { value: number | undefined }) => (
  <td className="number muted" title={value === undefined ? undefined : String(value)}>
    {value !== undefined && cellNumber(value)}
  </td>
)

const leastOf = (values: readonly number[]) =>
  values.reduce((least, value) => (value < least || Number.isNaN(least) ? value : least), NaN)
const mostOf = (values: readonly number[]) =>
  values.reduce((most, value) => (value > most || Number.isNaN(most) ? value : most), NaN)
