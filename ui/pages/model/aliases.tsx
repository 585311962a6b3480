import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ChevronDown, Plus } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { type DragEvent, useId, useState } from 'react'
import { api } from '../../api.ts'
import { middle } from '../../parts/format.ts'
import type { Move } from './move.tsx'
import { refreshModel } from './use-model.ts'

/** So many versions can be chosen from a menu; an alias is dragged to others, or set there. */
const MOST_CHOICES = 8

interface Props {
  readonly name: string
  readonly version: number
  /** All of the model. */
  readonly aliases: readonly { readonly alias: string; readonly version: number }[]
  /** The versions that an alias can be moved to. */
  readonly versions: readonly number[]
  readonly onMove: (move: Move) => void
  readonly onDrag?: (alias: string | undefined) => void
}

/** The aliases that point at a version: they can be moved, taken away and added. */
export function Aliases({ name, version, aliases, versions, onMove, onDrag }: Props) {
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: async ({ alias, to }: { alias: string; to: 'remove' | 'set' }) => {
      if (to === 'remove') await api.registeredModels.deleteAlias({ name, alias })
      else await api.registeredModels.setAlias({ name, alias, version })
      await refreshModel(client, name)
    },
  })
  const removed = change.isSuccess && change.variables.to === 'remove' ? change.variables.alias : undefined
  return (
    <span className="chips" role="group" aria-label={`Aliases of version ${version}`}>
      {aliases
        .filter((each) => each.version === version)
        .map(({ alias }) => (
          <Alias
            key={alias}
            alias={alias}
            version={version}
            versions={versions.filter((each) => each !== version).slice(0, MOST_CHOICES)}
            onMove={onMove}
            onRemove={() => change.mutate({ alias, to: 'remove' })}
            {...(onDrag && { onDrag })}
          />
        ))}
      <NewAlias aliases={aliases} version={version} onMove={onMove} />
      <span role="status">
        {removed && !aliases.some(({ alias }) => alias === removed) && (
          <>
            @{middle(removed, 24)} is removed.{' '}
            <button type="button" className="link" onClick={() => change.mutate({ alias: removed, to: 'set' })}>
              Undo
            </button>
          </>
        )}
      </span>
      {change.isError && <span role="alert">{change.error.message}</span>}
    </span>
  )
}

interface AliasProps extends Pick<Props, 'version' | 'versions' | 'onMove' | 'onDrag'> {
  readonly alias: string
  readonly onRemove: () => void
}

function Alias({ alias, version, versions, onMove, onDrag, onRemove }: AliasProps) {
  const drag = (event: DragEvent) => {
    event.dataTransfer.setData('text/plain', alias)
    event.dataTransfer.effectAllowed = 'move'
    onDrag!(alias)
  }
  return (
    <span
      className="chip alias"
      title={onDrag ? `${alias}: drag it to another version` : alias}
      {...(onDrag && { draggable: true, onDragStart: drag, onDragEnd: () => onDrag(undefined) })}
    >
      <span className="clip">@{middle(alias, 30)}</span>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger asChild>
          <button type="button" className="plain" aria-label={`What to do with @${middle(alias, 30)}`}>
            <ChevronDown size={12} aria-hidden />
          </button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="menu" align="start" collisionPadding={8}>
            {versions.map((to) => (
              <DropdownMenu.Item key={to} onSelect={() => onMove({ kind: 'alias', alias, version: to, from: version })}>
                Move to version {to}
              </DropdownMenu.Item>
            ))}
            <DropdownMenu.Item onSelect={onRemove}>Remove</DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </span>
  )
}

function NewAlias({ aliases, version, onMove }: Pick<Props, 'aliases' | 'version' | 'onMove'>) {
  const [text, setText] = useState<string>()
  const listId = useId()
  if (text === undefined)
    return (
      <button
        type="button"
        className="plain tight adds"
        aria-label={`Add an alias to version ${version}`}
        title="Add an alias"
        onClick={() => setText('')}
      >
        <Plus size={12} aria-hidden />
      </button>
    )
  const alias = text.trim().replace(/^@/, '')
  return (
    <form
      className="new-tag"
      onSubmit={(event) => {
        event.preventDefault()
        setText(undefined)
        onMove({ kind: 'alias', alias, version, from: aliases.find((each) => each.alias === alias)?.version })
      }}
      onKeyDown={(event) => event.key === 'Escape' && setText(undefined)}
    >
      <input
        type="text"
        autoFocus
        required
        placeholder="champion"
        aria-label={`Alias of version ${version}`}
        list={listId}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <datalist id={listId}>
        {aliases
          .filter((each) => each.version !== version)
          .map((each) => (
            <option key={each.alias} value={each.alias} />
          ))}
      </datalist>
      <button type="submit" disabled={!alias}>
        Set
      </button>
      <button type="button" className="plain" onClick={() => setText(undefined)}>
        Cancel
      </button>
    </form>
  )
}
