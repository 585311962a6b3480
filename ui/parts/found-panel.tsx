import { type ReactNode, useState } from 'react'

/** So many rows are read at a glance; more are searched. */
const GLANCE = 12
/** So many are shown until all are asked for. */
const MOST = 60

interface Props<T> {
  readonly title: string
  readonly rows: readonly T[]
  readonly textOf: (row: T) => string
  readonly children: (shown: readonly T[]) => ReactNode
}

/** A list with its number, a box to find in it when it is long, and no more of it than one reads. */
export function FoundPanel<T>({ title, rows, textOf, children }: Props<T>) {
  const [find, setFind] = useState('')
  const [all, setAll] = useState(false)
  const wanted = find.toLowerCase()
  const found = wanted ? rows.filter((row) => textOf(row).toLowerCase().includes(wanted)) : rows
  const shown = all ? found : found.slice(0, MOST)
  return (
    <section className="panel" aria-label={title}>
      <div className="heading">
        <h2>
          {title} <span className="muted">{rows.length.toLocaleString('en')}</span>
        </h2>
        {rows.length > GLANCE && (
          <input
            type="search"
            placeholder={`Find in ${title.toLowerCase()}`}
            aria-label={`Find in ${title.toLowerCase()}`}
            value={find}
            onChange={(event) => setFind(event.target.value)}
          />
        )}
      </div>
      {rows.length === 0 && <p className="muted">None were logged.</p>}
      {rows.length > 0 && found.length === 0 && <p className="muted">None of {rows.length} holds this.</p>}
      {shown.length > 0 && children(shown)}
      {shown.length < found.length && (
        <button type="button" className="link more" onClick={() => setAll(true)}>
          Show all {found.length.toLocaleString('en')}
        </button>
      )}
    </section>
  )
}
