import type { Run } from '../../../src/wire/runs.ts'
import { tagOf } from '../../parts/parts.tsx'

export interface Row {
  readonly run: Run
  readonly depth: number
  readonly children: number
}

/** Puts children behind their parents, where both are loaded, and leaves out what is folded. */
export function toRows(runs: readonly Run[], folded: ReadonlySet<string>): Row[] {
  const ids = new Set(runs.map(({ info }) => info.runId))
  const parentOf = (run: Run) => {
    const parent = tagOf(run.data.tags, 'mlflow.parentRunId')
    return parent !== undefined && ids.has(parent) && parent !== run.info.runId ? parent : ''
  }
  const children = Map.groupBy(runs, parentOf)
  const rows: Row[] = []
  const seen = new Set<string>()
  const add = (run: Run, depth: number) => {
    const { runId } = run.info
    if (seen.has(runId)) return // parents in a circle
    seen.add(runId)
    const below = children.get(runId) ?? []
    rows.push({ run, depth, children: below.length })
    if (!folded.has(runId)) for (const child of below) add(child, depth + 1)
  }
  for (const run of children.get('') ?? []) add(run, 0)
  return rows
}
