import { ParallelChart, ScatterChart } from 'echarts/charts'
import { GridComponent, ParallelComponent, TooltipComponent } from 'echarts/components'
import { type EChartsCoreOption, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Run } from '../../../src/wire/runs.ts'
import { runColor } from '../../charts/colors.ts'
import { middle, shortNumber } from '../../parts/format.ts'

use([ParallelChart, ScatterChart, GridComponent, ParallelComponent, TooltipComponent, SVGRenderer])

/** A param or metric as an axis: numbers where all values are, else their texts. */
interface Axis {
  readonly name: string
  readonly values: readonly (string | number | undefined)[]
  readonly isNumeric: boolean
}

const MOST_AXES = 10

/** How params and metrics hang together over the runs. */
export default function Relations({ runs }: { runs: readonly Run[] }) {
  const axes = useMemo(() => toAxes(runs), [runs])
  const metrics = useMemo(() => new Set(runs.flatMap(({ data }) => data.metrics.map(({ key }) => key))), [runs])
  const first = axes.find(({ name }) => !metrics.has(name)) ?? axes[0]
  const last = axes.findLast(({ name }) => metrics.has(name)) ?? axes.at(-1)
  const [x, setX] = useState(first?.name ?? '')
  const [y, setY] = useState(last?.name ?? '')
  const [across, down] = [axes.find(({ name }) => name === x), axes.find(({ name }) => name === y)]
  if (!across || !down) return null

  return (
    <section className="relations" aria-label="Relations">
      <h2>Params and metrics together</h2>
      <Drawing
        height={320}
        label="Parallel coordinates"
        option={(color) => parallel(axes.slice(-MOST_AXES), runs, color)}
      />
      <div className="pair">
        <h2>Two of them</h2>
        <Choice label="Across" axes={axes} value={x} onChange={setX} />
        <Choice label="Up" axes={axes} value={y} onChange={setY} />
      </div>
      <Drawing height={340} label={`${y} over ${x}`} option={(color) => scatter(across, down, runs, color)} />
    </section>
  )
}

function Choice({
  label,
  axes,
  value,
  onChange,
}: {
  label: string
  axes: readonly Axis[]
  value: string
  onChange: (name: string) => void
}) {
  return (
    <label>
      {label}{' '}
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        {axes.map(({ name }) => (
          <option key={name} value={name}>
            {middle(name, 50)}
          </option>
        ))}
      </select>
    </label>
  )
}

type Color = (name: string) => string

function Drawing({
  height,
  label,
  option,
}: {
  height: number
  label: string
  option: (color: Color) => EChartsCoreOption
}) {
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const target = element.current!
    const chart = init(target, undefined, { renderer: 'svg' })
    const draw = () =>
      chart.setOption(
        option((name) => getComputedStyle(target).getPropertyValue(`--${name}`)),
        true,
      )
    draw()
    const observer = new ResizeObserver(() => chart.resize())
    observer.observe(target)
    window.addEventListener('themechange', draw)
    return () => {
      observer.disconnect()
      window.removeEventListener('themechange', draw)
      chart.dispose()
    }
  })
  return <div ref={element} style={{ height }} role="img" aria-label={label} />
}

function parallel(axes: readonly Axis[], runs: readonly Run[], color: Color): EChartsCoreOption {
  const text = { color: color('muted'), fontSize: 11 }
  return {
    animation: false,
    parallel: { left: 60, right: 90, top: 40, bottom: 24 },
    parallelAxis: axes.map(({ name, isNumeric }, dim) => ({
      dim,
      name: middle(name, 18),
      nameTextStyle: text,
      axisLabel: {
        ...text,
        formatter: (value: string | number) => (isNumeric ? shortNumber(Number(value)) : middle(String(value), 14)),
      },
      axisLine: { lineStyle: { color: color('line-strong') } },
      ...(isNumeric ? { type: 'value', scale: true } : { type: 'category' }),
    })),
    series: [
      {
        type: 'parallel',
        data: runs.map(({ info }, i) => ({
          value: axes.map(({ values }) => values[i] ?? '-'),
          lineStyle: { color: runColor(info.runId), width: 1.5, opacity: 0.75 },
        })),
      },
    ],
  }
}

function scatter(x: Axis, y: Axis, runs: readonly Run[], color: Color): EChartsCoreOption {
  const axis = ({ name, isNumeric }: Axis) => ({
    ...(isNumeric ? { type: 'value', scale: true } : { type: 'category' }),
    name: middle(name, 40),
    nameLocation: 'middle',
    nameGap: 34,
    nameTextStyle: { color: color('text') },
    axisLabel: { color: color('muted'), fontSize: 11 },
    axisLine: { lineStyle: { color: color('line-strong') } },
    splitLine: { lineStyle: { color: color('line') } },
  })
  return {
    animation: false,
    grid: { left: 70, right: 20, top: 16, bottom: 52 },
    xAxis: axis(x),
    yAxis: { ...axis(y), nameGap: 48 },
    tooltip: { renderMode: 'richText', formatter: ({ name }: { name: string }) => middle(name, 60) },
    series: [
      {
        type: 'scatter',
        symbolSize: 9,
        data: runs.flatMap(({ info: { runId, runName: name = runId } }, i) => {
          const value = [x.values[i], y.values[i]]
          return value.includes(undefined) ? [] : [{ name, value, itemStyle: { color: runColor(runId) } }]
        }),
      },
    ],
  }
}

/** Params and then metrics that are not the same in all runs. */
function toAxes(runs: readonly Run[]): Axis[] {
  const axesOf = (pairs: (run: Run) => readonly { key: string; value: string | number }[]) => {
    const maps = runs.map((run) => new Map(pairs(run).map(({ key, value }) => [key, value])))
    const names = [...new Set(maps.flatMap((map) => [...map.keys()]))].sort()
    return names.map((name) =>
      toAxis(
        name,
        maps.map((map) => map.get(name)),
      ),
    )
  }
  const all = [...axesOf(({ data }) => data.params), ...axesOf(({ data }) => data.metrics)]
  return all.filter(({ values }) => new Set(values).size > 1)
}

function toAxis(name: string, found: readonly (string | number | undefined)[]): Axis {
  const isNumeric = found.every((value) => value === undefined || (value !== '' && Number.isFinite(Number(value))))
  return {
    name,
    isNumeric,
    values: isNumeric ? found.map((value) => (value === undefined ? value : Number(value))) : found,
  }
}
