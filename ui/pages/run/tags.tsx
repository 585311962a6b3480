import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import type { KeyValue } from '../../../src/wire/experiments.ts'
import { api } from '../../api.ts'
import { middle } from '../../parts/format.ts'

interface Props {
  readonly runId: string
  readonly tags: readonly KeyValue[]
}

/** The tags of a run that people gave it; they are set and taken away in place. */
export function Tags({ runId, tags }: Props) {
  const [adds, setAdds] = useState(false)
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: ({ to, key, value }: KeyValue & { to: 'remove' | 'set' }) =>
      to === 'remove' ? api.runs.deleteTag({ runId, key }) : api.runs.setTag({ runId, key, value }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['run', runId] }),
  })
  const removed = change.isSuccess && change.variables.to === 'remove' ? change.variables : undefined
  return (
    <span className="tags" role="group" aria-label="Tags">
      {tags
        .filter(({ key }) => !key.startsWith('mlflow.'))
        .map(({ key, value }) => (
          <span className="chip" key={key} title={`${key}: ${value}`}>
            <span className="muted clip">{middle(key, 30)}</span>
            <span className="clip">{middle(value, 40)}</span>
            <button
              type="button"
              className="plain"
              aria-label={`Remove the tag ${middle(key, 30)}`}
              onClick={() => change.mutate({ to: 'remove', key, value })}
            >
              <X size={11} />
            </button>
          </span>
        ))}
      <span role="status">
        {removed && (
          <>
            {middle(removed.key, 30)} is removed.{' '}
            <button type="button" className="link" onClick={() => change.mutate({ ...removed, to: 'set' })}>
              Undo
            </button>
          </>
        )}
      </span>
      {adds ? (
        <NewTag runId={runId} close={() => setAdds(false)} />
      ) : (
        <button type="button" className="plain tight" onClick={() => setAdds(true)}>
          <Plus size={12} aria-hidden /> Tag
        </button>
      )}
      {change.isError && <span role="alert">{change.error.message}</span>}
    </span>
  )
}

function NewTag({ runId, close }: { runId: string; close: () => void }) {
  const [key, setKey] = useState('')
  const [value, setValue] = useState('')
  const client = useQueryClient()
  const add = useMutation({
    mutationFn: () => api.runs.setTag({ runId, key: key.trim(), value }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['run', runId] })
      close()
    },
  })
  return (
    <form
      className="new-tag"
      onSubmit={(event) => {
        event.preventDefault()
        add.mutate()
      }}
      onKeyDown={(event) => event.key === 'Escape' && close()}
    >
      <input
        type="text"
        autoFocus
        required
        placeholder="key"
        aria-label="Key of the tag"
        value={key}
        onChange={(event) => setKey(event.target.value)}
      />
      <input
        type="text"
        placeholder="value"
        aria-label="Value of the tag"
        value={value}
        onChange={(event) => setValue(event.target.value)}
      />
      <button type="submit" disabled={!key.trim() || add.isPending}>
        Set
      </button>
      <button type="button" className="plain" onClick={close}>
        Cancel
      </button>
      {add.isError && <span role="alert">{add.error.message}</span>}
    </form>
  )
}
