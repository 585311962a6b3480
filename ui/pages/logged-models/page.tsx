import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { LoggedModel } from '../../../src/wire/logged-models.ts'
import { api } from '../../api.ts'
import { FilterBox } from '../../parts/filter-box.tsx'
import { cellNumber, middle } from '../../parts/format.ts'
import { toFilter } from '../../parts/grammar.ts'
import { More } from '../../parts/more.tsx'
import { Name, When } from '../../parts/parts.tsx'
import { Bar } from '../../parts/shell.tsx'
import { Snippets } from '../../parts/snippets.tsx'
import { interest, lessIsBetter } from '../experiment/columns.ts'
import { ExperimentTabs } from '../experiment/tabs.tsx'
import { baseUrl } from '../../api.ts'
import { Registrations } from './registrations.tsx'
import { RunOf } from './run-of.tsx'
import '../registry.css'

const PAGE = 50
const MOST_METRICS = 6
const MOST_PARAMS = 4

/** The models that the runs of an experiment have logged, with what was measured of them. */
export function LoggedModelsPage() {
  const { experimentId } = useParams({ from: '/experiments/$experimentId/models' })
  const { filter = '' } = useSearch({ from: '/experiments/$experimentId/models' })
  const navigate = useNavigate({ from: '/experiments/$experimentId/models' })
  const experiment = useQuery({
    queryKey: ['experiment', experimentId],
    queryFn: ({ signal }) => api.experiments.get({ experimentId }, { signal }),
  })
  const query = useInfiniteQuery({
    queryKey: ['logged-models', experimentId, filter],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.loggedModels.search(
        {
          experimentIds: [experimentId],
          maxResults: PAGE,
          ...(filter && { filter: toFilter(filter) }),
          ...(pageParam && { pageToken: pageParam }),
        },
        { signal },
      ),
    getNextPageParam: ({ nextPageToken }) => nextPageToken,
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
    retry: false,
  })
  const models = query.data?.pages.flatMap((page) => page.models) ?? []
  const title = experiment.data?.experiment.name ?? ''
  const isEmpty = query.isSuccess && models.length === 0 && !filter
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
        <ExperimentTabs experimentId={experimentId} here="models" />
      </Bar>
      {experiment.isError ? (
        <p role="alert" className="page">
          {experiment.error.message}
        </p>
      ) : isEmpty ? (
        <Empty name={title} />
      ) : (
        <main className="column">
          <div className="tools">
            <FilterBox
              label="Filter models"
              example="a name, or: metrics.accuracy > 0.9 and params.depth = '3'"
              value={filter}
              error={query.error}
              words={wordsOf(models)}
              onChange={(text) => void navigate({ search: text ? { filter: text } : {}, replace: true })}
            />
          </div>
          <div className="scroll">
            <Table models={models} />
            <div className="page">
              {query.isSuccess && models.length === 0 && <p className="muted">No model is found so.</p>}
              <More query={query} />
            </div>
          </div>
        </main>
      )}
    </>
  )
}

function Table({ models }: { models: readonly LoggedModel[] }) {
  const metrics = keysOf(models, ({ data }) => data.metrics)
    .sort((a, b) => interest(b) - interest(a))
    .slice(0, MOST_METRICS)
  const params = keysOf(models, ({ data }) => data.params).slice(0, MOST_PARAMS)
  return (
    <table className="list">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Made</th>
          <th scope="col">Type</th>
          <th scope="col">Run</th>
          <th scope="col">Registered as</th>
          {metrics.map((key) => (
            <th key={key} scope="col" className="right" title={key}>
              {middle(key, 20)}
            </th>
          ))}
          {params.map((key) => (
            <th key={key} scope="col" title={key}>
              {middle(key, 20)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {models.map((model) => {
          const { modelId, experimentId, name, creationTimestampMs, modelType, status } = model.info
          return (
            <tr key={modelId}>
              <th scope="row">
                <Link
                  to="/experiments/$experimentId/models/$modelId/$"
                  params={{ experimentId, modelId, _splat: '' }}
                  title={modelId}
                >
                  <Name text={name || modelId} most={40} />
                </Link>
                {status !== 'LOGGED_MODEL_READY' && <span className="muted"> {wordOf(status)}</span>}
              </th>
              <td>
                <When time={creationTimestampMs} />
              </td>
              <td>{middle(modelType ?? '', 24)}</td>
              <td>
                <RunOf info={model.info} />
              </td>
              <td>
                <Registrations tags={model.info.tags} />
              </td>
              {metrics.map((key) => (
                <Metric key={key} name={key} model={model} models={models} />
              ))}
              {params.map((key) => {
                const value = model.data.params.find((param) => param.key === key)?.value
                return (
                  <td key={key} className="mono" title={value}>
                    {middle(value ?? '', 24)}
                  </td>
                )
              })}
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

export const wordOf = (status: string) => status.replace('LOGGED_MODEL_', '').toLowerCase().replaceAll('_', ' ')

function Metric({ name, model, models }: { name: string; model: LoggedModel; models: readonly LoggedModel[] }) {
  const value = metricOf(model, name)
  if (value === undefined)
    return (
      <td className="number muted" title="not logged">
        –
      </td>
    )
  const values = models.flatMap((each) => metricOf(each, name) ?? []).filter(Number.isFinite)
  const isBest = values.length > 1 && value === (lessIsBetter(name) ? Math.min(...values) : Math.max(...values))
  return (
    <td className={isBest ? 'number best' : 'number'} title={`${value}${isBest ? ', the best' : ''}`}>
      {cellNumber(value)}
    </td>
  )
}

const metricOf = ({ data }: LoggedModel, name: string) => data.metrics.find(({ key }) => key === name)?.value

const keysOf = (models: readonly LoggedModel[], pairs: (model: LoggedModel) => readonly { key: string }[]) => [
  ...new Set(models.flatMap((model) => pairs(model).map(({ key }) => key))),
]

const wordsOf = (models: readonly LoggedModel[]) => [
  ...keysOf(models, ({ data }) => data.metrics).map((key) => `metrics.${key}`),
  ...keysOf(models, ({ data }) => data.params).map((key) => `params.${key}`),
  'name',
  'model_type',
  'source_run_id',
  'creation_timestamp',
]

function Empty({ name }: { name: string }) {
  const texts = {
    Python: `import mlflow
from sklearn.linear_model import LogisticRegression

mlflow.set_tracking_uri(${JSON.stringify(baseUrl)})
mlflow.set_experiment(${JSON.stringify(name)})

with mlflow.start_run():
    model = LogisticRegression().fit([[0], [1]], [0, 1])
    mlflow.sklearn.log_model(model, name="model")`,
  }
  return (
    <main className="scroll">
      <div className="page empty">
        <h2>No models yet</h2>
        <p className="muted">Models that runs of this experiment log appear here, with what was measured of them.</p>
        <Snippets texts={texts} />
      </div>
    </main>
  )
}
