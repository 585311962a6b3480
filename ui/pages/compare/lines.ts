import type { Run } from '../../../src/wire/runs.ts'
import { tagOf } from '../../parts/parts.tsx'

/** One thing of several runs. */
export interface Line {
  readonly name: string
  /** One for each run; nothing where a run has none. */
  readonly values: readonly (string | number | undefined)[]
}

type Pairs = (run: Run) => readonly { readonly key: string; readonly value: string | number }[]

/** What runs can be told apart by, in the order in which it is read. */
export const GROUPS: [title: string, pairs: Pairs][] = [
  ['Params', ({ data }) => data.params],
  ['Metrics', ({ data }) => data.metrics],
  ['Source', sourceOf],
  ['Tags', ({ data }) => data.tags.filter(({ key }) => !key.startsWith('mlflow.'))],
]

/** The values of every key that runs or other things have, in the order of the keys. */
export function toLines<T>(things: readonly T[], pairs: (thing: T) => ReturnType<Pairs>): Line[] {
  const maps = things.map((thing) => new Map(pairs(thing).map(({ key, value }) => [key, value])))
  const names = [...new Set(maps.flatMap((map) => [...map.keys()]))].sort()
  return names.map((name) => ({ name, values: maps.map((map) => map.get(name)) }))
}

export const differs = ({ values }: Line) => new Set(values.map(String)).size > 1

function sourceOf({ info, data, inputs }: Run): { key: string; value: string }[] {
  const datasets = inputs?.datasetInputs.map(({ dataset }) => `${dataset.name} ${dataset.digest}`).join(', ')
  const said = {
    User: info.userId || tagOf(data.tags, 'mlflow.user'),
    Program: tagOf(data.tags, 'mlflow.source.name'),
    Commit: tagOf(data.tags, 'mlflow.source.git.commit')?.slice(0, 10),
    Branch: tagOf(data.tags, 'mlflow.source.git.branch'),
    Datasets: datasets,
  }
  return Object.entries(said).flatMap(([key, value]) => (value ? [{ key, value }] : []))
}
