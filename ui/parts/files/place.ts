import type { FileInfo } from '../../../src/wire/artifacts.ts'
import type { LoggedModel } from '../../../src/wire/logged-models.ts'
import type { RunInfo } from '../../../src/wire/runs.ts'
import { api, baseUrl } from '../../api.ts'

/** Something that has files. */
export interface Place {
  /** What its lists are remembered under. */
  readonly key: readonly string[]
  /** Where the files are kept. */
  readonly uri: string
  list(folder: string, signal: AbortSignal): Promise<{ readonly files: readonly FileInfo[] }>
  /** The address of a file, for downloads. */
  url(path: string): string
}

export const runPlace = ({ runId, artifactUri }: RunInfo): Place => ({
  key: ['run', runId],
  uri: artifactUri,
  list: (folder, signal) => api.artifacts.list({ runId, ...(folder && { path: folder }) }, { signal }),
  url: (path) => `${baseUrl}/get-artifact?${new URLSearchParams({ run_id: runId, path })}`,
})

export const modelPlace = ({ modelId, artifactUri }: LoggedModel['info']): Place => ({
  key: ['logged-model', modelId],
  uri: artifactUri,
  list: (folder, signal) =>
    api.modelArtifacts.list({ modelId, ...(folder && { artifactDirectoryPath: folder }) }, { signal }),
  url: (path) => modelFile(modelId, path),
})

export const modelFile = (modelId: string, path: string) =>
  `${baseUrl}/ajax-api/2.0/mlflow/logged-models/${encodeURIComponent(modelId)}/artifacts/files?${new URLSearchParams({ artifact_file_path: path })}`
