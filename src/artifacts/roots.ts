import { resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Blobs } from '../blobs/blobs.ts'
import { fileBlobs } from '../blobs/files.ts'
import { checkPath } from '../blobs/path.ts'
import { ApiError } from '../wire/errors.ts'

/** Where the artifacts of one run or model are: a store, and the folder in it. */
export interface Place {
  readonly blobs: Blobs
  readonly folder: string
}

export interface Roots {
  /** What `mlflow-artifacts:/` addresses; absent when this server does not serve artifacts. */
  readonly served?: Blobs
  /** Local folders that artifact URIs may lie in. */
  readonly folders: readonly string[]
  /** Places in object stores that they may lie in, by URI. */
  readonly stores: ReadonlyMap<string, Blobs>
}

/**
 * Finds the place that an artifact URI means, among those this server may open.
 *
 * @throws ApiError for a place that is not below the server's own roots: a
 * client chooses an experiment's location, and must not read the server's disk by it.
 */
export function placeOf(uri: string, { served, folders, stores }: Roots): Place {
  const proxied = /^mlflow-artifacts:\/(?!\/)(.*)$/.exec(uri)
  if (proxied) {
    if (!served) throw new ApiError('TEMPORARILY_UNAVAILABLE', 'This server does not serve artifacts')
    return { blobs: served, folder: checkPath('artifact_uri', proxied[1]!) }
  }
  for (const [root, blobs] of stores)
    if (uri === root || uri.startsWith(`${root}/`))
      return { blobs, folder: checkPath('artifact_uri', uri.slice(root.length + 1)) }
  const file = toFile(uri)
  const root = file && folders.map((folder) => resolve(folder)).find((folder) => isWithin(file, folder))
  if (!root) throw new ApiError('PERMISSION_DENIED', `This server does not open artifacts at '${uri}'`)
  return {
    blobs: fileBlobs(root),
    folder: file
      .slice(root.length + 1)
      .split(sep)
      .join('/'),
  }
}

function toFile(uri: string): string | undefined {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(uri)) return resolve(uri)
  try {
    return fileURLToPath(uri.replace(/^file:(?!\/\/)/i, 'file://'))
  } catch {
    return undefined // another scheme, or a file of another machine
  }
}

const isWithin = (file: string, folder: string) => file === folder || file.startsWith(folder + sep)
