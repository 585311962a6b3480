import { useQueries, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Run } from '../../../src/wire/runs.ts'
import { api } from '../../api.ts'
import { RegisterSheet, type Source } from '../../parts/register.tsx'
import { Sheet } from '../../parts/sheet.tsx'

/** Makes a version of what a run has left: a model that it logged, or a folder of its artifacts. */
export function Register({ run }: { run: Run }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Register
      </button>
      {isOpen && <Sources run={run} close={() => setOpen(false)} />}
    </>
  )
}

function Sources({ run: { info, outputs }, close }: { run: Run; close: () => void }) {
  const { runId } = info
  const folders = useQuery({
    queryKey: ['run', runId, 'artifacts', ''],
    queryFn: ({ signal }) => api.artifacts.list({ runId }, { signal }),
  })
  const models = useQueries({
    queries: (outputs?.modelOutputs ?? []).map(({ modelId }) => ({
      queryKey: ['logged-model', modelId],
      queryFn: ({ signal }: { signal: AbortSignal }) => api.loggedModels.get({ modelId }, { signal }),
    })),
  })
  if (folders.isPending || models.some(({ isPending }) => isPending)) return null
  const sources: Source[] = [
    ...models
      .flatMap(({ data }) => (data ? [data.model.info] : []))
      .map(({ modelId, name }) => ({
        label: `${name || modelId}, a logged model`,
        source: `models:/${modelId}`,
        modelId,
        runId,
      })),
    ...(folders.data?.files ?? [])
      .filter(({ isDir }) => isDir)
      .map(({ path }) => ({ label: `${path}, a folder of artifacts`, source: `runs:/${runId}/${path}`, runId })),
  ]
  if (sources.length > 0) return <RegisterSheet sources={sources} close={close} />
  return (
    <Sheet title="Nothing to register" does="All right" submit={close} close={close}>
      <p className="muted">
        {folders.isError
          ? folders.error.message
          : 'A version is made of a logged model or a folder of artifacts. This run has left neither.'}
      </p>
    </Sheet>
  )
}
