import { useMutation } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import type { KeyValue } from '../../src/wire/experiments.ts'
import { middle } from './format.ts'
import { isReserved } from './parts.tsx'

interface Props {
  readonly tags: readonly KeyValue[]
  /** Both resolve when what is shown is as it should be. */
  readonly set: (tag: KeyValue) => Promise<unknown>
  readonly remove: (key: string) => Promise<unknown>
}

/** The tags that people gave something; they are set and taken away in place. */
export function Tags({ tags, set, remove }: Props) {
  const [adds, setAdds] = useState(false)
  const change = useMutation({
    mutationFn: ({ to, ...tag }: KeyValue & { to: 'remove' | 'set' }) => (to === 'remove' ? remove(tag.key) : set(tag)),
  })
  const removed = change.isSuccess && change.variables.to === 'remove' ? change.variables : undefined
  return (
    <span className="tags" role="group" aria-label="Tags">
      {tags
        .filter(({ key }) => !isReserved(key))
        .map(({ key, value }) => (
          <span className="chip" key={key} title={`${middle(key, 200)}: ${middle(value, 1000)}`}>
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
        <NewTag set={set} close={() => setAdds(false)} />
      ) : (
        <button type="button" className="plain tight" onClick={() => setAdds(true)}>
          <Plus size={12} aria-hidden /> Tag
        </button>
      )}
      {change.isError && <span role="alert">{change.error.message}</span>}
    </span>
  )
}

function NewTag({ set, close }: Pick<Props, 'set'> & { close: () => void }) {
  const [key, setKey] = useState('')
  const [value, setValue] = useState('')
  const add = useMutation({ mutationFn: () => set({ key: key.trim(), value }), onSuccess: close })
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
