import type { Run } from '../../../src/wire/runs.ts'

export type ColumnKind = 'metric' | 'param' | 'tag' | 'attribute'

/** A column of the table: a metric, a param, a tag, or something that every run has. */
export interface RunColumn {
  /** As filters and orders name it, such as `metrics.loss`. */
  readonly id: string
  readonly kind: ColumnKind
  readonly name: string
  readonly width: number
}

const ATTRIBUTES: RunColumn[] = [
  { id: 'attributes.status', kind: 'attribute', name: 'Status', width: 84 },
  { id: 'attributes.start_time', kind: 'attribute', name: 'Started', width: 78 },
  { id: 'duration', kind: 'attribute', name: 'Duration', width: 84 },
  { id: 'attributes.user_id', kind: 'attribute', name: 'User', width: 84 },
  { id: 'source', kind: 'attribute', name: 'Source', width: 110 },
]
const SHOWN_ATTRIBUTES = ATTRIBUTES.slice(0, 3).map(({ id }) => id)

const MOST_METRICS = 6
const MOST_PARAMS = 5

/** Every column there could be. */
export function allColumns(keys: readonly { kind: 'metric' | 'param' | 'tag'; name: string }[]): RunColumn[] {
  const named = keys
    .filter(({ kind, name }) => kind !== 'tag' || !name.startsWith('mlflow.'))
    .map(({ kind, name }) => toColumn(kind, name))
  return [...ATTRIBUTES, ...named].sort(byKind)
}

const ORDER: ColumnKind[] = ['attribute', 'metric', 'param', 'tag']
export const byKind = (a: RunColumn, b: RunColumn) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind)

/**
 * What to show a reader who chose nothing: metrics that differ most, and
 * params that are not the same everywhere.
 *
 * @param before - What is shown already: it stays where it is.
 */
export function defaultColumns(runs: readonly Run[], before: readonly string[] = []): string[] {
  const params = new Map<string, Set<string>>()
  for (const { data } of runs)
    for (const { key, value } of data.params) params.set(key, (params.get(key) ?? new Set()).add(value))
  const differing = [...params]
    .filter(([, values]) => values.size > 1 || (runs.length === 1 && before.length === 0))
    .map(([key]) => key)
  const first = (kind: 'metrics.' | 'params.', names: readonly string[], most: number) =>
    [...new Set([...before.filter((id) => id.startsWith(kind)), ...names.map((name) => kind + name)])].slice(0, most)
  const metrics = spreadOf(runs.flatMap(({ data }) => data.metrics))
  return [
    ...SHOWN_ATTRIBUTES,
    ...first('metrics.', metrics, MOST_METRICS),
    ...first('params.', differing, MOST_PARAMS).sort(),
  ]
}

/** Keys of metrics: what tells how good a run is first, then those whose values differ most for their size. */
function spreadOf(metrics: readonly { key: string; value: number }[]): string[] {
  const spreads = [...Map.groupBy(metrics, ({ key }) => key)].map(([key, points]) => {
    const values = points.map(({ value }) => value).filter(Number.isFinite)
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
    return { key, weight: interest(key), spread: deviation / (Math.abs(mean) || 1), count: values.length }
  })
  return spreads
    .sort(
      (a, b) =>
        b.weight - a.weight || Math.sign(b.spread) - Math.sign(a.spread) || b.count - a.count || b.spread - a.spread,
    )
    .map(({ key }) => key)
}

/** How much a metric says of how good a run is, guessed by its name. */
export function interest(key: string): number {
  if (key.startsWith('system/')) return -1
  const isScore = /acc|loss|f1|auc|precision|recall|r2|score|err|mae|mse|rmse|perplexity|bleu|rouge|reward/i.test(key)
  const isHeldOut = /val|test|eval|dev/i.test(key)
  return isScore ? (isHeldOut ? 2 : 1) : 0
}

function toColumn(kind: 'metric' | 'param' | 'tag', name: string): RunColumn {
  const plural = { metric: 'metrics', param: 'params', tag: 'tags' }[kind]
  return { id: `${plural}.${name}`, kind, name, width: kind === 'metric' ? 124 : 104 }
}

/** A column in the grammar of filters and orders, with quotes where the name needs them. */
export function grammarName({ id, kind, name }: RunColumn): string {
  if (kind === 'attribute') return id
  const entity = id.slice(0, id.indexOf('.'))
  return /^[\w./-]+$/.test(name) && !/[.]$/.test(name) ? `${entity}.${name}` : `${entity}.\`${name}\``
}

export const canOrder = ({ id }: RunColumn) => id !== 'duration' && id !== 'source'

/** Whether less is better, guessed by the name. */
export const lessIsBetter = (name: string) => /loss|err|rmse|mae|mse|perplexity|latency|time|regret/i.test(name)
