import { posix } from 'node:path'
import type { Blobs } from '../blobs/blobs.ts'
import { checkPath } from '../blobs/path.ts'
import { ApiError, invalid } from '../wire/errors.ts'
import type { artifacts, FileInfo, proxy } from '../wire/artifacts.ts'
import type { Handlers } from '../wire/endpoint.ts'
import type { modelArtifacts } from '../wire/logged-models.ts'
import { download } from './download.ts'
import { placeOf, type Roots } from './roots.ts'

const LARGEST_UPLOAD = 10 * 1024 * 1024

interface Deps {
  readonly roots: Roots
  /** The artifact URI of a run or a logged model. */
  readonly uriOf: (id: string) => Promise<string>
}

export function artifactHandlers({ roots, uriOf }: Deps): Handlers<typeof artifacts> {
  return {
    async list({ runId, path = '' }) {
      const uri = await uriOf(runId)
      return { rootUri: uri, files: await listBelow(uri, checkPath('path', path), roots) }
    },

    async get({ runId, path }, { request }) {
      const { blobs, folder } = placeOf(await uriOf(runId), roots)
      return await download(blobs, posix.join(folder, checkPath('path', path)), request)
    },

    async uploadToRun({ runUuid, path }, { request }) {
      const { blobs, folder } = placeOf(await uriOf(runUuid), roots)
      const length = Number(request.headers.get('content-length') ?? NaN)
      if (!(length > 0 && length <= LARGEST_UPLOAD))
        throw invalid('body', `expected 1 byte to ${LARGEST_UPLOAD} bytes with a Content-Length, got ${length}`)
      await blobs.write(posix.join(folder, checkFile('path', path)), bodyOf(request))
      return {}
    },
  }
}

export function modelArtifactHandlers({ roots, uriOf }: Deps): Handlers<typeof modelArtifacts> {
  return {
    async list({ modelId, artifactDirectoryPath = '' }) {
      const uri = await uriOf(modelId)
      return {
        rootUri: uri,
        files: await listBelow(uri, checkPath('artifact_directory_path', artifactDirectoryPath), roots),
      }
    },

    async get({ modelId, artifactFilePath }, { request }) {
      const { blobs, folder } = placeOf(await uriOf(modelId), roots)
      return await download(blobs, posix.join(folder, checkPath('artifact_file_path', artifactFilePath)), request)
    },
  }
}

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

    createMultipart() {
      throw notOffered('Multipart upload')
    },

    getPresigned() {
      throw notOffered('Presigned download')
    },
  }
}

async function listBelow(uri: string, path: string, roots: Roots): Promise<FileInfo[]> {
  const { blobs, folder } = placeOf(uri, roots)
  const infos = await blobs.list(posix.join(folder, path))
  return infos.map((info) => toFileInfo(info, folder === '' ? info.path : info.path.slice(folder.length + 1)))
}

function checkFile(field: string, path: string): string {
  const checked = checkPath(field, path)
  if (checked === '' || path.endsWith('/')) throw invalid(field, `Invalid path '${path}': it must name a file`)
  return checked
}

const toFileInfo = ({ isDir, size }: { isDir: boolean; size?: number }, path: string): FileInfo => ({
  path,
  isDir,
  ...(size !== undefined && { fileSize: size }),
})

const bodyOf = ({ body }: Request) => body ?? new Uint8Array()

/** Clients know the sentence by its beginning, and fall back to plain requests. */
const notOffered = (what: string) =>
  new ApiError('NOT_IMPLEMENTED', `${what} is not supported for the current artifact repository: files`)
