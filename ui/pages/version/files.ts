import { useQuery } from '@tanstack/react-query'
import type { ModelVersion } from '../../../src/wire/model-versions.ts'
import { api, baseUrl } from '../../api.ts'
import { modelFile } from '../../parts/files/place.ts'
import { type Description, readDescription } from './description.ts'

/** Larger ones are no descriptions. */
const MOST_BYTES = 1_048_576

export interface ModelFiles {
  /** Paths of the files that lie at the top. */
  readonly names: readonly string[]
  /** What the file `MLmodel` says; nothing where there is none. */
  readonly description: Description | undefined
}

/** The files of a version, where this server can list them. */
export const useVersionFiles = (version: ModelVersion | undefined) =>
  useQuery({
    queryKey: ['model', version?.name, 'files', version?.version],
    enabled: version !== undefined,
    staleTime: Infinity,
    queryFn: ({ signal }) => readVersionFiles(version!, signal),
  })

export async function readVersionFiles(version: ModelVersion, signal: AbortSignal): Promise<ModelFiles> {
  const names = await listFiles(version, signal)
  return await describe(names, versionFile(version, 'MLmodel'), signal)
}

/** The files of a logged model. */
export const useLoggedModelFiles = (modelId: string) =>
  useQuery({
    queryKey: ['logged-model', modelId, 'files'],
    queryFn: async ({ signal }): Promise<ModelFiles> => {
      const { files } = await api.modelArtifacts.list({ modelId }, { signal })
      return await describe(filesOf(files), modelFile(modelId, 'MLmodel'), signal)
    },
  })

async function describe(names: readonly string[], url: string, signal: AbortSignal): Promise<ModelFiles> {
  if (!names.includes('MLmodel')) return { names, description: undefined }
  const response = await fetch(url, { signal })
  const text = await response.text()
  return { names, description: response.ok && text.length <= MOST_BYTES ? await readDescription(text) : undefined }
}

async function listFiles({ name, version, modelId }: ModelVersion, signal: AbortSignal): Promise<string[]> {
  if (modelId) return filesOf((await api.modelArtifacts.list({ modelId }, { signal })).files)
  const { artifactUri } = await api.modelVersions.downloadUri({ name, version }, { signal })
  const [, scheme, place = ''] = /^(runs|mlflow-artifacts):\/+(.*)$/.exec(artifactUri) ?? []
  if (scheme === 'mlflow-artifacts') return filesOf((await api.proxy.list({ path: place }, { signal })).files)
  if (scheme !== 'runs') return [] // an object store's own, which this page does not ask
  const [runId = '', ...path] = place.split('/')
  const { files } = await api.artifacts.list({ runId, ...(path.length > 0 && { path: path.join('/') }) }, { signal })
  return filesOf(files)
}

const filesOf = (files: readonly { path: string; isDir: boolean }[]) =>
  files.filter(({ isDir }) => !isDir).map(({ path }) => path.slice(path.lastIndexOf('/') + 1))

export const versionFile = ({ name, version }: Pick<ModelVersion, 'name' | 'version'>, path: string) =>
  `${baseUrl}/model-versions/get-artifact?${new URLSearchParams({ name, version: String(version), path })}`
