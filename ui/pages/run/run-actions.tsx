import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Run } from '../../../src/wire/runs.ts'
import { api } from '../../api.ts'
import { Name } from '../../parts/parts.tsx'
import { useChildren } from './family.ts'

/** What can be done with a run. A deleted one can be had back. */
export function RunActions({ run: { info } }: { run: Run }) {
  const { runId, experimentId, lifecycleStage } = info
  const client = useQueryClient()
  const children = useChildren(info)
  const change = useMutation({
    mutationFn: (to: 'delete' | 'restore') => api.runs[to]({ runId }),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['run', runId] }),
        client.invalidateQueries({ queryKey: ['runs', experimentId] }),
      ]),
  })
  const below = children.data?.runs ?? []
  const to = lifecycleStage === 'deleted' ? 'restore' : 'delete'
  return (
    <div className="actions">
      {change.isError && <span role="alert">{change.error.message}</span>}
      {below.length > 1 && (
        <Link
          className="button"
          to="/compare-runs"
          search={{ runs: below.map((child) => child.info.runId), experiments: [experimentId] }}
        >
          Compare {below.length} children
        </Link>
      )}
      <button type="button" disabled={change.isPending} onClick={() => change.mutate(to)}>
        {to === 'restore' ? 'Restore' : 'Delete'}
      </button>
    </div>
  )
}

/** The name of a run: a click edits it. */
export function RunTitle({ runId, name }: { runId: string; name: string }) {
  const client = useQueryClient()
  const [text, setText] = useState<string>()
  const rename = useMutation({
    mutationFn: (runName: string) => api.runs.update({ runId, runName }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['run', runId] })
      setText(undefined)
    },
  })
  if (text === undefined)
    return (
      <h1 className="clip">
        <button type="button" className="title" title="Rename" onClick={() => setText(name)}>
          <Name text={name} />
        </button>
      </h1>
    )
  return (
    <form
      className="rename"
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim() && text !== name) rename.mutate(text.trim())
        else setText(undefined)
      }}
    >
      <input
        type="text"
        ref={(input) => input?.focus()}
        aria-label="Name of the run"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && setText(undefined)}
      />
      <button type="submit">Rename</button>
      {rename.isError && <span role="alert">{rename.error.message}</span>}
    </form>
  )
}
