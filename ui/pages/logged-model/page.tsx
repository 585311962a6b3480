import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import type { LoggedModel } from '../../../src/wire/logged-models.ts'
import { api, baseUrl } from '../../api.ts'
import { CopyButton } from '../../parts/copy.tsx'
import { Cut, Fact, Facts } from '../../parts/facts.tsx'
import { modelPlace } from '../../parts/files/place.ts'
import { Loaded, Name, When } from '../../parts/parts.tsx'
import { RegisterSheet } from '../../parts/register.tsx'
import { Bar } from '../../parts/shell.tsx'
import { Confirm } from '../../parts/sheet.tsx'
import { Snippets } from '../../parts/snippets.tsx'
import { Tags } from '../../parts/tags.tsx'
import { Registrations, registrationsOf } from '../logged-models/registrations.tsx'
import { RunOf } from '../logged-models/run-of.tsx'
import { useLoggedModelFiles } from '../version/files.ts'
import { Signature } from '../version/signature.tsx'
import { Metrics, Params } from '../version/values.tsx'
import '../registry.css'

const Files = lazy(() => import('../../parts/files/files.tsx'))

const PAGE = '/experiments/$experimentId/models/$modelId/$'

/** One logged model: what was measured of it, what it takes and gives, its files. */
export function LoggedModelPage() {
  const { experimentId, modelId, _splat = '' } = useParams({ from: PAGE })
  const navigate = useNavigate()
  const query = useQuery({
    queryKey: ['logged-model', modelId],
    queryFn: ({ signal }) => api.loggedModels.get({ modelId }, { signal }),
  })
  const experiment = useQuery({
    queryKey: ['experiment', experimentId],
    queryFn: ({ signal }) => api.experiments.get({ experimentId }, { signal }),
  })
  const [tab, ...rest] = _splat.split('/')
  const info = query.data?.model.info
  return (
    <>
      <Bar
        crumbs={[
          <Link key="all" to="/experiments">
            Experiments
          </Link>,
          <Link key="experiment" className="clip" to="/experiments/$experimentId/models" params={{ experimentId }}>
            <Name text={experiment.data?.experiment.name ?? experimentId} most={40} />
          </Link>,
          <h1 key="title" className="clip">
            <Name text={info?.name || modelId} />
          </h1>,
        ]}
      >
        {info && <Actions key={modelId} info={info} />}
      </Bar>
      <Loaded query={query}>
        {({ model }) => (
          <>
            <ModelLine model={model} />
            <nav className="tabs" aria-label="Parts of the model">
              {[
                ['', 'Overview'],
                ['artifacts', 'Artifacts'],
              ].map(([path, label]) => (
                <Link
                  key={label}
                  to={PAGE}
                  params={{ experimentId, modelId, _splat: path! }}
                  activeOptions={{ exact: true }}
                  aria-current={path === (tab === 'artifacts' ? tab : '') ? 'page' : undefined}
                >
                  {label}
                </Link>
              ))}
            </nav>
            {tab === 'artifacts' ? (
              <Suspense>
                <Files
                  place={modelPlace(model.info)}
                  path={rest.join('/')}
                  onOpen={(path) =>
                    void navigate({
                      to: PAGE,
                      params: { experimentId, modelId, _splat: `artifacts/${path}` },
                      replace: true,
                    })
                  }
                />
              </Suspense>
            ) : (
              <Overview model={model} />
            )}
          </>
        )}
      </Loaded>
    </>
  )
}

function ModelLine({ model: { info } }: { model: LoggedModel }) {
  const { modelId, status, tags } = info
  const client = useQueryClient()
  const refresh = () => client.invalidateQueries({ queryKey: ['logged-model', modelId] })
  return (
    <section className="runline" aria-label="State of the model">
      <span className={`status ${STATES[status] ?? ''}`}>
        {status.replace('LOGGED_MODEL_', '').toLowerCase().replaceAll('_', ' ')}
      </span>
      <span>
        <span className="muted">made</span> <When time={info.creationTimestampMs} />
      </span>
      <span className="id">
        <span className="mono muted clip">{modelId}</span>
        <CopyButton text={modelId} label="Copy the id" />
      </span>
      <Tags
        tags={tags}
        set={async (tag) => {
          await api.loggedModels.setTags({ modelId, tags: [tag] })
          await refresh()
        }}
        remove={async (tagKey) => {
          await api.loggedModels.deleteTag({ modelId, tagKey })
          await refresh()
        }}
      />
    </section>
  )
}

/** The state of a run that looks like that of a model. */
const STATES: Partial<Record<LoggedModel['info']['status'], string>> = {
  LOGGED_MODEL_READY: 'finished',
  LOGGED_MODEL_PENDING: 'scheduled',
  LOGGED_MODEL_UPLOAD_FAILED: 'failed',
}

function Overview({ model: { info, data } }: { model: LoggedModel }) {
  const { modelId } = info
  const files = useLoggedModelFiles(modelId).data
  const fields = files?.description?.fields ?? []
  const texts = {
    Python: `import mlflow

mlflow.set_tracking_uri(${JSON.stringify(baseUrl)})
model = mlflow.pyfunc.load_model("models:/${modelId}")
model.predict(data)`,
    curl: `curl -s ${baseUrl}/api/2.0/mlflow/logged-models/${modelId}`,
  }
  return (
    <main className="scroll">
      <div className="overview">
        <section className="load" aria-label="How to load it">
          <h2>Load it</h2>
          <Snippets texts={texts} />
        </section>
        <div className="columns2">
          <Metrics metrics={data.metrics} />
          <Params params={data.params} />
          {fields.length > 0 && <Signature fields={fields} />}
        </div>
        <aside className="about">
          <Facts title="Made from">
            <Fact name="Run">
              <RunOf info={info} />
            </Fact>
            <Fact name="Type">{info.modelType}</Fact>
            <Fact name="Files">
              <span className="mono">
                <Cut text={info.artifactUri} />
              </span>
            </Fact>
            <Fact name="Flavors">{files?.description?.flavors.join(', ')}</Fact>
            <Fact name="State">{info.statusMessage}</Fact>
          </Facts>
          {registrationsOf(info.tags).length > 0 && (
            <Facts title="Registered as">
              <dd className="alone">
                <Registrations tags={info.tags} />
              </dd>
            </Facts>
          )}
        </aside>
      </div>
    </main>
  )
}

function Actions({ info: { modelId, experimentId, name } }: { info: LoggedModel['info'] }) {
  const [floating, setFloating] = useState<'register' | 'delete'>()
  const client = useQueryClient()
  const navigate = useNavigate()
  const remove = useMutation({
    mutationFn: () => api.loggedModels.delete({ modelId }),
    onSuccess: async () => {
      await navigate({ to: '/experiments/$experimentId/models', params: { experimentId } })
      await client.invalidateQueries({ queryKey: ['logged-models', experimentId] })
    },
  })
  const close = () => setFloating(undefined)
  return (
    <div className="actions">
      <button type="button" onClick={() => setFloating('register')}>
        Register
      </button>
      <button type="button" onClick={() => setFloating('delete')}>
        Delete
      </button>
      {floating === 'register' && (
        <RegisterSheet sources={[{ label: name || modelId, source: `models:/${modelId}`, modelId }]} close={close} />
      )}
      {floating === 'delete' && (
        <Confirm title={`Delete ${name || modelId}`} does="Delete the model" change={remove} close={close}>
          It cannot be had back here. Its files stay until they are collected.
        </Confirm>
      )}
    </div>
  )
}
