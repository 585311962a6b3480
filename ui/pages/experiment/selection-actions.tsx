import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../../api.ts'

interface Props {
  readonly experimentId: string
  readonly runIds: readonly string[]
  readonly view: 'ACTIVE_ONLY' | 'DELETED_ONLY'
  readonly clear: () => void
}

/** What can be done with the selected runs; a deletion can be taken back. */
export function SelectionActions({ experimentId, runIds, view, clear }: Props) {
  const client = useQueryClient()
  const [deleted, setDeleted] = useState<readonly string[]>([])
  const change = useMutation({
    mutationFn: async ({ to, ids }: { to: 'delete' | 'restore'; ids: readonly string[] }) => {
      for (const runId of ids) await api.runs[to]({ runId })
    },
    onSuccess: (_, { to, ids }) => {
      setDeleted(to === 'delete' ? ids : [])
      clear()
    },
    onSettled: () =>
      Promise.all(['runs', 'count'].map((key) => client.invalidateQueries({ queryKey: [key, experimentId] }))),
  })

  const some = runIds.length > 0
  return (
    <div className="actions">
      {change.isError && <span role="alert">{change.error.message}</span>}
      {deleted.length > 0 && !some && (
        <span role="status">
          {deleted.length === 1 ? 'The run is deleted.' : `${deleted.length} runs are deleted.`}{' '}
          <button type="button" className="link" onClick={() => change.mutate({ to: 'restore', ids: deleted })}>
            Undo
          </button>
        </span>
      )}
      {some && (
        <>
          <span className="muted">{runIds.length} selected</span>
          <button type="button" className="plain" onClick={clear}>
            Select none
          </button>
          {view === 'ACTIVE_ONLY' ? (
            <button
              type="button"
              disabled={change.isPending}
              onClick={() => change.mutate({ to: 'delete', ids: runIds })}
            >
              Delete
            </button>
          ) : (
            <button
              type="button"
              disabled={change.isPending}
              onClick={() => change.mutate({ to: 'restore', ids: runIds })}
            >
              Restore
            </button>
          )}
        </>
      )}
      {runIds.length > 1 && (
        <Link className="button primary" to="/compare-runs" search={{ runs: [...runIds], experiments: [experimentId] }}>
          Compare
        </Link>
      )}
    </div>
  )
}
