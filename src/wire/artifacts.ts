import { endpoint, raw } from './endpoint.ts'
import { bool, int64, legacy, list, message, nonEmpty, optional, string, type Value } from './schema.ts'

export const FileInfo = message('FileInfo', {
  /** From the run's artifact root in a run's list, the bare name in the proxy's. */
  path: string,
  isDir: bool,
  /** Bytes; absent for directories. */
  fileSize: optional(int64),
})
export type FileInfo = Value<typeof FileInfo>

const runId = legacy(nonEmpty, 'run_uuid')
const nothing = message('Empty', {})
const atPath = message('ArtifactPath', { artifactPath: nonEmpty })

export const artifacts = {
  list: endpoint({
    method: 'GET',
    path: '/{api}/2.0/mlflow/artifacts/list',
    access: { resource: 'run', by: 'runId', permission: 'READ' },
    request: message('ListArtifacts', { runId, path: optional(string), pageToken: optional(string) }),
    response: message('ListArtifacts.Response', {
      rootUri: string,
      files: list(FileInfo),
      nextPageToken: optional(string),
    }),
  }),
  get: endpoint({
    method: 'GET',
    path: '/get-artifact',
    access: { resource: 'run', by: 'runId', permission: 'READ' },
    request: message('GetArtifact', { runId, path: nonEmpty }),
    response: raw,
  }),
  uploadToRun: endpoint({
    method: 'POST',
    path: '/ajax-api/2.0/mlflow/upload-artifact',
    access: { resource: 'run', by: 'runUuid', permission: 'EDIT' },
    rawBody: true,
    request: message('UploadArtifact', { runUuid: nonEmpty, path: nonEmpty }),
    response: nothing,
  }),
}

/** The artifact proxy: what `mlflow-artifacts:/` addresses. */
export const proxy = {
  list: endpoint({
    method: 'GET',
    path: '/{api}/2.0/mlflow-artifacts/artifacts',
    access: { resource: 'artifact', by: 'path', permission: 'READ' },
    request: message('ListProxyArtifacts', { path: optional(string) }),
    response: message('ListProxyArtifacts.Response', { files: list(FileInfo) }),
  }),
  download: endpoint({
    method: 'GET',
    path: '/{api}/2.0/mlflow-artifacts/artifacts/:artifactPath{.+}',
    access: { resource: 'artifact', by: 'artifactPath', permission: 'READ' },
    request: atPath,
    response: raw,
  }),
  upload: endpoint({
    method: 'PUT',
    path: '/{api}/2.0/mlflow-artifacts/artifacts/:artifactPath{.+}',
    access: { resource: 'artifact', by: 'artifactPath', permission: 'EDIT' },
    rawBody: true,
    request: atPath,
    response: nothing,
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/{api}/2.0/mlflow-artifacts/artifacts/:artifactPath{.+}',
    access: { resource: 'artifact', by: 'artifactPath', permission: 'MANAGE' },
    request: atPath,
    response: nothing,
  }),
  createMultipart: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow-artifacts/mpu/create/:artifactPath{.+}',
    access: { resource: 'artifact', by: 'artifactPath', permission: 'EDIT' },
    request: message('CreateMultipartUpload', { artifactPath: nonEmpty, path: nonEmpty, numParts: optional(int64) }),
    response: nothing,
  }),
  getPresigned: endpoint({
    method: 'GET',
    path: '/{api}/2.0/mlflow-artifacts/presigned/:artifactPath{.+}',
    access: { resource: 'artifact', by: 'artifactPath', permission: 'READ' },
    request: atPath,
    response: nothing,
  }),
}
