import type { EChartsCoreOption } from 'echarts/core'
import { useMemo, useState } from 'react'
import type { Run } from '../../../src/wire/runs.ts'
import { runColor } from '../../charts/colors.ts'
import { middle, shortNumber } from '../../parts/format.ts'
import { type Axis, chosen, toAxes } from './axes.ts'
import { type Color, Drawing } from './drawing.tsx'

/** How params and metrics hang together over the runs. */
export default function Relations({ runs }: { runs: readonly Run[] }) {
  const axes = useMemo(() => toAxes(runs), [runs])
  const [x, setX] = useState<string>()
  const [y, setY] = useState<string>()
  const metric = axes.find(({ kind }) => kind === 'metric')
  const across = axes.find(({ name }) => name === x) ?? axes[0]
  const up = axes.find(({ name }) => name === y) ?? metric ?? axes[1]
  const lines = useMemo(() => (color: Color) => parallel(chosen(axes), runs, color), [axes, runs])
  const points = useMemo(
    () => (color: Color) => (across && up ? scatter(across, up, runs, color) : {}),
    [across, up, runs],
  )
  if (!across || !up || across === up) return null

  return (
    <section className="relations" aria-label="Relations">
      <h2>Params and metrics together</h2>
      <p className="muted">Drag along an axis to keep only the runs that pass there.</p>
      <div className="scroll-x">
        <div style={{ minWidth: 80 * chosen(axes).length }}>
          <Drawing height={300} label="Parallel coordinates" option={lines} />
        </div>
      </div>
      <div className="pair">
        <h2>Two of them</h2>
        <Choice label="Across" axes={axes} value={across.name} onChange={setX} />
        <Choice label="Up" axes={axes} value={up.name} onChange={setY} />
      </div>
      <Drawing height={340} label={`${up.name} over ${across.name}`} option={points} />
    </section>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly axes: readonly Axis[]
  readonly value: string
  readonly onChange: (name: string) => void
}

const Choice = ({ label, axes, value, onChange }: ChoiceProps) => (
  <label>
    {label}{' '}
    <select value={value} onChange={(event) => onChange(event.target.value)}>
      {axes.map(({ name, kind }) => (
        <option key={`${kind} ${name}`} value={name}>
          {middle(name, 40)}
        </option>
      ))}
    </select>
  </label>
)

function parallel(axes: readonly Axis[], runs: readonly Run[], color: Color): EChartsCoreOption {
  const text = { color: color('muted'), fontSize: 11 }
  return {
    animation: false,
    parallel: { left: 48, right: 72, top: 36, bottom: 16 },
    parallelAxis: axes.map(({ name, isNumeric, values }, dim) => ({
      dim,
      name: middle(name, 16),
      nameTextStyle: { ...text, color: color('text') },
      nameGap: 12,
      axisLabel: {
        ...text,
        formatter: (value: string | number) => (isNumeric ? shortNumber(Number(value)) : middle(String(value), 14)),
      },
      axisLine: { lineStyle: { color: color('line-strong') } },
      axisTick: { show: false },
      areaSelectStyle: { width: 14, color: color('accent'), opacity: 0.25 },
      ...(isNumeric
        ? { type: 'value', scale: true, splitNumber: 4 }
        : { type: 'category', data: [...new Set(values.filter((value) => value !== undefined))] }),
    })),
    series: [
      {
        type: 'parallel',
        inactiveOpacity: 0.06,
        emphasis: { lineStyle: { width: 3, opacity: 1 } },
        data: runs.map(({ info: { runId } }, i) => ({
          runId,
          value: axes.map(({ values }) => values[i] ?? '-'),
          lineStyle: { color: runColor(runId), width: 1.5, opacity: 0.75 },
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
    nameTextStyle: { color: color('text') },
    axisLabel: {
      color: color('muted'),
      fontSize: 11,
      formatter: (value: string | number) => (isNumeric ? shortNumber(Number(value)) : middle(String(value), 14)),
    },
    axisLine: { lineStyle: { color: color('line-strong') } },
    splitLine: { lineStyle: { color: color('line') } },
  })
  return {
    animation: false,
    grid: { left: 76, right: 20, top: 16, bottom: 48, outerBoundsMode: 'none' },
    xAxis: { ...axis(x), nameGap: 28 },
    yAxis: { ...axis(y), nameGap: 54 },
    tooltip: {
      renderMode: 'richText',
      backgroundColor: color('raised'),
      borderColor: color('line-strong'),
      textStyle: { color: color('text'), fontSize: 12 },
      formatter: ({ name, value }: { name: string; value: (string | number)[] }) =>
        `${middle(name, 50)}\n${value.map((each) => (typeof each === 'number' ? shortNumber(each) : each)).join(', ')}`,
    },
    series: [
      {
        type: 'scatter',
        symbolSize: 9,
        data: runs.flatMap(({ info: { runId, runName: name = runId } }, i) => {
          const value = [x.values[i], y.values[i]]
          return value.includes(undefined) ? [] : [{ runId, name, value, itemStyle: { color: runColor(runId) } }]
        }),
      },
    ],
  }
}
