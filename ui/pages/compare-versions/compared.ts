import { useQueries, type UseQueryResult } from '@tanstack/react-query'
import type { LoggedModel } from '../../../src/wire/logged-models.ts'
import type { ModelVersion } from '../../../src/wire/model-versions.ts'
import type { Run } from '../../../src/wire/runs.ts'
import { api } from '../../api.ts'
import { isReserved } from '../../parts/parts.tsx'
import type { Field } from '../version/description.ts'
import { readVersionFiles } from '../version/files.ts'
import { measured } from '../version/measured.ts'

/** A version with all that it can be told apart by. */
export interface Compared {
  readonly version: ModelVersion
  readonly run: Run | undefined
  readonly model: LoggedModel | undefined
  readonly fields: readonly Field[]
}

type Pairs = (compared: Compared) => { key: string; value: string | number }[]

export const GROUPS: [title: string, pairs: Pairs][] = [
  ['Metrics', ({ model, run }) => measured(run?.data.metrics, model?.data.metrics)],
  ['Params', ({ model, run }) => [...(run?.data.params ?? []), ...(model?.data.params ?? [])]],
  ['Signature fields', ({ fields }) => fields.map(({ part, name, type }) => ({ key: `${part} ${name}`, value: type }))],
  ['Tags', ({ version }) => version.tags.filter(({ key }) => !isReserved(key))],
  ['Origins', ({ version: { source, description } }) => said({ Source: source, Description: description })],
]

const said = (values: Record<string, string | undefined>) =>
  Object.entries(values).flatMap(([key, value]) => (value ? [{ key, value }] : []))

export const useCompared = (name: string, versions: readonly number[]) =>
  useQueries({
    queries: [...new Set(versions)].map((version) => ({
      queryKey: ['model', name, 'compared', version],
      queryFn: ({ signal }: { signal: AbortSignal }) => read(name, version, signal),
    })),
    combine,
  })

async function read(name: string, version: number, signal: AbortSignal): Promise<Compared> {
  const { modelVersion } = await api.modelVersions.get({ name, version }, { signal })
  const { runId, modelId } = modelVersion
  const [run, model, files] = await Promise.all([
    runId ? api.runs.get({ runId }, { signal }).catch(() => undefined) : undefined,
    modelId ? api.loggedModels.get({ modelId }, { signal }).catch(() => undefined) : undefined,
    readVersionFiles(modelVersion, signal).catch(() => undefined),
  ])
  return { version: modelVersion, run: run?.run, model: model?.model, fields: files?.description?.fields ?? [] }
}

function combine(results: UseQueryResult<Compared>[]) {
  return {
    compared: results.flatMap(({ data }) => (data ? [data] : [])),
    errors: results.flatMap(({ error }) => (error ? [error.message] : [])),
    isPending: results.some((result) => result.isPending),
  }
}
