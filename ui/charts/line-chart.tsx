import { useEffect, useRef, useState } from 'react'
import type { SampledSeries } from '../../src/wire/metrics.ts'
import { cellNumber, middle } from '../parts/format.ts'
import { runColor } from './colors.ts'
import { light, onLit } from './lit.ts'
import { type Aligned, drawPlot, type Zoom } from './plot.ts'

interface Props {
  readonly title: string
  readonly series: readonly SampledSeries[]
  /** What runs are called, by id. */
  readonly names: ReadonlyMap<string, string>
  readonly logarithmic: boolean
  readonly smoothing: number
  readonly height?: number
}

interface Cursor {
  readonly index: number
  readonly left: number
}

/** One metric of some runs over steps. */
export default function LineChart({ title, series, names, logarithmic, smoothing, height = 170 }: Props) {
  const element = useRef<HTMLDivElement>(null)
  const [cursor, setCursor] = useState<Cursor>()
  const [data, setData] = useState<Aligned>()
  const [pointed, setPointed] = useState(false) // charts share the cursor; values cover only the one that is read
  const zoom = useRef<Zoom>(undefined) // it outlives the plot, which is drawn anew when points arrive

  useEffect(() => {
    const target = element.current!
    const draw = () => {
      target.replaceChildren()
      return drawPlot(target, series, {
        logarithmic,
        smoothing,
        height,
        syncKey: 'steps',
        zoom: zoom.current,
        onZoom: (shown) => (zoom.current = shown),
        onCursor: (index, left) => setCursor(index === undefined || left < 0 ? undefined : { index, left }),
      })
    }
    let { plot, data: aligned } = draw()
    setData(aligned)
    const perRun = smoothing > 0 ? 2 : 1
    const off = onLit((runId) => {
      let at = 1
      for (const each of series) {
        const dim = runId !== undefined && runId !== each.runId && series.some((one) => one.runId === runId)
        const drawn = perRun + (each.count > each.values.length && smoothing === 0 ? 2 : 0)
        plot.series[at]!.alpha = dim ? 0.15 : 1
        at += drawn
      }
      plot.redraw(false)
    })
    const onResize = new ResizeObserver(() => plot.setSize({ width: target.clientWidth, height }))
    onResize.observe(target)
    const onTheme = () => {
      plot.destroy()
      plot = draw().plot
    }
    window.addEventListener('themechange', onTheme)
    return () => {
      off()
      onResize.disconnect()
      window.removeEventListener('themechange', onTheme)
      plot.destroy()
    }
  }, [series, logarithmic, smoothing, height])

  return (
    <div className="chart" onPointerEnter={() => setPointed(true)} onPointerLeave={() => setPointed(false)}>
      <header>
        <span className="clip" title={title}>
          {middle(title, 44)}
        </span>
      </header>
      <div ref={element} role="img" aria-label={`${title} of ${series.length} runs over steps`} />
      {pointed && cursor && data && <Readout cursor={cursor} data={data} series={series} names={names} />}
    </div>
  )
}

function Readout({ cursor, data, series, names }: { cursor: Cursor; data: Aligned } & Pick<Props, 'series' | 'names'>) {
  const rows = series.flatMap(({ runId }, i) => {
    const value = nearest(data.values[i]!, cursor.index)
    return value === undefined ? [] : [{ runId, value }]
  })
  rows.sort((a, b) => b.value - a.value) // as the lines lie
  if (rows.length === 0) return null
  const right = cursor.left > 150
  return (
    <div className="readout" style={{ top: 34, ...(right ? { left: 60 } : { right: 12 }) }}>
      <div className="muted">step {data.steps[cursor.index]}</div>
      {rows.slice(0, 10).map(({ runId, value }) => (
        <div key={runId} onPointerEnter={() => light(runId)}>
          <span className="swatch" style={{ background: runColor(runId) }} />
          <span className="clip">{middle(names.get(runId) ?? runId, 24)}</span>
          <span className="number">{cellNumber(value)}</span>
        </div>
      ))}
      {rows.length > 10 && <div className="muted">and {rows.length - 10} more</div>}
    </div>
  )
}

/** The value at an index, or the one before it: series have their own steps. */
function nearest(values: readonly (number | null)[], index: number): number | undefined {
  for (let i = index; i >= 0 && i > index - 50; i--) if (values[i] != null) return values[i]!
  return undefined
}
