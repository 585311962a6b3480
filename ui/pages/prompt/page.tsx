import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { ModelVersion } from '../../../src/wire/model-versions.ts'
import type { RegisteredModel } from '../../../src/wire/registered-models.ts'
import { api } from '../../api.ts'
import { middle } from '../../parts/format.ts'
import { More } from '../../parts/more.tsx'
import { Note } from '../../parts/note.tsx'
import { Loaded, When } from '../../parts/parts.tsx'
import { Bar } from '../../parts/shell.tsx'
import { Tags } from '../../parts/tags.tsx'
import { Title } from '../../parts/title.tsx'
import { DeleteModel } from '../model/delete.tsx'
import { Events } from '../model/events.tsx'
import { refreshModel, useModel, useVersions } from '../model/use-model.ts'
import { NewVersionSheet } from './new-version.tsx'
import { readTemplate } from './read.ts'
import { Version } from './version.tsx'
import '../registry.css'

/** One prompt: its versions, and what each of them says. */
export function PromptPage() {
  const { name } = useParams({ from: '/prompts/$name' })
  const { show, version: wanted } = useSearch({ from: '/prompts/$name' })
  const query = useModel(name)
  const versions = useVersions(name).data?.pages.flatMap(({ modelVersions }) => modelVersions) ?? []
  const shown = versions.find(({ version }) => version === wanted) ?? versions[0]
  const client = useQueryClient()
  const navigate = useNavigate()
  const [isNew, setNew] = useState(false)
  const template = shown && readTemplate(shown)
  return (
    <>
      <Bar
        crumbs={[
          <Link key="all" to="/prompts">
            Prompts
          </Link>,
          <Title
            key={name}
            of="prompt"
            name={name}
            rename={async (newName) => {
              await api.registeredModels.rename({ name, newName })
              await client.invalidateQueries({ queryKey: ['prompts'] })
              await navigate({ to: '/prompts/$name', params: { name: newName }, replace: true })
            }}
          />,
        ]}
      >
        <button type="button" onClick={() => setNew(true)}>
          New version
        </button>
        <DeleteModel key={name} name={name} noun="prompt" />
      </Bar>
      {isNew && (
        <NewVersionSheet
          name={name}
          text={template?.text ?? ''}
          isChat={template?.messages !== undefined}
          close={() => setNew(false)}
        />
      )}
      <Loaded query={query}>
        {({ registeredModel: prompt }) => (
          <>
            <PromptLine prompt={prompt} />
            <nav className="tabs" aria-label="Parts of the prompt">
              {([undefined, 'history'] as const).map((part) => (
                <Link
                  key={part ?? ''}
                  to="/prompts/$name"
                  params={{ name }}
                  search={part ? { show: part } : {}}
                  activeOptions={{ exact: true }}
                  aria-current={part === show ? 'page' : undefined}
                >
                  {part === 'history' ? 'History' : 'Versions'}
                </Link>
              ))}
            </nav>
            {show === 'history' ? (
              <main className="scroll">
                <Events name={name} noun="prompt" />
              </main>
            ) : (
              <Versions prompt={prompt} shown={shown} versions={versions} />
            )}
          </>
        )}
      </Loaded>
    </>
  )
}

function PromptLine({ prompt: { name, tags, description = '', creationTimestamp } }: { prompt: RegisteredModel }) {
  const client = useQueryClient()
  return (
    <section className="runline" aria-label="State of the prompt">
      <span>
        <span className="muted">made</span> <When time={creationTimestamp} />
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
      <Note
        name="description"
        text={description}
        save={async (text) => {
          await api.registeredModels.update({ name, description: text })
          await refreshModel(client, name)
        }}
      />
    </section>
  )
}

interface VersionsProps {
  readonly prompt: RegisteredModel
  readonly shown: ModelVersion | undefined
  readonly versions: readonly ModelVersion[]
}

function Versions({ prompt: { name, aliases }, shown, versions }: VersionsProps) {
  const query = useVersions(name)
  return (
    <main className="files prompt">
      <nav aria-label="Versions">
        {versions.map(({ version, description, creationTimestamp }) => (
          <Link
            key={version}
            to="/prompts/$name"
            params={{ name }}
            search={{ version }}
            activeOptions={{ exact: true }}
            aria-current={version === shown?.version ? 'true' : undefined}
          >
            <span className="top">
              <strong>Version {version}</strong>
              {aliases
                .filter((each) => each.version === version)
                .map(({ alias }) => (
                  <span key={alias} className="chip alias" title={alias}>
                    @{middle(alias, 16)}
                  </span>
                ))}
              <span className="muted">
                <When time={creationTimestamp} />
              </span>
            </span>
            <span className="muted clip">{middle(description ?? '', 80)}</span>
          </Link>
        ))}
        {query.isSuccess && versions.length === 0 && <p className="muted empty">It has no versions yet.</p>}
        <More query={query} />
      </nav>
      {shown && <Version key={shown.version} of={shown} aliases={aliases} versions={versions} />}
    </main>
  )
}
