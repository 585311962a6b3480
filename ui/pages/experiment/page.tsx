import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Run } from '../../../src/wire/runs.ts'
import { api } from '../../api.ts'
import { ChartWall } from '../../charts/chart-wall.tsx'
import { FilterBox } from '../../parts/filter-box.tsx'
import { useLive } from '../../parts/live.ts'
import { Name } from '../../parts/parts.tsx'
import { Bar } from '../../parts/shell.tsx'
import type { ExperimentSearch } from '../../routes.tsx'
import { ColumnChooser } from './column-chooser.tsx'
import { interest, type RunColumn } from './columns.ts'
import { EmptyExperiment } from './empty.tsx'
import { RunsTable } from './runs-table.tsx'
import { SelectionActions } from './selection-actions.tsx'
import { Layouts, Split } from './split.tsx'
import { ExperimentTabs } from './tabs.tsx'
import { useColumns } from './use-columns.ts'
import { useCount, useKept, useKeys, useRuns } from './use-runs.ts'

/** So many runs are charted while none is selected. */
const CHARTED = 20
/** Narrower windows begin with the table alone. */
const ROOMY = '(min-width: 1200px)'

/** The runs of an experiment: a table, and charts of what is selected in it. */
export function ExperimentPage() {
  const { experimentId } = useParams({ from: '/experiments/$experimentId' })
  const search = useSearch({ from: '/experiments/$experimentId' })
  const {
    filter = '',
    order = '',
    selected = [],
    split = matchMedia(ROOMY).matches ? 60 : 100,
    view = 'ACTIVE_ONLY',
  } = search
  const navigate = useNavigate({ from: '/experiments/$experimentId' })
  const change = (changes: ExperimentSearch) => {
    void navigate({ search: (before) => withoutEmpty({ ...before, ...changes }), replace: true })
  }

  const experiment = useQuery({
    queryKey: ['experiment', experimentId],
    queryFn: ({ signal }) => api.experiments.get({ experimentId }, { signal }),
  })
  const asked = { experimentId, filter, order, view }
  const query = useRuns(asked)
  const count = useCount(asked)
  const keys = useKeys(experimentId)
  useLive(experimentId)

  const pages = useKept(query.data?.pages, experimentId)
  const runs = useMemo(() => pages?.flatMap((page) => page.runs) ?? [], [pages])
  const { every, shown: columns } = useColumns({
    experimentId,
    runs,
    keys: keys.data?.keys,
    chosen: search.columns,
    order,
  })
  const charted = useMemo(() => {
    const known = new Map(runs.map(({ info }) => [info.runId, info.runName ?? info.runId]))
    const ids = selected.length > 0 ? selected : [...known.keys()].slice(0, CHARTED)
    return ids.map((runId) => ({ runId, name: known.get(runId) ?? runId }))
  }, [runs, selected])
  const metrics = useMemo(() => metricsOf(runs, charted, every), [runs, charted, every])

  const title = experiment.data?.experiment.name ?? ''
  const isEmpty = query.isSuccess && runs.length === 0 && !filter && view === 'ACTIVE_ONLY'

  return (
    <>
      <Bar
        crumbs={[
          <Link key="all" to="/experiments">
            Experiments
          </Link>,
          <h1 key="title" className="clip">
            <Name text={title} />
          </h1>,
        ]}
      >
        <ExperimentTabs experimentId={experimentId} here="runs" />
        <SelectionActions
          experimentId={experimentId}
          runIds={selected}
          view={view}
          clear={() => change({ selected: [] })}
        />
      </Bar>
      {experiment.isError ? (
        <p role="alert" className="page">
          {experiment.error.message}
        </p>
      ) : isEmpty ? (
        <EmptyExperiment name={title} />
      ) : (
        <main className="experiment">
          <div className="tools">
            <FilterBox
              label="Filter runs"
              example="metrics.loss < 0.1 and (params.optimizer = 'adam' or tags.team is null)"
              value={filter}
              error={query.error}
              words={words(every)}
              onChange={(text) => change({ filter: text })}
            />
            <ColumnChooser
              every={every}
              shown={columns}
              onChange={(shown) => change({ columns: shown?.map(({ id }) => id) ?? [] })}
            />
            <select
              aria-label="Which runs"
              value={view}
              onChange={(event) => change({ view: event.target.value as typeof view, selected: [] })}
            >
              <option value="ACTIVE_ONLY">Active runs</option>
              <option value="DELETED_ONLY">Deleted runs</option>
            </select>
            <Layouts split={split} onChange={(share) => change({ split: share })} />
          </div>
          <Split
            share={split}
            onChange={(share) => change({ split: share })}
            left={
              <RunsTable
                runs={runs}
                total={count.data?.count}
                columns={columns}
                order={order}
                selected={selected}
                isPending={query.isPending}
                onOrder={(wanted) => change({ order: wanted })}
                onSelect={(ids) => change({ selected: ids })}
                onColumns={(shown) => change({ columns: shown.map(({ id }) => id) })}
                onFilter={(clause) => change({ filter: filter ? `(${filter}) AND ${clause}` : clause })}
                onEnd={() => query.hasNextPage && !query.isFetching && void query.fetchNextPage()}
                onClear={() => change({ filter: '' })}
              />
            }
            right={<ChartWall runs={charted} metrics={metrics} />}
          />
        </main>
      )}
    </>
  )
}

/** The metrics of the charted runs, what matters most first; every metric while a run is not known yet. */
function metricsOf(runs: readonly Run[], charted: readonly { runId: string }[], every: readonly RunColumn[]): string[] {
  const ids = new Set(charted.map(({ runId }) => runId))
  const known = runs.filter(({ info }) => ids.has(info.runId))
  const logged = new Set(known.flatMap(({ data }) => data.metrics.map(({ key }) => key)))
  const names = every.filter(({ kind }) => kind === 'metric').map(({ name }) => name)
  const shown = known.length === ids.size ? names.filter((name) => logged.has(name)) : names
  return shown.sort((a, b) => interest(b) - interest(a))
}

const words = (columns: readonly RunColumn[]) => [
  ...columns
    .filter(({ id }) => id.includes('.'))
    .map(({ name, kind, id }) => (kind === 'attribute' ? id : `${kind}s.${name}`)),
  'attributes.run_name',
  'attributes.end_time',
  'attributes.user_id',
]

/** The address says only what differs from what a page shows by itself. */
function withoutEmpty(search: ExperimentSearch): ExperimentSearch {
  const said = Object.entries(search).filter(
    ([, value]) => value !== '' && value !== 'ACTIVE_ONLY' && !isEmptyList(value),
  )
  return Object.fromEntries(said)
}

const isEmptyList = (value: unknown) => Array.isArray(value) && value.length === 0
