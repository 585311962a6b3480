import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import type { RegisteredModel } from '../../../src/wire/registered-models.ts'
import { api } from '../../api.ts'
import { FilterBox } from '../../parts/filter-box.tsx'
import { middle } from '../../parts/format.ts'
import { toFilter } from '../../parts/grammar.ts'
import { More } from '../../parts/more.tsx'
import { Name, TagList, When } from '../../parts/parts.tsx'
import { Bar } from '../../parts/shell.tsx'
import { LIVE_MS } from '../model/use-model.ts'
import { NewVersionSheet } from '../prompt/new-version.tsx'
import { IS_PROMPT } from '../prompt/read.ts'
import '../registry.css'

const EmptyPrompts = lazy(() => import('./empty.tsx'))

const PAGE = 100
const ONLY_PROMPTS = `tags.\`${IS_PROMPT.key}\` = '${IS_PROMPT.value}'`
const WORDS = ['name', 'creation_timestamp', 'last_updated_timestamp', 'tags.']

/** All prompts, the last changed first. */
export function PromptsPage() {
  const { filter = '' } = useSearch({ from: '/prompts' })
  const navigate = useNavigate({ from: '/prompts' })
  const [isNew, setNew] = useState(false)
  const query = useInfiniteQuery({
    queryKey: ['prompts', filter],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.registeredModels.search(
        {
          maxResults: PAGE,
          orderBy: ['last_updated_timestamp DESC'],
          filter: filter ? `(${toFilter(filter)}) AND ${ONLY_PROMPTS}` : ONLY_PROMPTS,
          ...(pageParam && { pageToken: pageParam }),
        },
        { signal },
      ),
    getNextPageParam: ({ nextPageToken }) => nextPageToken,
    placeholderData: keepPreviousData,
    refetchInterval: LIVE_MS,
    retry: false,
  })
  const prompts = query.data?.pages.flatMap(({ registeredModels }) => registeredModels) ?? []
  const isEmpty = query.isSuccess && prompts.length === 0 && !filter

  return (
    <>
      <Bar crumbs={[<h1 key="title">Prompts</h1>]}>
        <button type="button" onClick={() => setNew(true)}>
          New prompt
        </button>
      </Bar>
      {isNew && <NewVersionSheet close={() => setNew(false)} />}
      {isEmpty ? (
        <Suspense>
          <EmptyPrompts />
        </Suspense>
      ) : (
        <main className="column">
          <div className="tools">
            <FilterBox
              label="Filter prompts"
              example="a name, or: name LIKE 'support%' and tags.team = 'docs'"
              before="("
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
                  <th scope="col">Aliases</th>
                  <th scope="col">Changed</th>
                  <th scope="col">Tags</th>
                  <th scope="col">Description</th>
                </tr>
              </thead>
              <tbody>
                {prompts.map((prompt) => (
                  <PromptRow key={prompt.name} prompt={prompt} />
                ))}
              </tbody>
            </table>
            <div className="page">
              {query.isSuccess && prompts.length === 0 && <p className="muted">No prompt is found so.</p>}
              <More query={query} />
            </div>
          </div>
        </main>
      )}
    </>
  )
}

function PromptRow({ prompt }: { prompt: RegisteredModel }) {
  const { name, latestVersions, aliases, lastUpdatedTimestamp, tags, description = '' } = prompt
  return (
    <tr>
      <th scope="row">
        <Link to="/prompts/$name" params={{ name }}>
          <Name text={name} />
        </Link>
      </th>
      <td className="number">{Math.max(0, ...latestVersions.map(({ version }) => version)) || '–'}</td>
      <td>
        <span className="chips">
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
      <td className="muted clip wide" title={middle(description, 2000)}>
        {middle(description, 120)}
      </td>
    </tr>
  )
}
