import type { Run } from '../../../src/wire/runs.ts'
import { interest } from '../experiment/columns.ts'
import { toLines } from './lines.ts'

/** A param or metric as an axis: numbers where all values are, else their texts. */
export interface Axis {
  readonly name: string
  readonly kind: 'param' | 'metric'
  readonly values: readonly (string | number | undefined)[]
  readonly isNumeric: boolean
}

/** Longer texts are no places on an axis. */
const MOST_TEXT = 60
const MOST_PARAMS = 6
const MOST_METRICS = 4

/** Params and then metrics that are not the same in all runs that have them; what tells most of each first. */
export function toAxes(runs: readonly Run[]): Axis[] {
  const params = toLines(runs, ({ data }) => data.params).map(({ name, values }) => toAxis(name, 'param', values))
  const metrics = toLines(runs, ({ data }) => data.metrics).map(({ name, values }) => toAxis(name, 'metric', values))
  return [
    ...params.filter(isAxis).sort((a, b) => Number(b.isNumeric) - Number(a.isNumeric)),
    ...metrics.filter(isAxis).sort((a, b) => interest(b.name) - interest(a.name)),
  ]
}

/** As many as one can follow a line through. */
export const chosen = (axes: readonly Axis[]): Axis[] => [
  ...axes.filter(({ kind }) => kind === 'param').slice(0, MOST_PARAMS),
  ...axes.filter(({ kind }) => kind === 'metric').slice(0, MOST_METRICS),
]

function toAxis(name: string, kind: Axis['kind'], found: readonly (string | number | undefined)[]): Axis {
  const said = found.filter((value) => value !== undefined)
  const isNumeric = said.every((value) => value !== '' && !Number.isNaN(Number(value)))
  const values = found.map((value) => {
    if (value === undefined || !isNumeric) return value
    return Number.isFinite(Number(value)) ? Number(value) : undefined
  })
  return { name, kind, isNumeric, values }
}

function isAxis({ values }: Axis): boolean {
  const places = new Set(values.filter((value) => value !== undefined))
  return places.size > 1 && [...places].every((place) => String(place).length <= MOST_TEXT)
}
