import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { api } from '../api.ts'
import { Bars } from './bars.tsx'

const LineChart = lazy(() => import('./line-chart.tsx'))

const POINTS = 320
/** Fewer charts stand together, whatever their prefixes. */
const FEW = 12

interface Props {
  readonly runs: readonly { readonly runId: string; readonly name: string }[]
  readonly metrics: readonly string[]
}

/** Small multiples: a chart for each metric, grouped by what stands before the first slash; drawn as they come into view. */
export function ChartWall({ runs, metrics }: Props) {
  const [logarithmic, setLogarithmic] = useState(false)
  const [smoothing, setSmoothing] = useState(0)
  const [find, setFind] = useState('')
  const runIds = useMemo(() => runs.map(({ runId }) => runId), [runs])
  const names = useMemo(() => new Map(runs.map(({ runId, name }) => [runId, name])), [runs])
  const shown = metrics.filter((metric) => metric.toLowerCase().includes(find.toLowerCase()))
  const prefixOf = (metric: string) =>
    shown.length > FEW && metric.includes('/') ? metric.slice(0, metric.indexOf('/')) : ''
  const groups = Map.groupBy(shown, prefixOf)

  return (
    <div className="wall">
      <div className="wall-tools">
        <input
          type="search"
          placeholder="Find a metric"
          aria-label="Find a metric"
          value={find}
          onChange={(event) => setFind(event.target.value)}
        />
        <label>
          <input type="checkbox" checked={logarithmic} onChange={(event) => setLogarithmic(event.target.checked)} /> log
          scale
        </label>
        <label>
          smoothing
          <input
            type="range"
            min="0"
            max="0.98"
            step="0.02"
            value={smoothing}
            onChange={(event) => setSmoothing(Number(event.target.value))}
          />
          <span className="number">{smoothing.toFixed(2)}</span>
        </label>
      </div>
      {runs.length === 0 && <p className="muted">Select runs in the table to see their charts.</p>}
      {runs.length > 0 && shown.length === 0 && (
        <p className="muted">These runs have no metrics{find && ' that are called so'}.</p>
      )}
      {runs.length > 0 &&
        [...groups].map(([prefix, keys]) => (
          <section key={prefix} aria-label={prefix || 'metrics'}>
            {groups.size > 1 && (
              <h2>
                {prefix || 'metrics'} <span className="muted">{keys.length}</span>
              </h2>
            )}
            <div className="grid">
              {keys.map((metric) => (
                <Chart
                  key={metric}
                  metric={metric}
                  runIds={runIds}
                  names={names}
                  logarithmic={logarithmic}
                  smoothing={smoothing}
                />
              ))}
            </div>
          </section>
        ))}
    </div>
  )
}

interface ChartProps {
  readonly metric: string
  readonly runIds: readonly string[]
  readonly names: ReadonlyMap<string, string>
  readonly logarithmic: boolean
  readonly smoothing: number
}

function Chart({ metric, runIds, names, logarithmic, smoothing }: ChartProps) {
  const [element, visible] = useVisible()
  const query = useQuery({
    queryKey: ['series', metric, runIds],
    enabled: visible,
    queryFn: ({ signal }) => api.metrics.sample({ runIds, keys: [metric], points: POINTS }, { signal }),
    placeholderData: keepPreviousData,
  })
  const series = query.data?.series
  return (
    <div ref={element}>
      <Suspense fallback={<div className="chart" />}>
        {series && series.length > 0 && series.every(({ count }) => count === 1) ? (
          <Bars title={metric} series={series} names={names} />
        ) : series && series.length > 0 ? (
          <LineChart title={metric} series={series} names={names} logarithmic={logarithmic} smoothing={smoothing} />
        ) : (
          <div className="chart">
            <header className="clip">{metric}</header>
            {query.isError && <p role="alert">{query.error.message}</p>}
            {series?.length === 0 && <p className="muted">Not logged by these runs.</p>}
          </div>
        )}
      </Suspense>
    </div>
  )
}

/** Whether an element has come near the window; once it has, it stays so. */
function useVisible() {
  const element = useRef<HTMLDivElement>(null)
  const [visible, setVisible] = useState(false)
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return
        setVisible(true)
        observer.disconnect()
      },
      { rootMargin: '200px' },
    )
    observer.observe(element.current!)
    return () => observer.disconnect()
  }, [])
  return [element, visible] as const
}
