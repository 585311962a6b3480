import { useMutation, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { api } from '../../api.ts'

const Markdown = lazy(() => import('../../parts/markdown.tsx'))

/** What a person wrote about a run, in Markdown; edited in place. */
export function Note({ runId, text }: { runId: string; text: string }) {
  const client = useQueryClient()
  const [draft, setDraft] = useState<string>()
  const save = useMutation({
    mutationFn: (value: string) => api.runs.setTag({ runId, key: 'mlflow.note.content', value }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['run', runId] })
      setDraft(undefined)
    },
  })

  if (draft === undefined)
    return (
      <section className="note" aria-label="Note">
        {text && (
          <Suspense>
            <Markdown text={text} />
          </Suspense>
        )}
        <button type="button" className="link" onClick={() => setDraft(text)}>
          {text ? 'Edit the note' : 'Write a note'}
        </button>
      </section>
    )
  return (
    <form
      className="note"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate(draft)
      }}
    >
      <textarea
        ref={(area) => area?.focus()}
        rows={8}
        aria-label="Note in Markdown"
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && setDraft(undefined)}
      />
      <div className="actions">
        <button type="submit" className="primary" disabled={save.isPending}>
          Save
        </button>
        <button type="button" onClick={() => setDraft(undefined)}>
          Cancel
        </button>
        {save.isError && <span role="alert">{save.error.message}</span>}
      </div>
    </form>
  )
}
