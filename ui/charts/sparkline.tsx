import type { SampledSeries } from '../../src/wire/metrics.ts'

const WIDTH = 44
const HEIGHT = 16

/** The shape of a series, beside its number. */
export function Sparkline({ series, color }: { series: SampledSeries | undefined; color: string }) {
  if (!series || series.values.length < 2) return null
  const numbers = series.values.filter(Number.isFinite)
  const [min, max] = [Math.min(...numbers), Math.max(...numbers)]
  const first = series.steps[0]!
  const span = series.steps.at(-1)! - first || 1
  const points = series.values.flatMap((value, i) => {
    if (!Number.isFinite(value)) return []
    const x = ((series.steps[i]! - first) / span) * WIDTH
    const y = max === min ? HEIGHT / 2 : HEIGHT - 1 - ((value - min) / (max - min)) * (HEIGHT - 2)
    return [`${x.toFixed(1)},${y.toFixed(1)}`]
  })
  return (
    <svg width={WIDTH} height={HEIGHT} aria-hidden style={{ flex: 'none', marginRight: 'auto' }}>
      <polyline points={points.join(' ')} fill="none" stroke={color} strokeWidth="1.2" opacity="0.8" />
    </svg>
  )
}
