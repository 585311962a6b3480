import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { SampledSeries } from '../../src/wire/metrics.ts'
import { shortNumber } from '../parts/format.ts'
import { runColor } from './colors.ts'

export interface PlotOptions {
  readonly logarithmic: boolean
  /** 0 for none, up to 0.99. */
  readonly smoothing: number
  readonly height: number
  /** Charts with the same one share crosshair and zoom. */
  readonly syncKey: string
  readonly onCursor: (index: number | undefined, left: number) => void
  /** The steps to show; all when there is none. */
  readonly zoom: Zoom | undefined
  readonly onZoom: (zoom: Zoom | undefined) => void
}

export interface Zoom {
  readonly min: number
  readonly max: number
}

/** Several series on common steps, as uPlot wants them. Gaps are null. */
export interface Aligned {
  readonly steps: number[]
  /** For each series the values, and the least and greatest between two shown points. */
  readonly values: (number | null)[][]
  readonly mins: (number | null)[][]
  readonly maxs: (number | null)[][]
}

/** @param logarithmic - Leaves out what has no logarithm. */
export function align(series: readonly SampledSeries[], logarithmic = false): Aligned {
  const steps = [...new Set(series.flatMap((each) => each.steps))].sort((a, b) => a - b)
  const position = new Map(steps.map((step, i) => [step, i]))
  const spread = (each: SampledSeries, column: 'values' | 'mins' | 'maxs') => {
    const out: (number | null)[] = Array.from({ length: steps.length }, () => null)
    for (const [i, step] of each.steps.entries()) {
      const value = each[column][i]!
      if (Number.isFinite(value) && (value > 0 || !logarithmic)) out[position.get(step)!] = value
    }
    return out
  }
  return {
    steps,
    values: series.map((each) => spread(each, 'values')),
    mins: series.map((each) => spread(each, 'mins')),
    maxs: series.map((each) => spread(each, 'maxs')),
  }
}

/** An exponential mean that starts without bias; gaps stay gaps. */
export function smooth(values: readonly (number | null)[], weight: number): (number | null)[] {
  let mean = 0
  let n = 0
  return values.map((value) => {
    if (value === null) return null
    mean = mean * weight + value * (1 - weight)
    n += 1
    return mean / (1 - weight ** n)
  })
}

/** Distances of marks on the axis of steps, which have no halves. */
const WHOLE = Array.from({ length: 16 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat()

/**
 * Draws lines with their bands into an element.
 *
 * The order of the drawn series: for each run its line, its raw line when it
 * is smoothed, and the two edges of its band.
 */
export function drawPlot(
  element: HTMLElement,
  series: readonly SampledSeries[],
  { logarithmic, smoothing, height, syncKey, onCursor, zoom, onZoom }: PlotOptions,
): { plot: uPlot; data: Aligned } {
  const data = align(series, logarithmic)
  const style = getComputedStyle(element)
  const [muted, line] = [style.getPropertyValue('--muted'), style.getPropertyValue('--line')]
  const columns: (number | null)[][] = []
  const drawn: uPlot.Series[] = [{}]
  const bands: uPlot.Band[] = []
  for (const [i, { runId, values, count }] of series.entries()) {
    const color = runColor(runId)
    const lineOf = (values: (number | null)[], extra: Partial<uPlot.Series>) => {
      columns.push(values)
      drawn.push({ stroke: color, width: 1.4, spanGaps: true, points: { show: false }, ...extra })
    }
    const raw = data.values[i]!
    lineOf(smoothing > 0 ? smooth(raw, smoothing) : raw, {
      points: { show: values.length === 1, size: 6, fill: color },
    })
    if (smoothing > 0) lineOf(raw, { alpha: 0.25, width: 1 })
    if (count > values.length && smoothing === 0) {
      lineOf(data.maxs[i]!, { width: 0 })
      lineOf(data.mins[i]!, { width: 0 })
      bands.push({ series: [drawn.length - 2, drawn.length - 1], fill: `${color}2e` })
    }
  }
  const axis = { stroke: muted, grid: { stroke: line, width: 1 }, ticks: { show: false }, font: '11px system-ui' }
  const plot = new uPlot(
    {
      width: element.clientWidth || 300,
      height,
      legend: { show: false },
      scales: { x: { time: false }, y: { distr: logarithmic ? 3 : 1 } },
      axes: [
        { ...axis, size: 24, incrs: WHOLE, values: (_, ticks) => ticks.map(shortStep) },
        { ...axis, size: 46, values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : shortNumber(tick))) },
      ],
      cursor: { sync: { key: syncKey }, points: { size: 5 }, drag: { x: true, y: false } },
      series: drawn,
      bands,
      hooks: {
        setCursor: [({ cursor }) => onCursor(cursor.idx ?? undefined, cursor.left ?? 0)],
        setScale: [({ scales }, key) => key === 'x' && onZoom(zoomOf(scales['x']!, data.steps))],
      },
    },
    [data.steps, ...columns] as uPlot.AlignedData,
    element,
  )
  if (zoom) plot.setScale('x', zoom)
  return { plot, data }
}

/** What of the steps is shown, when it is not all. */
function zoomOf({ min, max }: uPlot.Scale, steps: readonly number[]): Zoom | undefined {
  if (min === undefined || max === undefined) return undefined
  return min > steps[0]! || max < steps.at(-1)! ? { min, max } : undefined
}

const shortStep = (step: number) =>
  Math.abs(step) >= 10_000 ? `${Number((step / 1000).toPrecision(4))}k` : String(step)
