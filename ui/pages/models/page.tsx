import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import type { RegisteredModel } from '../../../src/wire/registered-models.ts'
import { api } from '../../api.ts'
import { FilterBox } from '../../parts/filter-box.tsx'
import { middle } from '../../parts/format.ts'
import { toFilter } from '../../parts/grammar.ts'
import { More } from '../../parts/more.tsx'
import { Name, TagList, When } from '../../parts/parts.tsx'
import { Bar } from '../../parts/shell.tsx'
import { Stage } from '../model/stage.tsx'
import { LIVE_MS } from '../model/use-model.ts'
import { NewModel } from './new-model.tsx'
import '../registry.css'

const EmptyModels = lazy(() => import('./empty.tsx'))

const PAGE = 100
const WORDS = ['name', 'creation_timestamp', 'last_updated_timestamp', 'tags.']

/** All registered models, the last changed first. */
export function ModelsPage() {
  const { filter = '' } = useSearch({ from: '/models' })
  const navigate = useNavigate({ from: '/models' })
  const query = useInfiniteQuery({
    queryKey: ['models', filter],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.registeredModels.search(
        {
          maxResults: PAGE,
          orderBy: ['last_updated_timestamp DESC'],
          ...(filter && { filter: toFilter(filter) }),
          ...(pageParam && { pageToken: pageParam }),
        },
        { signal },
      ),
    getNextPageParam: ({ nextPageToken }) => nextPageToken,
    placeholderData: keepPreviousData,
    refetchInterval: LIVE_MS,
    retry: false,
  })
  const models = query.data?.pages.flatMap(({ registeredModels }) => registeredModels) ?? []
  const isEmpty = query.isSuccess && models.length === 0 && !filter

  return (
    <>
      <Bar crumbs={[<h1 key="title">Models</h1>]}>
        <NewModel />
      </Bar>
      {isEmpty ? (
        <Suspense>
          <EmptyModels />
        </Suspense>
      ) : (
        <main className="column">
          <div className="tools">
            <FilterBox
              label="Filter models"
              example="a name, or: name LIKE 'digits%' and tags.team = 'vision'"
              value={filter}
              error={query.error}
              words={WORDS}
              onChange={(text) => void navigate({ search: text ? { filter: text } : {}, replace: true })}
            />
          </div>
          <div className="scroll">
            <table className="list">
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col" className="right">
                    Latest
                  </th>
                  <th scope="col">In use</th>
                  <th scope="col">Changed</th>
                  <th scope="col">Tags</th>
                  <th scope="col">Description</th>
                </tr>
              </thead>
              <tbody>
                {models.map((model) => (
                  <ModelRow key={model.name} model={model} />
                ))}
              </tbody>
            </table>
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

function ModelRow({ model }: { model: RegisteredModel }) {
  const { name, latestVersions, aliases, lastUpdatedTimestamp, tags, description } = model
  const latest = Math.max(0, ...latestVersions.map(({ version }) => version))
  const staged = latestVersions.filter(
    ({ currentStage }) => currentStage === 'Production' || currentStage === 'Staging',
  )
  return (
    <tr>
      <th scope="row">
        <Link to="/models/$name" params={{ name }}>
          <Name text={name} />
        </Link>
      </th>
      <td className="number">
        {latest > 0 ? (
          <Link to="/models/$name/versions/$version" params={{ name, version: String(latest) }}>
            {latest}
          </Link>
        ) : (
          <span className="muted">–</span>
        )}
      </td>
      <td>
        <span className="chips">
          {staged.map(({ version, currentStage }) => (
            <span key={currentStage} className="use">
              <Stage stage={currentStage} /> {version}
            </span>
          ))}
          {aliases.map(({ alias, version }) => (
            <span key={alias} className="use">
              <span className="chip alias" title={alias}>
                @{middle(alias, 24)}
              </span>{' '}
              {version}
            </span>
          ))}
        </span>
      </td>
      <td>
        <When time={lastUpdatedTimestamp} />
      </td>
      <td>
        <TagList tags={tags} />
      </td>
      <td className="muted clip wide" title={description}>
        {firstLine(description)}
      </td>
    </tr>
  )
}

/** What a description begins with, without the marks of Markdown. */
const firstLine = (text = '') => middle(/[^\s#>*_`-].*/.exec(text)?.[0] ?? '', 120)
