import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useMemo } from 'react'
import type { Run } from '../../../src/wire/runs.ts'
import { api } from '../../api.ts'
import { ChartWall } from '../../charts/chart-wall.tsx'
import { Loaded } from '../../parts/parts.tsx'
import { Bar } from '../../parts/shell.tsx'
import { interest } from '../experiment/columns.ts'
import { Differences } from './differences.tsx'

const Relations = lazy(() => import('./relations.tsx'))

/** Some runs beside each other: what differs first. */
export function ComparePage() {
  const { runs: runIds, experiments } = useSearch({ from: '/compare-runs' })
  const query = useQuery({
    queryKey: ['compare', runIds, experiments],
    queryFn: async ({ signal }) => {
      const found = await Promise.all(runIds.map((runId) => api.runs.get({ runId }, { signal })))
      return found.map(({ run }) => run)
    },
  })
  const [experimentId] = experiments

  return (
    <>
      <Bar
        crumbs={[
          <Link key="all" to="/experiments">
            Experiments
          </Link>,
          ...(experimentId !== undefined && experiments.length === 1
            ? [<ExperimentLink key="experiment" experimentId={experimentId} />]
            : []),
          <h1 key="title">
            {runIds.length} {runIds.length === 1 ? 'run' : 'runs'} compared
          </h1>,
        ]}
      />
      {runIds.length === 0 ? (
        <p className="page muted">Select runs in the table of an experiment to compare them here.</p>
      ) : (
        <Loaded query={query}>{(runs) => <Comparison runs={runs} />}</Loaded>
      )}
    </>
  )
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
      <section aria-label="Charts" className="sunk">
        <ChartWall runs={named} metrics={metrics} />
      </section>
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
      {query.data?.experiment.name ?? experimentId}
    </Link>
  )
}
