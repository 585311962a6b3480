import type { Sql } from '../db/db.ts'
import { getLoggedModel } from '../tracking/logged-models-store.ts'
import { findRun } from '../tracking/runs-store.ts'
import { invalid, notFound } from '../wire/errors.ts'
import { findAlias, getModel } from './models-store.ts'
import { isLatest } from './names.ts'
import { STAGES } from './stages.ts'
import { getVersion, highestVersion, latestVersions, type VersionRow } from './versions-store.ts'

/** Schemes whose host is that of the store, not one that whoever registers a version chose. */
const TRUSTED = ['s3', 'gs', 'wasb', 'wasbs', 'dbfs']

interface Given {
  readonly source: string
  readonly runId: string
  readonly modelId: string
}

/** What a version is made from. */
export interface Origin {
  /** As it is kept: with the version's number where an alias or a stage was given. */
  readonly source: string
  /** Where the files are. */
  readonly location: string
  readonly runId: string
  readonly modelId: string
  /** The version that it is a copy of. */
  readonly copied?: { readonly model: number; readonly version: number }
}

/**
 * Follows the source of a new version to its files.
 *
 * A version makes files readable to everyone who may read the model, so a
 * source must be in an object store or belong to the run or the logged model
 * that is named beside it.
 *
 * @throws ApiError `INVALID_PARAMETER_VALUE` for any other, `RESOURCE_DOES_NOT_EXIST` for what it names in vain.
 */
export async function resolveSource(sql: Sql, given: Given): Promise<Origin> {
  const { source, modelId } = given
  checkTraversal(source)
  const logged = /^models:\/+([^/@]+)$/.exec(source)?.[1]
  if (logged !== undefined && logged !== modelId)
    throw invalid('source', `'${source}' must be the logged model that 'model_id' names`)
  const model = modelId ? await getLoggedModel(sql, modelId) : undefined
  const runId = given.runId || model?.source_run_id || ''
  const plain = { source, location: source, runId, modelId }

  const registered = /^models:\/+([^/@]+)(?:\/([^/@]+)|@([^/]+))$/.exec(source)
  if (registered) {
    const row = await findVersion(sql, registered[1]!, registered[2], registered[3])
    return {
      source: `models:/${row.name}/${row.version}`,
      location: row.storage_location,
      runId: runId || row.run_id,
      modelId: modelId || row.model_id,
      copied: { model: row.model, version: row.version },
    }
  }
  if (logged !== undefined) return { ...plain, location: model!.artifact_uri }
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(source)?.[1]?.toLowerCase()
  if (scheme === 'runs') {
    if (!given.runId || source.split('/').filter(Boolean)[1] !== given.runId)
      throw invalid('source', `'${source}' must be in the run that 'run_id' names`)
    return plain
  }
  if (scheme && TRUSTED.includes(scheme)) return plain
  if (scheme === undefined || scheme === 'file' || /^mlflow-artifacts:\/(?!\/)/.test(source)) {
    const homes = [model?.artifact_uri, given.runId && (await findRun(sql, given.runId))?.artifact_uri]
    if (homes.some((home) => home && isWithin(source, home))) return plain
    throw invalid('source', `'${source}' must be among the artifacts of what 'run_id' or 'model_id' names`)
  }
  throw invalid('source', `'${source}' leads to a host of its own; expected one of ${TRUSTED.join(', ')}, runs, models`)
}

/**
 * Finds the version that the end of a `models:/` URI means: a number, a stage, `latest`, or an alias.
 *
 * @throws ApiError `RESOURCE_DOES_NOT_EXIST`
 */
export async function findVersion(
  sql: Sql,
  name: string,
  at: string | undefined,
  alias: string | undefined,
): Promise<VersionRow> {
  const { id } = await getModel(sql, name)
  if (at && /^\d+$/.test(at)) return await getVersion(sql, name, Number(at))
  if (isLatest(at ?? alias!)) return (await highestVersion(sql, id)) ?? failWith(`${name}/latest`)
  if (alias !== undefined) {
    const version = await findAlias(sql, id, alias)
    return version === undefined ? failWith(`${name}@${alias}`) : await getVersion(sql, name, version)
  }
  const stage = STAGES.find((each) => each.toLowerCase() === at!.toLowerCase())
  const found = (await latestVersions(sql, [id])).find((row) => row.stage === stage)
  return found ?? failWith(`${name}/${at}`)
}

const failWith = (what: string): never => {
  throw notFound('Model version', what)
}

function checkTraversal(source: string): void {
  let decoded = source
  for (let before = ''; before !== decoded;) {
    before = decoded
    decoded = decodeOnce(decoded)
  }
  if (decoded.split(/[/\\]/).includes('..') || /\p{Cc}/u.test(decoded))
    throw invalid('source', `'${source.slice(0, 200)}' must not contain '..' or control characters`)
}

function decodeOnce(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a lone '%' stands for itself
  }
}

const isWithin = (place: string, home: string) => place === home || place.startsWith(`${home.replace(/\/$/, '')}/`)
