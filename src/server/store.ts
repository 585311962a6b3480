import { dirname, resolve } from 'node:path'
import type { Roots } from '../artifacts/roots.ts'
import { fileBlobs } from '../blobs/files.ts'
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

/** The places that a server opens artifacts in. */
export function toRoots({ serveArtifacts, artifactsDestination, defaultArtifactRoot }: Config): Roots {
  const folders = /^[a-z][a-z0-9+.-]+:/i.test(defaultArtifactRoot) ? [] : [resolve(defaultArtifactRoot)]
  return serveArtifacts ? { served: fileBlobs(toFolder(artifactsDestination)), folders } : { folders }
}

const toFolder = (destination: string) => resolve(destination.replace(/^file:(\/\/)?/, ''))
