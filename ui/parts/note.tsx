import { useMutation } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'

const Markdown = lazy(() => import('./markdown.tsx'))

interface Props {
  readonly text: string
  /** What it is called, such as `note`. */
  readonly name: string
  /** Resolves when what is shown is the new. */
  readonly save: (text: string) => Promise<unknown>
}

/** What a person wrote about something, in Markdown; edited in place. */
export function Note({ text, name, save }: Props) {
  const [draft, setDraft] = useState<string>()
  const change = useMutation({ mutationFn: save, onSuccess: () => setDraft(undefined) })
  const title = `${name[0]!.toUpperCase()}${name.slice(1)}`

  if (draft === undefined)
    return (
      <section className="note" aria-label={title}>
        {text && (
          <Suspense>
            <Markdown text={text} />
          </Suspense>
        )}
        <button type="button" className="link" onClick={() => setDraft(text)}>
          {text ? `Edit the ${name}` : `Write a ${name}`}
        </button>
      </section>
    )
  return (
    <form
      className="note"
      onSubmit={(event) => {
        event.preventDefault()
        change.mutate(draft)
      }}
    >
      <textarea
        ref={(area) => area?.focus()}
        rows={8}
        aria-label={`${title} in Markdown`}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && setDraft(undefined)}
      />
      <div className="actions">
        <button type="submit" className="primary" disabled={change.isPending}>
          Save
        </button>
        <button type="button" onClick={() => setDraft(undefined)}>
          Cancel
        </button>
        {change.isError && <span role="alert">{change.error.message}</span>}
      </div>
    </form>
  )
}
