import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import type { ModelVersion } from '../../../src/wire/model-versions.ts'
import { api } from '../../api.ts'
import { CopyButton } from '../../parts/copy.tsx'
import { Cut, Fact, Facts } from '../../parts/facts.tsx'
import { Note } from '../../parts/note.tsx'
import { Loaded, Name, RunLink, When } from '../../parts/parts.tsx'
import { Bar } from '../../parts/shell.tsx'
import { Tags } from '../../parts/tags.tsx'
import { Aliases } from '../model/aliases.tsx'
import { Events } from '../model/events.tsx'
import { type Move, MoveSheet } from '../model/move.tsx'
import { StageMenu } from '../model/stage-menu.tsx'
import { refreshModel, useModel, useVersion, useVersions } from '../model/use-model.ts'
import { DeleteVersion } from './delete.tsx'
import { useVersionFiles } from './files.ts'
import { Load } from './load.tsx'
import { Requests } from './requests.tsx'
import { Signature } from './signature.tsx'
import { measured } from './measured.ts'
import { Metrics, Params } from './values.tsx'
import '../registry.css'

const Lineage = lazy(() => import('./lineage.tsx'))

const TABS = [
  { show: undefined, label: 'Overview' },
  { show: 'lineage', label: 'Lineage' },
  { show: 'history', label: 'History' },
] as const

/** One version of a model: what it is meant for, what it takes and gives, where it came from. */
export function VersionPage() {
  const { name, version: text } = useParams({ from: '/models/$name/versions/$version' })
  const { show } = useSearch({ from: '/models/$name/versions/$version' })
  const number = Number(text)
  const navigate = useNavigate()
  const query = useVersion(name, number)
  return (
    <>
      <Bar
        crumbs={[
          <Link key="all" to="/models">
            Models
          </Link>,
          <Link key="model" className="clip" to="/models/$name" params={{ name }}>
            <Name text={name} most={40} />
          </Link>,
          <h1 key="title">Version {text}</h1>,
        ]}
      >
        <DeleteVersion
          key={text}
          name={name}
          version={number}
          leave={() => navigate({ to: '/models/$name', params: { name } })}
        />
      </Bar>
      <Loaded query={query}>
        {({ modelVersion }) => (
          <>
            <VersionLine key={text} version={modelVersion} />
            <nav className="tabs" aria-label="Parts of the version">
              {TABS.map((tab) => (
                <Link
                  key={tab.label}
                  to="/models/$name/versions/$version"
                  params={{ name, version: text }}
                  search={tab.show ? { show: tab.show } : {}}
                  activeOptions={{ exact: true }}
                  aria-current={tab.show === show ? 'page' : undefined}
                >
                  {tab.label}
                </Link>
              ))}
            </nav>
            <main className="scroll" key={text}>
              <Requests name={name} version={number} />
              {show === 'history' ? (
                <Events name={name} version={number} />
              ) : show === 'lineage' ? (
                <Suspense>
                  <Lineage name={name} version={number} />
                </Suspense>
              ) : (
                <Overview version={modelVersion} />
              )}
            </main>
          </>
        )}
      </Loaded>
    </>
  )
}

function VersionLine({ version: { name, version, currentStage, tags, creationTimestamp } }: { version: ModelVersion }) {
  const client = useQueryClient()
  const [move, setMove] = useState<Move>()
  const aliases = useModel(name).data?.registeredModel.aliases ?? []
  const others = useVersions(name).data?.pages.flatMap(({ modelVersions }) => modelVersions) ?? []
  const uri = `models:/${name}/${version}`
  return (
    <section className="runline" aria-label="State of the version">
      <StageMenu version={version} stage={currentStage} onMove={setMove} />
      <Aliases
        name={name}
        version={version}
        aliases={aliases}
        versions={others.map((other) => other.version)}
        onMove={setMove}
      />
      <span>
        <span className="muted">registered</span> <When time={creationTimestamp} />
      </span>
      <span className="id">
        <span className="mono muted clip" title={uri}>
          {uri}
        </span>
        <CopyButton text={uri} label="Copy the URI" />
      </span>
      <Tags
        tags={tags}
        set={async (tag) => {
          await api.modelVersions.setTag({ name, version, ...tag })
          await refreshModel(client, name)
        }}
        remove={async (key) => {
          await api.modelVersions.deleteTag({ name, version, key })
          await refreshModel(client, name)
        }}
      />
      {move && <MoveSheet name={name} move={move} close={() => setMove(undefined)} />}
    </section>
  )
}

function Overview({ version: of }: { version: ModelVersion }) {
  const { name, version, description = '', modelId = '', runId = '' } = of
  const client = useQueryClient()
  const aliases = useModel(name).data?.registeredModel.aliases ?? []
  const files = useVersionFiles(of).data
  const fields = files?.description?.fields ?? []
  const run = useRun(runId).data?.run
  const model = useLoggedModel(modelId).data?.model
  const params = new Map([...(run?.data.params ?? []), ...(model?.data.params ?? [])].map((each) => [each.key, each]))
  return (
    <div className="overview">
      <div className="stack">
        <Note
          name="description"
          text={description}
          save={async (text) => {
            await api.modelVersions.update({ name, version, description: text })
            await refreshModel(client, name)
          }}
        />
        <Load
          version={of}
          aliases={aliases.filter((each) => each.version === version).map(({ alias }) => alias)}
          file={files && !files.names.includes('MLmodel') ? (files.names[0] ?? 'MLmodel') : 'MLmodel'}
        />
      </div>
      <div className="columns2">
        {fields.length > 0 && <Signature fields={fields} />}
        <Metrics metrics={measured(run?.data.metrics, model?.data.metrics)} />
        <Params params={[...params.values()]} />
      </div>
      <aside className="about">
        <Origin version={of} />
        {files?.description && (
          <Facts title="Format">
            <Fact name="Flavors">{files.description.flavors.join(', ')}</Fact>
            <Fact name="MLflow">{files.description.mlflowVersion}</Fact>
          </Facts>
        )}
      </aside>
    </div>
  )
}

const useRun = (runId: string) =>
  useQuery({
    queryKey: ['run', runId],
    enabled: runId !== '',
    queryFn: ({ signal }) => api.runs.get({ runId }, { signal }),
    retry: false,
  })

const useLoggedModel = (modelId: string) =>
  useQuery({
    queryKey: ['logged-model', modelId],
    enabled: modelId !== '',
    queryFn: ({ signal }) => api.loggedModels.get({ modelId }, { signal }),
    retry: false,
  })

function Origin({
  version: { source, runId = '', modelId = '', runLink, status, statusMessage, userId },
}: {
  version: ModelVersion
}) {
  const run = useRun(runId).data?.run.info
  const model = useLoggedModel(modelId).data?.model.info
  const [, copiedName, copiedVersion] = /^models:\/+([^/]+)\/(\d+)$/.exec(source) ?? []
  return (
    <Facts title="Made from">
      <Fact name="Run">
        {runId && (run ? <RunLink info={run} most={30} /> : <span className="mono">{runId}</span>)}
      </Fact>
      <Fact name="Model">
        {model ? (
          <Link
            to="/experiments/$experimentId/models/$modelId/$"
            params={{ experimentId: model.experimentId, modelId, _splat: '' }}
          >
            <Name text={model.name || modelId} most={30} />
          </Link>
        ) : (
          modelId && <span className="mono">{modelId}</span>
        )}
      </Fact>
      <Fact name="Copy of">
        {copiedName && copiedVersion && (
          <Link to="/models/$name/versions/$version" params={{ name: copiedName, version: copiedVersion }}>
            {copiedName} {copiedVersion}
          </Link>
        )}
      </Fact>
      <Fact name="Source">
        <span className="mono">
          <Cut text={source} />
        </span>
      </Fact>
      <Fact name="Link">{runLink && <Cut text={runLink} />}</Fact>
      <Fact name="User">{userId}</Fact>
      <Fact name="State">{status !== 'READY' && (statusMessage || status.toLowerCase().replaceAll('_', ' '))}</Fact>
    </Facts>
  )
}
