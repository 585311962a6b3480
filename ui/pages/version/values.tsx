import type { KeyValue } from '../../../src/wire/experiments.ts'
import { cellNumber, middle } from '../../parts/format.ts'
import { FoundPanel } from '../../parts/found-panel.tsx'

interface MetricsProps {
  readonly metrics: readonly {
    readonly key: string
    readonly value: number
    readonly step: number
    readonly datasetName?: string | undefined
  }[]
}

/** Metrics, with the dataset that they were measured on where that is known. */
export function Metrics({ metrics }: MetricsProps) {
  const hasDatasets = metrics.some(({ datasetName }) => datasetName)
  return (
    <FoundPanel title="Metrics" rows={metrics} textOf={({ key, datasetName }) => `${key}\n${datasetName ?? ''}`}>
      {(shown) => (
        <table className="plain values">
          <tbody>
            {shown.map(({ key, value, step, datasetName }, i) => (
              <tr key={i}>
                <th scope="row" title={key}>
                  {middle(key)}
                </th>
                {hasDatasets && (
                  <td className="muted" title={datasetName}>
                    {middle(datasetName ?? '', 30)}
                  </td>
                )}
                <td className="number" title={`${value} at step ${step}`}>
                  {cellNumber(value)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </FoundPanel>
  )
}

export const Params = ({ params }: { params: readonly KeyValue[] }) => (
  <FoundPanel title="Params" rows={params} textOf={({ key, value }) => `${key}\n${value}`}>
    {(shown) => (
      <table className="plain values">
        <tbody>
          {shown.map(({ key, value }) => (
            <tr key={key}>
              <th scope="row" title={key}>
                {middle(key)}
              </th>
              <td className="mono" title={middle(value, 2000)}>
                {middle(value, 120)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </FoundPanel>
)
