import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { invalid } from '../wire/errors.ts'
import type { Source } from './source.ts'

export interface SourceOptions {
  /** The folder that `mlflow-artifacts:/` means there; `mlartifacts` beside it when absent. */
  readonly artifacts?: string | undefined
}

/**
 * Opens what somebody named to import from: a folder that MLflow wrote, a SQLite
 * file or the URI of a database, or the address of a server.
 *
 * @throws ApiError with a sentence when it is none, or cannot be read.
 */
export async function openSource(named: string, options: SourceOptions = {}): Promise<Source> {
  if (/^https?:\/\//.test(named)) return (await import('./server-source.ts')).openServerSource(named)
  if (/^(postgres|mysql|mariadb)/.test(named) && named.includes('://'))
    return await (await database()).openDatabaseSource(named, placesBeside(resolve('.'), options))
  const path = toPath(named)
  if (!existsSync(path)) throw invalid('source', `there is no file and no folder '${path}'`)
  const places = placesBeside(dirname(path), options)
  if (!statSync(path).isDirectory()) return await (await database()).openDatabaseSource(`sqlite:///${path}`, places)
  return await (await import('./folder-source.ts')).openFolderSource(path, places)
}

const database = () => import('./database-source.ts')

function toPath(named: string): string {
  if (/^sqlite(\+\w+)?:\/\/\//.test(named)) return resolve(named.replace(/^sqlite(\+\w+)?:\/\/\//, ''))
  if (named.startsWith('file:')) return fileURLToPath(named.replace(/^file:(?!\/\/)/, 'file://'))
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(named))
    throw invalid('source', `expected a folder, a database (sqlite, postgresql, mysql) or http://…, got '${named}'`)
  return resolve(named)
}

/** MLflow's server keeps artifacts in `mlartifacts` of the folder it is started in, beside its database. */
function placesBeside(folder: string, { artifacts }: SourceOptions) {
  const beside = join(folder, 'mlartifacts')
  return { base: folder, served: artifacts ? resolve(artifacts) : existsSync(beside) ? beside : undefined }
}
