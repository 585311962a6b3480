import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Name } from '../../parts/parts.tsx'

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
