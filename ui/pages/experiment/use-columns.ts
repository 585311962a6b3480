import { useMemo, useState } from 'react'
import type { Run } from '../../../src/wire/runs.ts'
import { allColumns, byKind, defaultColumns, grammarName } from './columns.ts'
import type { Keys } from './use-runs.ts'

interface Asked {
  readonly experimentId: string
  readonly runs: readonly Run[]
  readonly keys: Keys['keys'] | undefined
  /** Ids of what the reader chose. */
  readonly chosen: readonly string[] | undefined
  readonly order: string
}

/** The columns that there are, and those that are shown: chosen by the reader, or for them. */
export function useColumns({ experimentId, runs, keys, chosen, order }: Asked) {
  const every = useMemo(() => allColumns(keys ?? []), [keys])
  const own = useOwnColumns(experimentId, runs)
  const shown = useMemo(() => {
    const known = new Map(every.map((column) => [column.id, column]))
    const ordered = every.find((column) => order.startsWith(`${grammarName(column)} `))
    const ids = chosen ?? [...own, ...(ordered ? [ordered.id] : [])]
    const columns = [...new Set(ids)].map((id) => known.get(id)).filter((column) => column !== undefined)
    return chosen ? columns : columns.sort(byKind)
  }, [every, own, chosen, order])
  return { every, shown }
}

/** Columns chosen for the reader: a table that fills, changes or is filtered keeps those that it has. */
function useOwnColumns(experimentId: string, runs: readonly Run[]): readonly string[] {
  const [kept, keep] = useState({ ids: [] as string[], of: experimentId, runs: [] as readonly Run[], most: 0 })
  if (runs === kept.runs && experimentId === kept.of) return kept.ids
  const most = experimentId === kept.of ? kept.most : 0
  const ids = defaultColumns(runs, most > 1 ? kept.ids : []) // a single run says little of what will differ
  keep({ ids: same(ids, kept.ids) ? kept.ids : ids, of: experimentId, runs, most: Math.max(most, runs.length) })
  return ids
}

const same = (one: readonly string[], other: readonly string[]) => one.join('\n') === other.join('\n')
