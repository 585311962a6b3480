import { useQueries, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useMemo } from 'react'
import type { Run } from '../../../src/wire/runs.ts'
import { api } from '../../api.ts'
import { ChartWall } from '../../charts/chart-wall.tsx'
import { useLive } from '../../parts/live.ts'
import { middle } from '../../parts/format.ts'
import { Bar } from '../../parts/shell.tsx'
import { interest } from '../experiment/columns.ts'
import { fromTables } from '../run/family.ts'
import { Differences } from './differences.tsx'

const Relations = lazy(() => import('./relations.tsx'))

/** Some runs beside each other: what differs first. */
export function ComparePage() {
  const { runs: asked, experiments } = useSearch({ from: '/compare-runs' })
  const runIds = useMemo(() => [...new Set(asked)], [asked])
  const client = useQueryClient()
  const { runs, errors, isPending } = useQueries({
    queries: runIds.map((runId) => ({
      queryKey: ['run', runId],
      queryFn: ({ signal }: { signal: AbortSignal }) => api.runs.get({ runId }, { signal }),
      placeholderData: () => fromTables(client, experiments[0] ?? '', runId),
    })),
    combine,
  })
  const running = new Set(runs.filter(({ info }) => info.status === 'RUNNING').map(({ info }) => info.experimentId))

  return (
    <>
      <Bar
        crumbs={[
          <Link key="all" to="/experiments">
            Experiments
          </Link>,
          ...(experiments.length === 1 ? [<ExperimentLink key="experiment" experimentId={experiments[0]!} />] : []),
          <h1 key="title" className="clip">
            {runIds.length} {runIds.length === 1 ? 'run' : 'runs'} compared
          </h1>,
        ]}
      />
      {errors.map((message) => (
        <p key={message} role="alert" className="page">
          {message}
        </p>
      ))}
      {runIds.length === 0 && (
        <p className="page muted">Select runs in the table of an experiment to compare them here.</p>
      )}
      {isPending ? <p className="page muted">Loading…</p> : runs.length > 0 && <Comparison runs={runs} />}
      {[...running].map((experimentId) => (
        <Live key={experimentId} experimentId={experimentId} />
      ))}
    </>
  )
}

function combine(results: UseQueryResult<{ run: Run }>[]) {
  return {
    runs: results.flatMap(({ data }) => (data ? [data.run] : [])),
    errors: results.flatMap(({ error }) => (error ? [error.message] : [])),
    isPending: results.some((result) => result.isPending),
  }
}

/** Follows runs that are still running. */
function Live({ experimentId }: { experimentId: string }) {
  useLive(experimentId)
  return null
}

function Comparison({ runs }: { runs: readonly Run[] }) {
  const named = useMemo(() => runs.map(({ info: { runId, runName: name = runId } }) => ({ runId, name })), [runs])
  const metrics = useMemo(
    () =>
      [...new Set(runs.flatMap(({ data }) => data.metrics.map(({ key }) => key)))].sort(
        (a, b) => interest(b) - interest(a),
      ),
    [runs],
  )
  return (
    <main className="scroll compare">
      <Differences runs={runs} />
      {metrics.length > 0 && (
        <section aria-label="Charts" className="sunk">
          <ChartWall runs={named} metrics={metrics} />
        </section>
      )}
      {runs.length > 1 && (
        <Suspense>
          <Relations runs={runs} />
        </Suspense>
      )}
    </main>
  )
}

function ExperimentLink({ experimentId }: { experimentId: string }) {
  const query = useQuery({
    queryKey: ['experiment', experimentId],
    queryFn: ({ signal }) => api.experiments.get({ experimentId }, { signal }),
  })
  return (
    <Link className="clip" to="/experiments/$experimentId" params={{ experimentId }}>
      {middle(query.data?.experiment.name ?? experimentId, 40)}
    </Link>
  )
}
