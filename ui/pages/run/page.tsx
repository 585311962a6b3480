import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useMemo } from 'react'
import type { Run } from '../../../src/wire/runs.ts'
import { api } from '../../api.ts'
import { runColor } from '../../charts/colors.ts'
import { ChartWall } from '../../charts/chart-wall.tsx'
import { CopyButton } from '../../parts/copy.tsx'
import { runPlace } from '../../parts/files/place.ts'
import { useLive } from '../../parts/live.ts'
import { Loaded, Name, RUN, Status, Took, When } from '../../parts/parts.tsx'
import { Bar } from '../../parts/shell.tsx'
import { Tags } from '../../parts/tags.tsx'
import { Title } from '../../parts/title.tsx'
import { interest } from '../experiment/columns.ts'
import { fromTables } from './family.ts'
import { isSystem, Overview } from './overview.tsx'
import { RunActions } from './run-actions.tsx'

const Files = lazy(() => import('../../parts/files/files.tsx'))

/** Tabs under the names that links of MLflow's clients use. */
const TABS = [
  { path: '', label: 'Overview' },
  { path: 'model-metrics', label: 'Charts' },
  { path: 'system-metrics', label: 'System' },
  { path: 'artifacts', label: 'Artifacts' },
] as const

type Tab = (typeof TABS)[number]['path']

/** One run: what it was given, what it reported and what it left. */
export function RunPage() {
  const { experimentId, runId, _splat = '' } = useParams({ from: RUN })
  const client = useQueryClient()
  const query = useQuery({
    queryKey: ['run', runId],
    queryFn: ({ signal }) => api.runs.get({ runId }, { signal }),
    placeholderData: () => fromTables(client, experimentId, runId),
  })
  const experiment = useQuery({
    queryKey: ['experiment', experimentId],
    queryFn: ({ signal }) => api.experiments.get({ experimentId }, { signal }),
  })
  useLive(experimentId)
  const [first, ...rest] = _splat.split('/')
  const tab = TABS.find(({ path }) => path === first)?.path ?? ''
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
          <Title
            key={runId}
            of="run"
            name={run?.info.runName ?? runId}
            rename={async (runName) => {
              await api.runs.update({ runId, runName })
              await refresh(client, runId)
            }}
          />,
        ]}
      >
        {run && <RunActions key={runId} run={run} />}
      </Bar>
      <Loaded query={query}>
        {({ run }) => (
          <>
            <RunLine key={runId} run={run} />
            <nav className="tabs" aria-label="Parts of the run">
              {TABS.map(({ path, label }) => (
                <Link
                  key={path}
                  to={RUN}
                  params={{ experimentId, runId, _splat: path }}
                  activeOptions={{ exact: true }}
                  aria-current={path === tab ? 'page' : undefined}
                >
                  {label} {path.endsWith('-metrics') && <span className="muted">{countOf(run, path)}</span>}
                </Link>
              ))}
            </nav>
            <Suspense key={runId}>{contentOf(tab, run, rest.join('/'))}</Suspense>
          </>
        )}
      </Loaded>
    </>
  )
}

const refresh = (client: QueryClient, runId: string) => client.invalidateQueries({ queryKey: ['run', runId] })

const countOf = ({ data }: Run, tab: Tab) =>
  data.metrics.filter(({ key }) => isSystem(key) === (tab === 'system-metrics')).length

function contentOf(tab: Tab, run: Run, path: string): ReactNode {
  if (tab === 'artifacts') return <Artifacts run={run} path={path} />
  if (tab === 'model-metrics') return <Charts run={run} shows={isOther} none="This run has logged no metrics." />
  if (tab === 'system-metrics') return <Charts run={run} shows={isSystem} none={NO_SYSTEM} />
  return <Overview run={run} />
}

function Artifacts({ run: { info }, path }: { run: Run; path: string }) {
  const { experimentId, runId } = info
  const navigate = useNavigate()
  return (
    <Files
      place={runPlace(info)}
      path={path}
      onOpen={(chosen) =>
        void navigate({ to: RUN, params: { experimentId, runId, _splat: `artifacts/${chosen}` }, replace: true })
      }
    />
  )
}

const isOther = (key: string) => !isSystem(key)
const NO_SYSTEM =
  'This run has logged no metrics of its machine. In Python, mlflow.enable_system_metrics_logging() before the run does.'

interface ChartsProps {
  readonly run: Run
  readonly shows: (key: string) => boolean
  readonly none: string
}

function Charts({ run: { info, data }, shows, none }: ChartsProps) {
  const { runId, runName: name = runId } = info
  const runs = useMemo(() => [{ runId, name }], [runId, name])
  const metrics = data.metrics
    .map(({ key }) => key)
    .filter(shows)
    .sort((a, b) => interest(b) - interest(a))
  return (
    <main className="scroll charts">
      {metrics.length > 0 ? <ChartWall runs={runs} metrics={metrics} /> : <p className="page muted">{none}</p>}
    </main>
  )
}

function RunLine({ run: { info, data } }: { run: Run }) {
  const { runId } = info
  const client = useQueryClient()
  return (
    <section className="runline" aria-label="State of the run">
      <span className="swatch" style={{ background: runColor(info.runId) }} />
      <Status status={info.status} />
      <span>
        <span className="muted">started</span> <When time={info.startTime} />
      </span>
      <span>
        <span className="muted">{info.status === 'RUNNING' ? 'for' : 'took'}</span> <Took info={info} />
      </span>
      <span className="id">
        <span className="mono muted clip">{info.runId}</span>
        <CopyButton text={info.runId} label="Copy the id" />
      </span>
      <Tags
        tags={data.tags}
        set={async (tag) => {
          await api.runs.setTag({ runId, ...tag })
          await refresh(client, runId)
        }}
        remove={async (key) => {
          await api.runs.deleteTag({ runId, key })
          await refresh(client, runId)
        }}
      />
    </section>
  )
}
