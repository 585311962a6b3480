import { posix } from 'node:path'
import type { Direct } from '../blobs/blobs.ts'
import { checkPath } from '../blobs/path.ts'
import { invalid } from '../wire/errors.ts'
import type { artifacts, FileInfo, versionArtifacts } from '../wire/artifacts.ts'
import type { Handlers } from '../wire/endpoint.ts'
import type { modelArtifacts } from '../wire/logged-models.ts'
import { download } from './download.ts'
import { placeOf, type Roots } from './roots.ts'

const LARGEST_UPLOAD = 10 * 1024 * 1024
const LONGEST_RIGHT_S = 7 * 24 * 60 * 60

type UriOf = (id: string) => Promise<string>

interface Deps {
  readonly roots: Roots
  readonly uriOfRun: UriOf
  readonly uriOfModel: UriOf
  /** Where a version of a registered model has its files. */
  readonly uriOfVersion: (name: string, version: number) => Promise<string>
}

export function artifactHandlers({
  roots,
  uriOfRun,
  uriOfModel,
}: Omit<Deps, 'uriOfVersion'>): Handlers<typeof artifacts> {
  return {
    async list({ runId, path = '' }) {
      const uri = await uriOfRun(runId)
      return { rootUri: uri, files: await listBelow(uri, checkPath('path', path), roots) }
    },

    async get({ runId, path }, { request }) {
      const { blobs, folder } = placeOf(await uriOfRun(runId), roots)
      return await download(blobs, posix.join(folder, checkPath('path', path)), request)
    },

    async uploadToRun({ runUuid, path }, { request }) {
      const { blobs, folder } = placeOf(await uriOfRun(runUuid), roots)
      const length = Number(request.headers.get('content-length') ?? NaN)
      if (!(length > 0 && length <= LARGEST_UPLOAD))
        throw invalid('body', `expected 1 byte to ${LARGEST_UPLOAD} bytes with a Content-Length, got ${length}`)
      await blobs.write(posix.join(folder, checkFile('path', path)), bodyOf(request))
      return {}
    },

    async signDownload({ runId, path, expiration }) {
      checkSeconds(expiration)
      const { direct, file } = directTo(await uriOfRun(runId), checkFile('path', path), roots)
      const { url, headers, size } = await direct.signDownload(file, expiration)
      return { presignedUrl: url, headers, fileSize: size }
    },

    async signUpload({ runId = '', modelId = '', path, expiration }) {
      if ((runId === '') === (modelId === '')) throw invalid('run_id', `expected either 'run_id' or 'model_id'`)
      checkSeconds(expiration)
      const uri = await (runId === '' ? uriOfModel(modelId) : uriOfRun(runId))
      const { direct, file } = directTo(uri, checkFile('path', path), roots)
      const { url, headers } = await direct.signUpload(file, expiration)
      return { presignedUrl: url, headers }
    },
  }
}

export function modelArtifactHandlers({
  roots,
  uriOfModel,
}: Pick<Deps, 'roots' | 'uriOfModel'>): Handlers<typeof modelArtifacts> {
  return {
    async list({ modelId, artifactDirectoryPath = '' }) {
      const uri = await uriOfModel(modelId)
      return {
        rootUri: uri,
        files: await listBelow(uri, checkPath('artifact_directory_path', artifactDirectoryPath), roots),
      }
    },

    async get({ modelId, artifactFilePath }, { request }) {
      const { blobs, folder } = placeOf(await uriOfModel(modelId), roots)
      return await download(blobs, posix.join(folder, checkPath('artifact_file_path', artifactFilePath)), request)
    },
  }
}

export function versionArtifactHandlers({
  roots,
  uriOfVersion,
}: Pick<Deps, 'roots' | 'uriOfVersion'>): Handlers<typeof versionArtifacts> {
  return {
    async get({ name, version, path }, { request }) {
      const { blobs, folder } = placeOf(await uriOfVersion(name, version), roots)
      return await download(blobs, posix.join(folder, checkPath('path', path)), request)
    },
  }
}

/** @throws ApiError for artifacts that are only to be had through this server. */
function directTo(uri: string, path: string, roots: Roots): { direct: Direct; file: string } {
  const { blobs, folder } = placeOf(uri, roots)
  if (!blobs.direct) throw invalid('path', `'${uri}' is not in an object store; send the file through this server`)
  return { direct: blobs.direct, file: posix.join(folder, path) }
}

function checkSeconds(expiration: number): void {
  if (expiration < 1 || expiration > LONGEST_RIGHT_S)
    throw invalid('expiration', `expected 1 to ${LONGEST_RIGHT_S} seconds, got ${expiration}`)
}

async function listBelow(uri: string, path: string, roots: Roots): Promise<FileInfo[]> {
  const { blobs, folder } = placeOf(uri, roots)
  const infos = await blobs.list(posix.join(folder, path))
  return infos.map((info) => toFileInfo(info, folder === '' ? info.path : info.path.slice(folder.length + 1)))
}

/** A path that names a file. */
export function checkFile(field: string, path: string): string {
  const checked = checkPath(field, path)
  if (checked === '' || path.endsWith('/')) throw invalid(field, `Invalid path '${path}': it must name a file`)
  return checked
}

export const toFileInfo = ({ isDir, size }: { isDir: boolean; size?: number }, path: string): FileInfo => ({
  path,
  isDir,
  ...(size !== undefined && { fileSize: size }),
})

export const bodyOf = ({ body }: Request) => body ?? new Uint8Array()
