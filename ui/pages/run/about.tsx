import { useQueries, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { DatasetInput, Run } from '../../../src/wire/runs.ts'
import { api } from '../../api.ts'
import { runColor } from '../../charts/colors.ts'
import { Cut, Fact, Facts } from '../../parts/facts.tsx'
import { RunLink, Status, tagOf } from '../../parts/parts.tsx'
import { parentOf, useChildren } from './family.ts'

/** Where a run came from, and what belongs to it. */
export function About({ run }: { run: Run }) {
  return (
    <aside className="about">
      <Source run={run} />
      <Family run={run} />
      {run.inputs?.datasetInputs.map((input) => (
        <Dataset key={`${input.dataset.name}/${input.dataset.digest}`} {...input} />
      ))}
      <Models run={run} />
    </aside>
  )
}

function Source({ run: { info, data } }: { run: Run }) {
  const tag = (key: string) => tagOf(data.tags, `mlflow.${key}`)
  const commit = tag('source.git.commit')
  return (
    <Facts title="Source">
      <Fact name="User">{info.userId || tag('user')}</Fact>
      <Fact name="Program">{tag('source.name') && <Cut text={tag('source.name')!} />}</Fact>
      <Fact name="Commit">{commit && <Commit commit={commit} repository={tag('source.git.repoURL') ?? ''} />}</Fact>
      <Fact name="Branch">{tag('source.git.branch')}</Fact>
      <Fact name="Project">{tag('project.entryPoint')}</Fact>
      <Fact name="Artifacts">
        <Cut text={info.artifactUri} />
      </Fact>
    </Facts>
  )
}

function Commit({ commit, repository }: { commit: string; repository: string }) {
  const page = commitPage(repository, commit)
  const short = <span className="mono">{commit.slice(0, 10)}</span>
  if (!page) return <span title={commit}>{short}</span>
  return (
    <a href={page} title={commit} target="_blank" rel="noopener noreferrer">
      {short}
    </a>
  )
}

/** Where the hosts of repositories show a commit, such as `https://github.com/a/b/commit/1f2e`. */
function commitPage(repository: string, commit: string): string | undefined {
  const [, host, path] =
    /^(?:https?:\/\/|git@|ssh:\/\/git@)(?:[^@/]*@)?([\w.-]+)[:/](.+?)(?:\.git)?\/?$/.exec(repository) ?? []
  return host && path ? `https://${host}/${path}/commit/${encodeURIComponent(commit)}` : undefined
}

function Family({ run }: { run: Run }) {
  const { experimentId, runId } = run.info
  const parent = parentOf(run)
  const { runs, hasNextPage } = useChildren(experimentId, runId)
  return (
    <>
      {parent && (
        <Facts title="Parent">
          <dd className="alone">
            <Parent experimentId={experimentId} runId={parent} />
          </dd>
        </Facts>
      )}
      {runs.length > 0 && (
        <section aria-label="Children">
          <h2>
            Children{' '}
            <span className="muted">
              {runs.length}
              {hasNextPage && '+'}
            </span>
          </h2>
          <ul className="children">
            {runs.map(({ info }) => (
              <li key={info.runId}>
                <span className="swatch" style={{ background: runColor(info.runId) }} />
                <RunLink info={info} most={40} />
                <Status status={info.status} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

function Parent({ experimentId, runId }: { experimentId: string; runId: string }) {
  const query = useQuery({ queryKey: ['run', runId], queryFn: ({ signal }) => api.runs.get({ runId }, { signal }) })
  return <RunLink info={query.data?.run.info ?? { experimentId, runId }} most={40} />
}

function Dataset({ dataset: { name, digest, source, profile, schema }, tags }: DatasetInput) {
  const context = tagOf(tags, 'mlflow.data.context')
  return (
    <Facts title="Dataset">
      <Fact name="Name">
        <Cut text={name} />
      </Fact>
      <Fact name="Used for">{context}</Fact>
      <Fact name="Digest">
        <span className="mono">{digest}</span>
      </Fact>
      <Fact name="From">
        <Cut text={placeOf(source)} />
      </Fact>
      <Fact name="Size">{profile && <Cut text={spoken(profile)} />}</Fact>
      <Fact name="Schema">
        {schema && (
          <details>
            <summary>show</summary>
            <pre className="mono">{indented(schema)}</pre>
          </details>
        )}
      </Fact>
    </Facts>
  )
}

/** Models that a run made, and those that it used. */
function Models({ run: { info, inputs, outputs } }: { run: Run }) {
  const { experimentId } = info
  const made = outputs?.modelOutputs.map(({ modelId }) => modelId) ?? []
  const used = inputs?.modelInputs.map(({ modelId }) => modelId) ?? []
  const ids = [...new Set([...made, ...used])]
  const queries = useQueries({
    queries: ids.map((modelId) => ({
      queryKey: ['logged-model', modelId],
      queryFn: () => api.loggedModels.get({ modelId }),
    })),
  })
  if (ids.length === 0) return null
  return (
    <Facts title={ids.length === 1 ? 'Model' : 'Models'}>
      {ids.map((modelId, i) => {
        const model = queries[i]?.data?.model.info
        return (
          <Fact key={modelId} name={made.includes(modelId) ? 'Made' : 'Used'}>
            <Link
              to="/experiments/$experimentId/models/$modelId/$"
              params={{ experimentId: model?.experimentId ?? experimentId, modelId, _splat: '' }}
            >
              <Cut text={model?.name || modelId} />
            </Link>{' '}
            <span className="muted">{model?.modelType}</span>
          </Fact>
        )
      })}
    </Facts>
  )
}

/** The address in what a client wrote of a source, which is JSON as a rule. */
function placeOf(source: string): string {
  const said = Object.values(parsed(source) ?? {}).find((value) => typeof value === 'string')
  return said ?? source
}

/** Such as `num_rows 1797, num_elements 115008`. */
function spoken(profile: string): string {
  const numbers = Object.entries(parsed(profile) ?? {}).filter(([, value]) => typeof value === 'number')
  if (numbers.length === 0) return profile
  return numbers.map(([name, value]) => `${name.replace(/^num_/, '')} ${Number(value).toLocaleString('en')}`).join(', ')
}

const indented = (json: string) => JSON.stringify(parsed(json) ?? json, undefined, 1)

/** What JSON says by names; nothing when it is no such thing, for clients may write anything. */
function parsed(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
