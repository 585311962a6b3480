import { ApiError } from '../../src/wire/errors.ts'
import { useId, useState } from 'react'

interface Props {
  readonly label: string
  readonly example: string
  readonly value: string
  /** What was asked stands behind this. */
  readonly before?: string
  readonly error: Error | null
  /** What can be completed, such as `metrics.loss`. */
  readonly words: readonly string[]
  readonly onChange: (filter: string) => void
}

const MOST_SUGGESTIONS = 8

/** A filter in the search grammar: completes names, and shows the server's error at its place. */
export function FilterBox({ label, example, value, before: ahead = '', error, words, onChange }: Props) {
  const [text, setText] = useState(value)
  const [suggesting, setSuggesting] = useState(false)
  const [at, setAt] = useState(0)
  const listId = useId()
  const [before, setBefore] = useState(value)
  if (value !== before) {
    setBefore(value)
    setText(value)
  }

  const word = /[\w./`-]*$/.exec(text)![0]
  const suggestions =
    suggesting && word.length > 0
      ? words.filter((each) => each.includes(word) && each !== word).slice(0, MOST_SUGGESTIONS)
      : []
  const complete = (chosen: string) => {
    setText(text.slice(0, text.length - word.length) + chosen)
    setSuggesting(false)
  }

  return (
    <form
      className="filter"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        setSuggesting(false)
        onChange(text.trim())
      }}
    >
      <input
        type="text"
        data-filter
        spellCheck={false}
        autoComplete="off"
        placeholder={example}
        aria-label={label}
        aria-invalid={error !== null}
        role="combobox"
        aria-expanded={suggestions.length > 0}
        aria-controls={suggestions.length > 0 ? listId : undefined}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setSuggesting(true)
          setAt(0)
        }}
        onBlur={() => setTimeout(() => setSuggesting(false), 150)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setSuggesting(false)
          if (suggestions.length === 0) return
          if (event.key === 'ArrowDown') setAt((at + 1) % suggestions.length)
          else if (event.key === 'ArrowUp') setAt((at + suggestions.length - 1) % suggestions.length)
          else if (event.key === 'Tab') complete(suggestions[at]!)
          else return
          event.preventDefault()
        }}
      />
      {suggestions.length > 0 && (
        <div className="menu suggestions" id={listId} role="listbox">
          {suggestions.map((each, i) => (
            <label
              key={each}
              role="option"
              aria-selected={i === at}
              data-highlighted={i === at || undefined}
              onPointerDown={() => complete(each)}
            >
              <span className="mono clip">{each}</span>
            </label>
          ))}
          <div className="title">Tab completes</div>
        </div>
      )}
      {error && suggestions.length === 0 && <Problem error={error} text={value} ahead={ahead} />}
    </form>
  )
}

function Problem({ error, text, ahead }: { error: Error; text: string; ahead: string }) {
  const position = Math.max(0, Number(/at character (\d+)/.exec(error.message)?.[1] ?? 0) - ahead.length)
  const message = error instanceof ApiError ? error.message.replace(/^Invalid value for '\w+': /, '') : error.message
  return (
    <div className="problem" role="alert">
      {position > 0 && (
        <div className="mono">
          {text.slice(0, position - 1)}
          <mark>{text.slice(position - 1, position) || ' '}</mark>
          {text.slice(position)}
        </div>
      )}
      {message}
    </div>
  )
}
