import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useDeferredValue, useState } from 'react'
import { api } from '../../api.ts'
import { TagList, When, Name } from '../../parts/parts.tsx'
import { Bar } from '../../parts/shell.tsx'

const PAGE = 100

/** All experiments, newest activity first. */
export function ExperimentsPage() {
  const [text, setText] = useState('')
  const wanted = useDeferredValue(text)
  const query = useInfiniteQuery({
    queryKey: ['experiments', wanted],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.experiments.search(
        {
          maxResults: PAGE,
          orderBy: ['last_update_time DESC'],
          ...(wanted && { filter: `name ILIKE "%${wanted.replaceAll('"', '')}%"` }),
          ...(pageParam && { pageToken: pageParam }),
        },
        { signal },
      ),
    getNextPageParam: ({ nextPageToken }) => nextPageToken,
    placeholderData: keepPreviousData,
  })
  const found = query.data?.pages.flatMap(({ experiments }) => experiments) ?? []

  return (
    <>
      <Bar crumbs={[<h1 key="title">Experiments</h1>]}>
        <input
          type="search"
          data-filter
          placeholder="Find by name"
          aria-label="Find experiments by name"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <NewExperiment />
      </Bar>
      <main className="scroll">
        <div className="page">
          {query.isError && <p role="alert">{query.error.message}</p>}
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Changed</th>
                <th scope="col">Made</th>
                <th scope="col">Tags</th>
                <th scope="col">Id</th>
              </tr>
            </thead>
            <tbody>
              {found.map(({ experimentId, name, lastUpdateTime, creationTime, tags }) => (
                <tr key={experimentId}>
                  <td>
                    <Link to="/experiments/$experimentId" params={{ experimentId }}>
                      <Name text={name} />
                    </Link>
                  </td>
                  <td>
                    <When time={lastUpdateTime} />
                  </td>
                  <td>
                    <When time={creationTime} />
                  </td>
                  <td>
                    <TagList tags={tags} />
                  </td>
                  <td className="mono muted">{experimentId}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {query.isSuccess && found.length === 0 && <p className="muted">No experiment is called so.</p>}
          {query.hasNextPage && (
            <p>
              <button type="button" onClick={() => query.fetchNextPage()}>
                Show more
              </button>
            </p>
          )}
        </div>
      </main>
    </>
  )
}

function NewExperiment() {
  const [name, setName] = useState<string>()
  const client = useQueryClient()
  const create = useMutation({
    mutationFn: (wanted: string) => api.experiments.create({ name: wanted }),
    onSuccess: () => {
      setName(undefined)
      return client.invalidateQueries({ queryKey: ['experiments'] })
    },
  })
  if (name === undefined)
    return (
      <button type="button" onClick={() => setName('')}>
        New experiment
      </button>
    )
  return (
    <form
      style={{ display: 'flex', gap: 6, alignItems: 'center' }}
      onSubmit={(event) => {
        event.preventDefault()
        create.mutate(name)
      }}
    >
      <input
        type="text"
        ref={(input) => input?.focus()}
        placeholder="Name"
        aria-label="Name of the new experiment"
        value={name}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && setName(undefined)}
      />
      <button type="submit" className="primary" disabled={!name}>
        Create
      </button>
      {create.isError && <span role="alert">{create.error.message}</span>}
    </form>
  )
}
