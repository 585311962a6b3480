import { type QueryClient, useQuery } from '@tanstack/react-query'
import type { InfiniteData } from '@tanstack/react-query'
import type { Run } from '../../../src/wire/runs.ts'
import { api } from '../../api.ts'
import { tagOf } from '../../parts/parts.tsx'
import { type RunsPage, useRuns } from '../experiment/use-runs.ts'

export const parentOf = ({ data }: Run) => tagOf(data.tags, 'mlflow.parentRunId')

/** The runs that name one as their parent, newest first; they change as they are logged to. */
export function useChildren(experimentId: string, runId: string) {
  const filter = `tags.mlflow.parentRunId = '${runId}'`
  const query = useRuns({ experimentId, filter, order: 'attributes.start_time DESC', view: 'ACTIVE_ONLY' })
  return { ...query, runs: query.data?.pages.flatMap(({ runs }) => runs) ?? [] }
}

/**
 * The run that one is read against: the one that was started before it in the
 * same family, or else its parent; if it was given some of the same params.
 */
export function useBefore(run: Run) {
  const { runId, experimentId, startTime = 0 } = run.info
  return useQuery({
    queryKey: ['before', runId],
    staleTime: Infinity,
    queryFn: async ({ signal }): Promise<Run | null> => {
      const parent = parentOf(run)
      const family = parent ? `tags.mlflow.parentRunId = '${parent}'` : 'tags.mlflow.parentRunId IS NULL'
      const filter = `attributes.start_time < ${startTime} AND ${family}`
      const orderBy = ['attributes.start_time DESC']
      const asked = { experimentIds: [experimentId], filter, orderBy, maxResults: 1 }
      const [before] = (await api.runs.search(asked, { signal })).runs
      const found = before ?? (parent ? (await api.runs.get({ runId: parent }, { signal })).run : undefined)
      return found && haveCommonParam(run, found) ? found : null
    },
  })
}

function haveCommonParam(one: Run, other: Run): boolean {
  const keys = new Set(one.data.params.map(({ key }) => key))
  return other.data.params.some(({ key }) => keys.has(key))
}

/** A run as a table has it already, to be shown until it is read. */
export const fromTables = (client: QueryClient, experimentId: string, runId: string): { run: Run } | undefined => {
  const run = client
    .getQueriesData<InfiniteData<RunsPage>>({ queryKey: ['runs', experimentId] })
    .flatMap(([, data]) => data?.pages.flatMap(({ runs }) => runs) ?? [])
    .find(({ info }) => info.runId === runId)
  return run && { run }
}
