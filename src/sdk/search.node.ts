import type { Run } from '../wire/runs.ts'
import { findExperimentId, findOrCreateExperiment } from './experiments.ts'
import { chosenExperiment, openStore, type Store } from './session.node.ts'

/** Which runs are wanted, and in what order. */
export interface SearchOptions {
  readonly experimentIds?: readonly string[]
  readonly experimentNames?: readonly string[]
  /** In the search grammar: `metrics.loss < 0.1 and params.optimizer = 'adam'`. */
  readonly filter?: string
  /** Such as `metrics.accuracy DESC`. */
  readonly orderBy?: readonly string[]
  /** Most runs wanted; all by default. */
  readonly maxResults?: number
}

/** A run as it was found, with what belongs to it by name. */
export interface FoundRun {
  readonly info: Run['info']
  /** The latest value of each metric. */
  readonly metrics: Readonly<Record<string, number>>
  readonly params: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
}

const PAGE = 1000

/**
 * Finds runs, of all pages, in order; of the chosen experiment unless others are named.
 *
 * @throws ApiError `INVALID_PARAMETER_VALUE` with the place of what the filter has wrong.
 *
 * @example
 * const [best] = await searchRuns({ filter: 'metrics.loss < 0.1', orderBy: ['metrics.loss'], maxResults: 1 })
 */
export async function searchRuns(options: SearchOptions = {}): Promise<FoundRun[]> {
  const { client } = await openStore()
  const { filter, orderBy = [], maxResults = Infinity } = options
  const experimentIds = await idsOf(client, options)
  const found: FoundRun[] = []
  let pageToken: string | undefined
  do {
    const page = await client.runs.search({
      experimentIds,
      orderBy: [...orderBy],
      maxResults: Math.min(PAGE, maxResults - found.length),
      ...(filter !== undefined && { filter }),
      ...(pageToken !== undefined && { pageToken }),
    })
    found.push(...page.runs.map(toFound))
    pageToken = page.nextPageToken
  } while (pageToken !== undefined && found.length < maxResults)
  return found
}

/**
 * Reads one run.
 *
 * @throws ApiError `RESOURCE_DOES_NOT_EXIST`
 */
export async function getRun(runId: string): Promise<FoundRun> {
  const { client } = await openStore()
  return toFound((await client.runs.get({ runId })).run)
}

async function idsOf(
  client: Store['client'],
  { experimentIds = [], experimentNames = [] }: SearchOptions,
): Promise<string[]> {
  if (experimentIds.length === 0 && experimentNames.length === 0) {
    const { experimentId, experimentName } = chosenExperiment()
    return [experimentId ?? (await findOrCreateExperiment(client, experimentName!))]
  }
  const named = await Promise.all(experimentNames.map((name) => findExperimentId(client, name)))
  return [...experimentIds, ...named.filter((id) => id !== undefined)]
}

function toFound({ info, data }: Run): FoundRun {
  const record = <T>(pairs: readonly { key: string; value: T }[]) =>
    Object.fromEntries(pairs.map(({ key, value }) => [key, value]))
  return { info, metrics: record(data.metrics), params: record(data.params), tags: record(data.tags) }
}
