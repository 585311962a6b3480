import { createHash } from 'node:crypto'
import { type Client, createClient } from '../client/client.ts'
import { serverAt } from '../sdk/open.node.ts'
import { ApiError } from '../wire/errors.ts'
import { experiments as experimentCalls, KeyValue } from '../wire/experiments.ts'
import { contract } from '../wire/index.ts'
import { defaults, int64, list, message, optional, string } from '../wire/schema.ts'
import { pointColumns } from './point-columns.ts'
import type { Artifacts, Files, Omission, Series, Source } from './source.ts'

const AT_ONCE = 1000
const MODELS_AT_ONCE = 50
const POINTS_AT_ONCE = 25_000

/** Of experiments, servers of MLflow 1 and 2 leave out what did not exist then. */
const foreignContract = {
  experiments: {
    search: {
      ...experimentCalls.search,
      response: message('SearchExperiments.Response', {
        experiments: list(
          message('Experiment', {
            experimentId: string,
            name: string,
            artifactLocation: defaults(string, ''),
            lifecycleStage: defaults(string, 'active'),
            lastUpdateTime: defaults(int64, 0),
            creationTime: defaults(int64, 0),
            tags: list(KeyValue),
            workspace: defaults(string, 'default'),
          }),
        ),
        nextPageToken: optional(string),
      }),
    },
  },
  runs: contract.runs,
  metrics: contract.metrics,
  artifacts: contract.artifacts,
  loggedModels: contract.loggedModels,
  modelArtifacts: contract.modelArtifacts,
  registeredModels: contract.registeredModels,
}

export type ServerClient = Client<typeof foreignContract>

/**
 * A running server of MLflow or Millrace, read through its REST API.
 *
 * @param uri - `http://host:5000`; credentials there or in `MLFLOW_TRACKING_USERNAME`, `…_PASSWORD`, `…_TOKEN`.
 */
export function openServerSource(uri: string): Source {
  const at = serverAt(uri)
  const client = createClient(foreignContract, at)
  const host = at.baseUrl.replace(/^https?:\/\//, '').replace(/\/$/, '')

  /** Who is elsewhere reaches the proxy of this server by its name. */
  const fromElsewhere = (artifactUri: string) =>
    artifactUri.replace(/^mlflow-artifacts:\/(?!\/)/, `mlflow-artifacts://${host}/`)

  return {
    name: at.baseUrl,
    what: 'a server',
    lacks: ['times at which runs were deleted', 'logged models that were deleted'],
    totals: async () => ({}), // it has no way to count
    omissions: () => countOthers(client),
    close: async () => {},

    experiments: () =>
      paged(async (pageToken) => {
        const answer = await client.experiments.search({ maxResults: AT_ONCE, viewType: 'ALL', ...pageToken })
        return [answer.experiments, answer.nextPageToken]
      }),

    async *runs(experimentId) {
      for (let token: string | undefined; ;) {
        const { runs, nextPageToken } = await client.runs.search({
          experimentIds: [experimentId],
          runViewType: 'ALL',
          maxResults: AT_ONCE,
          orderBy: ['attributes.start_time ASC'], // so that new runs come on the last page
          ...(token && { pageToken: token }),
        })
        for (const run of runs) {
          const { runId, status, artifactUri } = run.info
          const keys = run.data.metrics.map(({ key }) => key)
          yield {
            runId,
            mark: markOf(run),
            isRunning: status === 'RUNNING',
            read: async () => ({ run }),
            series: () => readSeries(client, runId, keys),
            artifacts: () => readable(fromElsewhere(artifactUri), runFiles(client, runId)),
          }
        }
        token = nextPageToken
        if (!token) return
      }
    },

    async *models(experimentId) {
      const models = await paged(async (pageToken) => {
        const answer = await client.loggedModels
          .search({ experimentIds: [experimentId], maxResults: MODELS_AT_ONCE, ...pageToken })
          .catch(ifUnknown({ models: [], nextPageToken: undefined }))
        return [answer.models, answer.nextPageToken]
      })
      for (const model of models) {
        const { modelId, artifactUri } = model.info
        yield {
          modelId,
          mark: markOf(model),
          model,
          lifecycleStage: 'active',
          artifacts: () => readable(fromElsewhere(artifactUri), modelFiles(client, modelId)),
        }
      }
    },
  }
}

type Page<T> = readonly [items: readonly T[], nextPageToken: string | undefined]

async function paged<T>(ask: (token: { pageToken?: string }) => Promise<Page<T>>): Promise<T[]> {
  const found: T[] = []
  for (let token: string | undefined; ;) {
    const [items, next] = await ask(token ? { pageToken: token } : {})
    found.push(...items)
    if (!next) return found
    token = next
  }
}

async function* readSeries(client: ServerClient, runId: string, keys: readonly string[]): AsyncIterable<Series> {
  for (const metricKey of keys)
    for (let token: string | undefined; ;) {
      const { metrics, nextPageToken } = await client.metrics.getHistory({
        runId,
        metricKey,
        maxResults: POINTS_AT_ONCE,
        ...(token && { pageToken: token }),
      })
      const columns = pointColumns()
      for (const { step, timestamp, value } of metrics) columns.push(step, timestamp, value)
      yield { key: metricKey, points: columns.points() }
      token = nextPageToken
      if (!token) break
    }
}

/** Files that cannot even be listed stay where they are. */
async function readable(uri: string, files: Files): Promise<Artifacts> {
  try {
    await files.list('')
    return { uri, files }
  } catch (error) {
    if (error instanceof ApiError) return { uri }
    throw error
  }
}

const runFiles = (client: ServerClient, runId: string): Files => ({
  async list(path) {
    const { files } = await client.artifacts.list({ runId, ...(path && { path }) })
    return files.map(toInfo)
  },
  read: async (path) => toBlob(await client.artifacts.get({ runId, path })),
})

const modelFiles = (client: ServerClient, modelId: string): Files => ({
  async list(path) {
    const { files } = await client.modelArtifacts.list({ modelId, ...(path && { artifactDirectoryPath: path }) })
    return files.map(toInfo)
  },
  read: async (path) => toBlob(await client.modelArtifacts.get({ modelId, artifactFilePath: path })),
})

const toInfo = ({ path, isDir, fileSize }: { path: string; isDir: boolean; fileSize?: number | undefined }) => ({
  path,
  isDir,
  ...(fileSize !== undefined && { size: fileSize }),
})

const toBlob = ({ body, headers }: Response) => ({
  stream: body ?? new Blob([]).stream(),
  size: Number(headers.get('content-length') ?? 0),
  etag: headers.get('etag') ?? '',
  modified: new Date(headers.get('last-modified') ?? 0),
})

async function countOthers(client: ServerClient): Promise<Omission[]> {
  const models = await paged(async (pageToken) => {
    const answer = await client.registeredModels.search({ maxResults: AT_ONCE, ...pageToken })
    return [answer.registeredModels, answer.nextPageToken]
  })
  return models.length > 0 ? [{ what: 'registered models', count: models.length }] : []
}

/** What an older server does not know yields `instead`. */
const ifUnknown =
  <T>(instead: T) =>
  (error: unknown): T => {
    if (error instanceof ApiError && error.code === 'ENDPOINT_NOT_FOUND') return instead
    throw error
  }

const markOf = (value: unknown) => createHash('sha1').update(JSON.stringify(value)).digest('hex')
