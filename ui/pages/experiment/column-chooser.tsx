import { Columns3 } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { middle } from '../../parts/format.ts'
import { byKind, type RunColumn } from './columns.ts'

interface Props {
  readonly every: readonly RunColumn[]
  readonly shown: readonly RunColumn[]
  /** Nothing for the columns that the page chooses by itself. */
  readonly onChange: (shown: readonly RunColumn[] | undefined) => void
}

const TITLES = { attribute: 'Attributes', metric: 'Metrics', param: 'Params', tag: 'Tags' } as const
/** More than one reads; the rest is found by its name. */
const MOST = 200

/** Chooses columns, by name among thousands. */
export function ColumnChooser({ every, shown, onChange }: Props) {
  const [find, setFind] = useState('')
  const chosen = new Set(shown.map(({ id }) => id))
  const found = every.filter(({ name }) => name.toLowerCase().includes(find.toLowerCase()))
  const groups = Map.groupBy(found.slice(0, MOST), ({ kind }) => kind)
  const toggle = (column: RunColumn) =>
    onChange(chosen.has(column.id) ? shown.filter(({ id }) => id !== column.id) : insert(shown, column))

  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <button type="button">
          <Columns3 size={15} /> Columns <span className="muted">{shown.length}</span>
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="menu chooser" align="end" sideOffset={4} collisionPadding={8}>
          <input
            type="search"
            placeholder="Find a column"
            aria-label="Find a column"
            value={find}
            onChange={(event) => setFind(event.target.value)}
          />
          {[...groups].map(([kind, columns]) => (
            <div key={kind} role="group" aria-label={TITLES[kind]}>
              <div className="title">
                {TITLES[kind]}
                <button
                  type="button"
                  className="link"
                  onClick={() =>
                    onChange(
                      [
                        ...shown.filter((column) => column.kind !== kind),
                        ...(columns.every(({ id }) => chosen.has(id)) ? [] : columns),
                      ].sort(byKind),
                    )
                  }
                >
                  {columns.every(({ id }) => chosen.has(id)) ? 'none' : 'all'}
                </button>
              </div>
              {columns.map((column) => (
                <label key={column.id} title={column.name}>
                  <input type="checkbox" checked={chosen.has(column.id)} onChange={() => toggle(column)} />
                  <span className="clip">{middle(column.name, 44)}</span>
                </label>
              ))}
            </div>
          ))}
          {found.length === 0 && <p className="muted">No column is called so.</p>}
          {found.length > MOST && <div className="title">{found.length - MOST} more: find them by name</div>}
          <hr />
          <button type="button" className="plain" onClick={() => onChange(undefined)}>
            Choose for me
          </button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

/** Puts a column behind the last of its kind. */
const insert = (shown: readonly RunColumn[], column: RunColumn) => [...shown, column].sort(byKind)
