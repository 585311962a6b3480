import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { RegisteredModel } from '../../../src/wire/registered-models.ts'
import { api } from '../../api.ts'
import { More } from '../../parts/more.tsx'
import { Note } from '../../parts/note.tsx'
import { Loaded, When } from '../../parts/parts.tsx'
import { Bar } from '../../parts/shell.tsx'
import { Tags } from '../../parts/tags.tsx'
import { Title } from '../../parts/title.tsx'
import { AsOf } from './as-of.tsx'
import { DeleteModel } from './delete.tsx'
import { EmptyModel } from './empty.tsx'
import { Events } from './events.tsx'
import { type Move, MoveSheet } from './move.tsx'
import { Then } from './then.tsx'
import { refreshModel, useModel, useVersions } from './use-model.ts'
import { VersionsTable } from './versions-table.tsx'
import '../registry.css'

/** One model: its versions, and which of them is meant for what, now or at another time. */
export function ModelPage() {
  const { name } = useParams({ from: '/models/$name' })
  const { show } = useSearch({ from: '/models/$name' })
  const query = useModel(name)
  const client = useQueryClient()
  const navigate = useNavigate()
  const [selected, setSelected] = useState<readonly number[]>([])
  return (
    <>
      <Bar
        crumbs={[
          <Link key="all" to="/models">
            Models
          </Link>,
          <Title
            key={name}
            of="model"
            name={name}
            rename={async (newName) => {
              await api.registeredModels.rename({ name, newName })
              await client.invalidateQueries({ queryKey: ['models'] })
              await navigate({ to: '/models/$name', params: { name: newName }, replace: true })
            }}
          />,
        ]}
      >
        {selected.length > 1 && (
          <Link
            className="button primary"
            to="/models/$name/compare"
            params={{ name }}
            search={{ versions: selected.toSorted((a, b) => a - b) }}
          >
            Compare
          </Link>
        )}
        <DeleteModel key={name} name={name} noun="model" />
      </Bar>
      <Loaded query={query}>
        {({ registeredModel: model }) => (
          <>
            <ModelLine model={model} />
            <nav className="tabs" aria-label="Parts of the model">
              {([undefined, 'history'] as const).map((part) => (
                <Link
                  key={part ?? ''}
                  to="/models/$name"
                  params={{ name }}
                  search={part ? { show: part } : {}}
                  activeOptions={{ exact: true }}
                  aria-current={part === show ? 'page' : undefined}
                >
                  {part === 'history' ? 'History' : 'Versions'}
                </Link>
              ))}
            </nav>
            <main className="scroll">
              {show === 'history' ? (
                <Events name={name} />
              ) : (
                <Versions key={name} model={model} selected={selected} onSelect={setSelected} />
              )}
            </main>
          </>
        )}
      </Loaded>
    </>
  )
}

function ModelLine({ model: { name, creationTimestamp, lastUpdatedTimestamp, tags } }: { model: RegisteredModel }) {
  const client = useQueryClient()
  return (
    <section className="runline" aria-label="State of the model">
      <span>
        <span className="muted">made</span> <When time={creationTimestamp} />
      </span>
      <span>
        <span className="muted">changed</span> <When time={lastUpdatedTimestamp} />
      </span>
      <Tags
        tags={tags}
        set={async (tag) => {
          await api.registeredModels.setTag({ name, ...tag })
          await refreshModel(client, name)
        }}
        remove={async (key) => {
          await api.registeredModels.deleteTag({ name, key })
          await refreshModel(client, name)
        }}
      />
    </section>
  )
}

interface VersionsProps {
  readonly model: RegisteredModel
  readonly selected: readonly number[]
  readonly onSelect: (versions: readonly number[]) => void
}

function Versions({ model, selected, onSelect }: VersionsProps) {
  const { name, description = '' } = model
  const { at } = useSearch({ from: '/models/$name' })
  const navigate = useNavigate({ from: '/models/$name' })
  const client = useQueryClient()
  const query = useVersions(name)
  const [move, setMove] = useState<Move>()
  return (
    <>
      <div className="described">
        <Note
          name="description"
          text={description}
          save={async (text) => {
            await api.registeredModels.update({ name, description: text })
            await refreshModel(client, name)
          }}
        />
        <AsOf
          time={at}
          onChange={(time) => void navigate({ search: time === undefined ? {} : { at: time }, replace: true })}
        />
      </div>
      <Loaded query={query}>
        {({ pages }) => {
          const versions = pages.flatMap(({ modelVersions }) => modelVersions)
          const known = new Set(versions.map(({ version }) => version))
          const lowest = query.hasNextPage ? Math.min(...known) : 0
          if (at !== undefined)
            return <Then name={name} time={at} isGone={(version) => version >= lowest && !known.has(version)} />
          if (versions.length === 0) return <EmptyModel name={name} />
          return (
            <>
              <VersionsTable
                model={model}
                versions={versions}
                selected={selected}
                onSelect={onSelect}
                onMove={setMove}
              />
              <More query={query} />
            </>
          )
        }}
      </Loaded>
      {move && <MoveSheet name={name} move={move} close={() => setMove(undefined)} />}
    </>
  )
}
