import { endpoint, raw } from './endpoint.ts'
import { bool, defaults, int64, legacy, list, map, message, nonEmpty, optional, string, type Value } from './schema.ts'
import { version } from './model-versions.ts'

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
const headers = map(string)
const seconds = (value: number) => defaults(int64, value)
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
  signDownload: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/artifacts/presigned-download-url',
    access: { resource: 'run', by: 'runId', permission: 'READ' },
    request: message('CreatePresignedDownloadUrl', { runId: nonEmpty, path: nonEmpty, expiration: seconds(300) }),
    response: message('CreatePresignedDownloadUrl.Response', { presignedUrl: string, headers, fileSize: int64 }),
  }),
  /** For a file of a run or of a logged model, whichever is named. */
  signUpload: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow/artifacts/presigned-upload-url',
    access: [
      { resource: 'run', by: 'runId', permission: 'EDIT' },
      { resource: 'logged_model', by: 'modelId', permission: 'EDIT' },
    ],
    request: message('CreatePresignedUploadUrl', {
      runId: optional(string),
      modelId: optional(string),
      path: nonEmpty,
      expiration: seconds(900),
    }),
    response: message('CreatePresignedUploadUrl.Response', { presignedUrl: string, headers }),
  }),
}

/** The files of a registered model's version. */
export const versionArtifacts = {
  get: endpoint({
    method: 'GET',
    path: '/model-versions/get-artifact',
    access: { resource: 'registered_model', by: 'name', permission: 'READ' },
    request: message('GetModelVersionArtifact', { name: nonEmpty, version, path: nonEmpty }),
    response: raw,
  }),
}

const upload = { artifactPath: nonEmpty, path: nonEmpty }
const MultipartUploadPart = message('MultipartUploadPart', {
  partNumber: int64,
  etag: string,
  url: optional(string),
})

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
  createUpload: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow-artifacts/mpu/create/:artifactPath{.+}',
    access: { resource: 'artifact', by: 'artifactPath', permission: 'EDIT' },
    request: message('CreateMultipartUpload', { ...upload, numParts: defaults(int64, 1) }),
    response: message('CreateMultipartUpload.Response', {
      uploadId: string,
      credentials: list(message('MultipartUploadCredential', { url: string, partNumber: int64, headers })),
    }),
  }),
  completeUpload: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow-artifacts/mpu/complete/:artifactPath{.+}',
    access: { resource: 'artifact', by: 'artifactPath', permission: 'EDIT' },
    request: message('CompleteMultipartUpload', { ...upload, uploadId: nonEmpty, parts: list(MultipartUploadPart) }),
    response: nothing,
  }),
  abortUpload: endpoint({
    method: 'POST',
    path: '/{api}/2.0/mlflow-artifacts/mpu/abort/:artifactPath{.+}',
    access: { resource: 'artifact', by: 'artifactPath', permission: 'EDIT' },
    request: message('AbortMultipartUpload', { ...upload, uploadId: nonEmpty }),
    response: nothing,
  }),
  signDownload: endpoint({
    method: 'GET',
    path: '/{api}/2.0/mlflow-artifacts/presigned/:artifactPath{.+}',
    access: { resource: 'artifact', by: 'artifactPath', permission: 'READ' },
    request: atPath,
    response: message('GetPresignedDownloadUrl.Response', { url: string, headers, fileSize: int64 }),
  }),
}
