import { dirname, resolve } from 'node:path'
import type { Roots } from '../artifacts/roots.ts'
import type { Blobs } from '../blobs/blobs.ts'
import { fileBlobs } from '../blobs/files.ts'
import { isObjectStore, openObjectStore } from '../blobs/open.ts'
import type { Db } from '../db/db.ts'
import { openDb } from '../db/open.ts'
import type { Config } from './config.ts'
import { makeFolder } from './folder.ts'

/** Opens the store of a server; the folder of a file is made. */
export async function openStore({ backendStoreUri }: Pick<Config, 'backendStoreUri'>): Promise<Db> {
  if (backendStoreUri.startsWith('sqlite:///'))
    makeFolder('backend-store-uri', dirname(resolve(backendStoreUri.slice('sqlite:///'.length))))
  return await openDb(backendStoreUri)
}

/**
 * Opens the places that a server has artifacts in.
 *
 * @throws ApiError for an object store whose library is not installed.
 */
export async function openRoots(config: Config): Promise<Roots> {
  const { serveArtifacts, artifactsDestination, defaultArtifactRoot } = config
  const stores = new Map<string, Blobs>()
  async function open(field: string, uri: string): Promise<Blobs> {
    const root = uri.replace(/\/+$/, '')
    const blobs = stores.get(root) ?? (await openObjectStore(field, uri, process.env))
    stores.set(root, blobs)
    return blobs
  }
  const openServed = async () =>
    isObjectStore(artifactsDestination)
      ? await open('artifacts-destination', artifactsDestination)
      : fileBlobs(toFolder(artifactsDestination))

  if (isObjectStore(defaultArtifactRoot)) await open('default-artifact-root', defaultArtifactRoot)
  return {
    ...(serveArtifacts && { served: await openServed() }),
    folders: /^[a-z][a-z0-9+.-]+:/i.test(defaultArtifactRoot) ? [] : [resolve(defaultArtifactRoot)],
    stores,
  }
}

/** Makes the folder of the artifacts that a server serves, so that it is refused at once where it cannot be. */
export function makeDestination({ serveArtifacts, artifactsDestination }: Config): void {
  if (serveArtifacts && !isObjectStore(artifactsDestination))
    makeFolder('artifacts-destination', toFolder(artifactsDestination))
}

const toFolder = (destination: string) => resolve(destination.replace(/^file:(\/\/)?/, ''))
