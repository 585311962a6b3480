import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { ApiError } from '../../src/wire/errors.ts'
import { api } from '../api.ts'
import { middle } from './format.ts'
import { quoted } from './grammar.ts'
import { Sheet } from './sheet.tsx'

/** Something that a version can be made from. */
export interface Source {
  readonly label: string
  readonly source: string
  readonly runId?: string
  readonly modelId?: string
}

/** Makes a version of a model, which is made too when there is none of its name. */
export function RegisterSheet({ sources, close }: { sources: readonly Source[]; close: () => void }) {
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState(0)
  const [description, setDescription] = useState('')
  const listId = useId()
  const client = useQueryClient()
  const navigate = useNavigate()
  const wanted = name.trim()
  const known = useQuery({
    queryKey: ['models', 'named', wanted],
    queryFn: ({ signal }) =>
      api.registeredModels.search(
        { maxResults: 20, ...(wanted && { filter: `name ILIKE ${quoted(`%${wanted}%`)}` }) },
        { signal },
      ),
  })
  const names = known.data?.registeredModels.map((model) => model.name) ?? []
  const register = useMutation({
    mutationFn: async () => {
      const { label: _, ...source } = sources[chosen]!
      await api.registeredModels.create({ name: wanted }).catch(unlessItExists)
      return await api.modelVersions.create({ name: wanted, ...source, ...(description && { description }) })
    },
    onSuccess: async ({ modelVersion: { version } }) => {
      close()
      await navigate({
        to: '/models/$name/versions/$version',
        params: { name: wanted, version: String(version) },
      })
      await client.invalidateQueries()
    },
  })
  return (
    <Sheet
      title="Register as a version of a model"
      does="Register"
      isReady={wanted !== '' && sources.length > 0}
      isPending={register.isPending}
      error={register.error}
      submit={() => register.mutate()}
      close={close}
    >
      <label>
        What
        <select value={chosen} onChange={(event) => setChosen(Number(event.target.value))}>
          {sources.map(({ label, source }, i) => (
            <option key={source} value={i}>
              {middle(label, 60)}
            </option>
          ))}
        </select>
      </label>
      <label>
        Name of the model
        <input
          type="text"
          list={listId}
          placeholder="one that there is, or a new one"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <datalist id={listId}>
          {names.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      </label>
      <label>
        Description, in Markdown
        <textarea rows={3} value={description} onChange={(event) => setDescription(event.target.value)} />
      </label>
    </Sheet>
  )
}

function unlessItExists(error: unknown): void {
  if (!(error instanceof ApiError) || error.code !== 'RESOURCE_ALREADY_EXISTS') throw error
}
