import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Name } from './parts.tsx'

interface Props {
  readonly name: string
  /** Of what, such as `run`. */
  readonly of: string
  /** Resolves when what is shown is the new. */
  readonly rename: (name: string) => Promise<unknown>
}

/** The name of something, as the title of its page: a click edits it. */
export function Title({ name, of, rename }: Props) {
  const [text, setText] = useState<string>()
  const change = useMutation({ mutationFn: rename, onSuccess: () => setText(undefined) })
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
        if (text.trim() && text !== name) change.mutate(text.trim())
        else setText(undefined)
      }}
    >
      <input
        type="text"
        ref={(input) => input?.focus()}
        aria-label={`Name of the ${of}`}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && setText(undefined)}
      />
      <button type="submit">Rename</button>
      {change.isError && <span role="alert">{change.error.message}</span>}
    </form>
  )
}
