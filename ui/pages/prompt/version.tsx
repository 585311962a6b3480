import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, useMemo, useState } from 'react'
import type { ModelVersion } from '../../../src/wire/model-versions.ts'
import type { RegisteredModel } from '../../../src/wire/registered-models.ts'
import { api, baseUrl } from '../../api.ts'
import { CopyButton } from '../../parts/copy.tsx'
import { Snippets } from '../../parts/snippets.tsx'
import { Tags } from '../../parts/tags.tsx'
import { RunOf } from '../logged-models/run-of.tsx'
import { Aliases } from '../model/aliases.tsx'
import { type Move, MoveSheet } from '../model/move.tsx'
import { refreshModel } from '../model/use-model.ts'
import { DeleteVersion } from '../version/delete.tsx'
import { Difference } from './difference.tsx'
import { indented, linesOf, readTemplate, type Template as Content, variablesOf } from './read.ts'
import { Template } from './template.tsx'

interface Props {
  readonly of: ModelVersion
  readonly aliases: RegisteredModel['aliases']
  readonly versions: readonly ModelVersion[]
}

/** One version of a prompt, as it reads or as it differs from another. */
export function Version({ of, aliases, versions }: Props) {
  const { name, version, tags, description } = of
  const { against } = useSearch({ from: '/prompts/$name' })
  const navigate = useNavigate({ from: '/prompts/$name' })
  const client = useQueryClient()
  const [move, setMove] = useState<Move>()
  const template = useMemo(() => readTemplate(of), [of])
  const other = versions.find((each) => each.version === against)
  const uri = `prompts:/${name}/${version}`
  return (
    <section className="preview stack" aria-label={`Version ${version}`}>
      <header className="runline">
        <h2>Version {version}</h2>
        <Aliases
          name={name}
          version={version}
          aliases={aliases}
          versions={versions.map((each) => each.version)}
          onMove={setMove}
        />
        <span className="id">
          <span className="mono muted clip">{uri}</span>
          <CopyButton text={uri} label="Copy the URI" />
        </span>
        <Tags
          tags={tags}
          set={async (tag) => {
            await api.modelVersions.setTag({ name, version, ...tag })
            await refreshModel(client, name)
          }}
          remove={async (key) => {
            await api.modelVersions.deleteTag({ name, version, key })
            await refreshModel(client, name)
          }}
        />
        <span className="actions end">
          {versions.length > 1 && (
            <select
              aria-label="Show"
              value={against ?? ''}
              onChange={({ target: { value } }) =>
                void navigate({ search: { version, ...(value && { against: Number(value) }) }, replace: true })
              }
            >
              <option value="">As it reads</option>
              {versions
                .filter((each) => each.version !== version)
                .map((each) => (
                  <option key={each.version} value={each.version}>
                    Against version {each.version}
                  </option>
                ))}
            </select>
          )}
          <DeleteVersion name={name} version={version} leave={() => navigate({ search: {}, replace: true })} />
        </span>
      </header>
      {description && <p>{description}</p>}
      {other ? <Against before={readTemplate(other)} after={template} /> : <Template template={template} />}
      <Variables template={template} />
      <Details title="Model config" json={template.modelConfig} />
      <Details title="Response format" json={template.responseFormat} />
      {template.runIds.length > 0 && (
        <Block title="Used in runs">
          {template.runIds.map((sourceRunId) => (
            <RunOf key={sourceRunId} info={{ sourceRunId, experimentId: '0' }} />
          ))}
        </Block>
      )}
      <Block title="Load it">
        <Snippets texts={snippets(of, template)} />
      </Block>
      {move && <MoveSheet name={name} move={move} close={() => setMove(undefined)} />}
    </section>
  )
}

function Against({ before, after }: { before: Content; after: Content }) {
  const [from, to] = useMemo(() => [linesOf(before), linesOf(after)], [before, after])
  return <Difference before={from} after={to} />
}

function Variables({ template }: { template: Content }) {
  const names = variablesOf(template)
  if (names.length === 0) return null
  return (
    <Block title="Variables">
      <span className="chips">
        {names.map((name) => (
          <var key={name} className="chip">
            {name}
          </var>
        ))}
      </span>
    </Block>
  )
}

const Details = ({ title, json }: { title: string; json: string | undefined }) =>
  json && (
    <Block title={title}>
      <pre className="snippet" tabIndex={0} aria-label={title}>
        {indented(json)}
      </pre>
    </Block>
  )

const Block = ({ title, children }: { title: string; children: ReactNode }) => (
  <section aria-label={title} className="load">
    <h3>{title}</h3>
    {children}
  </section>
)

function snippets({ name, version }: ModelVersion, template: Content): Record<string, string> {
  const given = variablesOf(template).map((variable) => `${variable.replaceAll('.', '_')}="…"`)
  const query = new URLSearchParams({ name, version: String(version) })
  return {
    Python: `import mlflow

mlflow.set_tracking_uri(${JSON.stringify(baseUrl)})
prompt = mlflow.genai.load_prompt(${JSON.stringify(`prompts:/${name}/${version}`)})
prompt.format(${given.join(', ')})`,
    TypeScript: `import * as millrace from 'millrace'

millrace.setTrackingUri(${JSON.stringify(baseUrl)})
const { tags } = await millrace.getModelVersion(${JSON.stringify(`models:/${name}/${version}`)})
const template = tags.find(({ key }) => key === 'mlflow.prompt.text')?.value`,
    curl: `curl -s '${baseUrl}/api/2.0/mlflow/model-versions/get?${query}'`,
  }
}
