import { posix } from 'node:path'
import type { Blobs, UploadsInParts } from '../blobs/blobs.ts'
import { checkPath } from '../blobs/path.ts'
import type { proxy } from '../wire/artifacts.ts'
import type { Handlers } from '../wire/endpoint.ts'
import { ApiError, invalid } from '../wire/errors.ts'
import { bodyOf, checkFile, toFileInfo } from './artifacts.ts'
import { download } from './download.ts'

const MOST_PARTS = 10_000
const DOWNLOAD_RIGHT_S = 300

/** @param blobs - What `mlflow-artifacts:/` addresses. */
export function proxyHandlers(blobs: Blobs): Handlers<typeof proxy> {
  return {
    async list({ path = '' }) {
      const infos = await blobs.list(checkPath('path', path))
      return { files: infos.map((info) => toFileInfo(info, posix.basename(info.path))) }
    },

    download: ({ artifactPath }, { request }) => download(blobs, checkFile('artifact_path', artifactPath), request),

    async upload({ artifactPath }, { request }) {
      await blobs.write(checkFile('artifact_path', artifactPath), bodyOf(request))
      return {}
    },

    async delete({ artifactPath }) {
      await blobs.remove(checkFile('artifact_path', artifactPath))
      return {}
    },

    async createUpload({ artifactPath, path, numParts }) {
      if (numParts < 1 || numParts > MOST_PARTS)
        throw invalid('num_parts', `expected 1 to ${MOST_PARTS} parts, got ${numParts}`)
      const { uploadId, parts } = await uploads(blobs).create(fileOf(artifactPath, path), numParts)
      return { uploadId, credentials: parts.map((part, i) => ({ ...part, partNumber: i + 1 })) }
    },

    async completeUpload({ artifactPath, path, uploadId, parts }) {
      await uploads(blobs).complete(fileOf(artifactPath, path), uploadId, parts)
      return {}
    },

    async abortUpload({ artifactPath, path, uploadId }) {
      await uploads(blobs).abort(fileOf(artifactPath, path), uploadId)
      return {}
    },

    async signDownload({ artifactPath }) {
      const file = checkFile('artifact_path', artifactPath)
      if (!blobs.direct) throw unsupported('Multipart download')
      const { url, headers, size } = await blobs.direct.signDownload(file, DOWNLOAD_RIGHT_S)
      return { url, headers, fileSize: size }
    },
  }
}

/** The file that an upload makes: in the folder that the URL names, with the name that the file has at the client. */
function fileOf(artifactPath: string, local: string): string {
  const name = local.split(/[/\\]/).at(-1)!
  return checkFile('path', posix.join(checkPath('artifact_path', artifactPath), name))
}

function uploads({ direct }: Blobs): UploadsInParts {
  if (!direct?.inParts) throw unsupported('Multipart upload')
  return direct.inParts
}

/** Clients know the sentence by its beginning, and fall back to plain requests. */
const unsupported = (what: string) =>
  new ApiError('NOT_IMPLEMENTED', `${what} is not supported for the current artifact repository`)
