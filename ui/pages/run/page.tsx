import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense } from 'react'
import type { Run } from '../../../src/wire/runs.ts'
import { api } from '../../api.ts'
import { runColor } from '../../charts/colors.ts'
import { ChartWall } from '../../charts/chart-wall.tsx'
import { useLive } from '../../parts/live.ts'
import { Loaded, Name, RUN, Status, Took, When } from '../../parts/parts.tsx'
import { Bar } from '../../parts/shell.tsx'
import { Overview } from './overview.tsx'
import { RunActions, RunTitle } from './run-actions.tsx'

const Artifacts = lazy(() => import('./artifacts.tsx'))

/** Tabs under the names that links of MLflow's clients use. */
const TABS = [
  { path: '', label: 'Overview' },
  { path: 'model-metrics', label: 'Charts' },
  { path: 'system-metrics', label: 'System' },
  { path: 'artifacts', label: 'Artifacts' },
]

/** One run: what it was given, what it reported and what it left. */
export function RunPage() {
  const { experimentId, runId, _splat = '' } = useParams({ from: RUN })
  const query = useQuery({ queryKey: ['run', runId], queryFn: ({ signal }) => api.runs.get({ runId }, { signal }) })
  const experiment = useQuery({
    queryKey: ['experiment', experimentId],
    queryFn: ({ signal }) => api.experiments.get({ experimentId }, { signal }),
  })
  useLive(experimentId)
  const [tab = '', ...rest] = _splat.split('/')
  const run = query.data?.run

  return (
    <>
      <Bar
        crumbs={[
          <Link key="all" to="/experiments">
            Experiments
          </Link>,
          <Link key="experiment" className="clip" to="/experiments/$experimentId" params={{ experimentId }}>
            <Name text={experiment.data?.experiment.name ?? experimentId} most={40} />
          </Link>,
          <RunTitle key={runId} runId={runId} name={run?.info.runName ?? runId} />,
        ]}
      >
        {run && <RunActions run={run} />}
      </Bar>
      <Loaded query={query}>
        {({ run }) => (
          <>
            <RunLine run={run} />
            <nav className="tabs" aria-label="Parts of the run">
              {TABS.map(({ path, label }) => (
                <TabLink key={path} run={run} path={path}>
                  {label}
                </TabLink>
              ))}
            </nav>
            <Suspense>{tabOf(tab, run, rest.join('/'))}</Suspense>
          </>
        )}
      </Loaded>
    </>
  )
}

function tabOf(tab: string, run: Run, path: string): ReactNode {
  if (tab === 'artifacts') return <Artifacts run={run} path={path} />
  if (tab === 'model-metrics') return <Charts run={run} shows={(key) => !isSystem(key)} />
  if (tab === 'system-metrics') return <Charts run={run} shows={isSystem} />
  return <Overview run={run} />
}

const isSystem = (key: string) => key.startsWith('system/')

function Charts({ run: { info, data }, shows }: { run: Run; shows: (key: string) => boolean }) {
  const { runId, runName: name = runId } = info
  const metrics = data.metrics.map(({ key }) => key).filter(shows)
  return (
    <main className="scroll charts">
      <ChartWall runs={[{ runId, name }]} metrics={metrics} />
    </main>
  )
}

function RunLine({ run: { info } }: { run: Run }) {
  return (
    <div className="runline">
      <span className="swatch" style={{ background: runColor(info.runId) }} />
      <Status status={info.status} />
      <span>
        <span className="muted">started</span> <When time={info.startTime} />
      </span>
      <span>
        <span className="muted">{info.status === 'RUNNING' ? 'for' : 'took'}</span> <Took info={info} />
      </span>
      <span className="mono muted">{info.runId}</span>
      {info.lifecycleStage === 'deleted' && <span role="status">deleted</span>}
    </div>
  )
}

function TabLink({ run: { info }, path, children }: { run: Run; path: string; children: ReactNode }) {
  const { experimentId, runId } = info
  return (
    <Link to={RUN} params={{ experimentId, runId, _splat: path }} activeOptions={{ exact: path === '' }}>
      {children}
    </Link>
  )
}
