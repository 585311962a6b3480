import { useQueries, type UseQueryResult } from '@tanstack/react-query'
import type { ModelVersion } from '../../../src/wire/model-versions.ts'
import type { Run } from '../../../src/wire/runs.ts'
import { api } from '../../api.ts'
import { defaultColumns } from '../experiment/columns.ts'

/** Of so many versions the runs are read. */
const MOST_RUNS = 50
const MOST_METRICS = 3

export interface Measures {
  /** Metrics that the versions differ most in. */
  readonly metrics: readonly string[]
  /** By its id. */
  readonly runs: ReadonlyMap<string, Run>
}

/** What the runs that made some versions reported. */
export function useMeasures(versions: readonly ModelVersion[]): Measures {
  const ids = [...new Set(versions.slice(0, MOST_RUNS).flatMap(({ runId }) => (runId ? [runId] : [])))]
  return useQueries({
    queries: ids.map((runId) => ({
      queryKey: ['run', runId],
      queryFn: ({ signal }: { signal: AbortSignal }) => api.runs.get({ runId }, { signal }),
      retry: false,
    })),
    combine,
  })
}

function combine(results: UseQueryResult<{ run: Run }>[]): Measures {
  const runs = results.flatMap(({ data }) => (data ? [data.run] : []))
  const metrics = defaultColumns(runs).flatMap((id) => (id.startsWith('metrics.') ? [id.slice('metrics.'.length)] : []))
  return { metrics: metrics.slice(0, MOST_METRICS), runs: new Map(runs.map((run) => [run.info.runId, run])) }
}
