import { ApiError, invalid } from '../wire/errors.ts'
import type { ModelVersion } from '../wire/model-versions.ts'
import type { RegisteredModel } from '../wire/registered-models.ts'
import { flush, openStore } from './session.node.ts'

export type { ModelVersion, RegisteredModel }

export interface RegisterOptions {
  /** Markdown. */
  readonly description?: string
  readonly tags?: Readonly<Record<string, string>>
}

/**
 * Registers the files at a URI as a new version of a model, which is made when there is none of this name.
 *
 * @param uri - `runs:/run-id/path`, `models:/m-…`, `models:/name/version` for a copy, or a place in an object store.
 * @throws ApiError `INVALID_PARAMETER_VALUE` for a place that a model may not have.
 *
 * @example
 * const { version } = await registerModel(`runs:/${run.runId}/model`, 'digits')
 */
export async function registerModel(uri: string, name: string, options: RegisterOptions = {}): Promise<ModelVersion> {
  const { description, tags = {} } = options
  const { client } = await openStore()
  await flush() // the run may not have reached the store yet
  try {
    await client.registeredModels.create({ name })
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'RESOURCE_ALREADY_EXISTS') throw error
  }
  const runId = /^runs:\/+([^/]+)/.exec(uri)?.[1]
  const modelId = /^models:\/+([^/@]+)$/.exec(uri)?.[1]
  const { modelVersion } = await client.modelVersions.create({
    name,
    source: uri,
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    ...(description !== undefined && { description }),
    ...(runId !== undefined && { runId }),
    ...(modelId !== undefined && { modelId }),
  })
  return modelVersion
}

/**
 * Reads a version.
 *
 * @param uri - `models:/name/3`, `models:/name/Production`, `models:/name/latest` or `models:/name@alias`.
 * @throws ApiError `RESOURCE_DOES_NOT_EXIST`, `INVALID_PARAMETER_VALUE` for an alias that there is not.
 */
export async function getModelVersion(uri: string): Promise<ModelVersion> {
  const [, name, at, alias] = /^models:\/+([^/@]+)(?:\/([^/@]+)|@([^/]+))$/.exec(uri) ?? []
  if (!name)
    throw invalid('uri', `expected models:/name/version, models:/name/stage or models:/name@alias, got '${uri}'`)
  const { client } = await openStore()
  if (at && /^\d+$/.test(at)) return (await client.modelVersions.get({ name, version: Number(at) })).modelVersion
  if (alias ?? /^latest$/i.test(at!))
    return (await client.registeredModels.getByAlias({ name, alias: alias ?? 'latest' })).modelVersion
  const { modelVersions } = await client.registeredModels.latestVersions({ name, stages: [at!] })
  if (!modelVersions[0]) throw new ApiError('RESOURCE_DOES_NOT_EXIST', `Model '${name}' has no version in stage ${at}`)
  return modelVersions[0]
}

/** Reads a model. @throws ApiError `RESOURCE_DOES_NOT_EXIST` */
export async function getModel(name: string): Promise<RegisteredModel> {
  const { client } = await openStore()
  return (await client.registeredModels.get({ name })).registeredModel
}

export interface FindOptions {
  /** In the search grammar, such as `name LIKE 'digits%' and tags.team = 'vision'`. */
  readonly filter?: string
  /** Such as `last_updated_timestamp DESC`. */
  readonly orderBy?: readonly string[]
}

/** Finds models, of all pages. @throws ApiError `INVALID_PARAMETER_VALUE` with the place of what the filter has wrong. */
export async function searchModels(options: FindOptions = {}): Promise<RegisteredModel[]> {
  const { client } = await openStore()
  return await allPages(async (pageToken) => {
    const page = await client.registeredModels.search({ ...toSearch(options), maxResults: 1000, ...pageToken })
    return { found: page.registeredModels, next: page.nextPageToken }
  })
}

/** Finds versions, of all pages: `name = 'digits' and current_stage = 'Production'`. @throws ApiError as `searchModels`. */
export async function searchModelVersions(options: FindOptions = {}): Promise<ModelVersion[]> {
  const { client } = await openStore()
  return await allPages(async (pageToken) => {
    const page = await client.modelVersions.search({ ...toSearch(options), maxResults: 1000, ...pageToken })
    return { found: page.modelVersions, next: page.nextPageToken }
  })
}

/** Points an alias, such as `champion`, at a version. */
export async function setModelAlias(name: string, alias: string, version: number): Promise<void> {
  const { client } = await openStore()
  await client.registeredModels.setAlias({ name, alias, version })
}

export async function deleteModelAlias(name: string, alias: string): Promise<void> {
  const { client } = await openStore()
  await client.registeredModels.deleteAlias({ name, alias })
}

export type Stage = 'None' | 'Staging' | 'Production' | 'Archived'

export interface TransitionOptions {
  /** Whether versions that are in the stage go to Archived; only for Staging and Production. */
  readonly archiveExisting?: boolean
  /** Why; it stands in the history. */
  readonly comment?: string
}

/** Moves a version to a stage. */
export async function setModelStage(
  name: string,
  version: number,
  stage: Stage,
  { archiveExisting = false, comment }: TransitionOptions = {},
): Promise<ModelVersion> {
  const { client } = await openStore()
  const { modelVersion } = await client.modelVersions.transitionStage({
    name,
    version,
    stage,
    archiveExistingVersions: archiveExisting,
    ...(comment !== undefined && { comment }),
  })
  return modelVersion
}

/** Tags a model, or one version of it. */
export async function setModelTag(name: string, key: string, value: string, version?: number): Promise<void> {
  const { client } = await openStore()
  if (version === undefined) await client.registeredModels.setTag({ name, key, value })
  else await client.modelVersions.setTag({ name, version, key, value })
}

const toSearch = ({ filter, orderBy = [] }: FindOptions) => ({
  orderBy: [...orderBy],
  ...(filter !== undefined && { filter }),
})

async function allPages<T>(
  ask: (pageToken: { pageToken?: string }) => Promise<{ found: readonly T[]; next?: string | undefined }>,
): Promise<T[]> {
  const all: T[] = []
  let token: string | undefined
  do {
    const { found, next } = await ask(token === undefined ? {} : { pageToken: token })
    all.push(...found)
    token = next
  } while (token !== undefined)
  return all
}
