import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { fileBlobs } from '../blobs/files.ts'
import type { Artifacts } from './source.ts'

/** Where the artifacts of a source lie on this machine, of which it knows only what its server called them. */
export interface Places {
  /** The folder that `mlflow-artifacts:/` means. */
  readonly served: string | undefined
  /** The folder that relative paths begin at. */
  readonly base: string
}

/**
 * Finds the folder that an artifact URI means.
 *
 * A client chose the URI, so a folder is only opened when its path holds the id
 * of the run or the model: MLflow puts it there, and no file of the system has it.
 *
 * @param moved - Where the folder is when it came here from another machine.
 */
export function locate(uri: string, id: string, places: Places, moved?: string): Artifacts {
  const folder = folderOf(uri, places)
  if (moved && existsSync(moved) && !(folder && existsSync(folder)))
    return { uri: uri.startsWith('mlflow-artifacts:') ? uri : pathToFileURL(moved).href, files: fileBlobs(moved) }
  const known = folder && folder.split(/[/\\]/).includes(id) && isHere(folder)
  return known ? { uri, files: fileBlobs(folder) } : { uri }
}

function folderOf(uri: string, { served, base }: Places): string | undefined {
  const proxied = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.*)$/.exec(uri)
  if (proxied) return served && join(served, proxied[1]!)
  if (!/^[a-z][a-z0-9+.-]+:/i.test(uri)) return resolve(base, uri)
  try {
    return fileURLToPath(uri.replace(/^file:(?!\/\/)/i, 'file://'))
  } catch {
    return undefined // another scheme, or a file of another machine
  }
}

/** A run that logged no artifacts has no folder, but some folder above it is there unless it came from another machine. */
function isHere(folder: string): boolean {
  const run = dirname(folder)
  const experiment = dirname(run)
  return [folder, run, experiment, dirname(experiment)].some((each) => dirname(each) !== each && existsSync(each))
}
