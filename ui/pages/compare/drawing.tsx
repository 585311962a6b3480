import { ParallelChart, ScatterChart } from 'echarts/charts'
import { GridComponent, ParallelComponent, TooltipComponent } from 'echarts/components'
import { type ECharts, type EChartsCoreOption, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import { light } from '../../charts/lit.ts'

use([ParallelChart, ScatterChart, GridComponent, ParallelComponent, TooltipComponent, SVGRenderer])

/** The value of a colour of the theme, such as `muted`. */
export type Color = (name: string) => string

interface Props {
  readonly height: number
  readonly label: string
  /** What to draw; the items of its data carry the id of their run as `runId`. */
  readonly option: (color: Color) => EChartsCoreOption
}

/** A drawing that is made anew when the theme changes, and lights the run that the pointer is on. */
export function Drawing({ height, label, option }: Props) {
  const element = useRef<HTMLDivElement>(null)
  const chart = useRef<ECharts>(null)

  useEffect(() => {
    const made = init(element.current!, undefined, { renderer: 'svg' })
    chart.current = made
    made.on('mouseover', ({ data }) => light((data as { runId?: string }).runId))
    made.on('mouseout', () => light(undefined))
    const observer = new ResizeObserver(() => made.resize())
    observer.observe(element.current!)
    return () => {
      observer.disconnect()
      made.dispose()
    }
  }, [])

  useEffect(() => {
    const style = getComputedStyle(element.current!)
    const draw = () =>
      chart.current!.setOption(
        option((name) => style.getPropertyValue(`--${name}`)),
        true,
      )
    draw()
    window.addEventListener('themechange', draw)
    return () => window.removeEventListener('themechange', draw)
  }, [option])

  return <div ref={element} style={{ height }} role="img" aria-label={label} />
}
