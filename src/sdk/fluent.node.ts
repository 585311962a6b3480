import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join, posix } from 'node:path'
import { ApiError, invalid } from '../wire/errors.ts'
import type { Dataset, Run, RunStatus } from '../wire/runs.ts'
import { artifactWriter } from './artifacts.node.ts'
import { fileJournal, type FileJournal } from './journal.node.ts'
import { type Connection, connect } from './open.node.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { type ActiveRun, createRun, type MetricOptions, type Scalar, type Table } from './run.ts'
import { sourceTags } from './source.node.ts'

export interface StartRunOptions {
  readonly runName?: string
  readonly experimentId?: string
  /** Continues a run instead of making one. */
  readonly runId?: string
  /** Makes it a child of the active run; without it a second run at a time is refused. */
  readonly nested?: boolean
  readonly tags?: Readonly<Record<string, Scalar>>
  /** Markdown, shown as the run's note. */
  readonly description?: string
}

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

interface Store extends Connection {
  readonly outbox: Outbox
  readonly journal: FileJournal
}

const PAGE = 1000
const DEFAULT_URI = 'sqlite:///millrace.db'

const inCallback = new AsyncLocalStorage<ActiveRun>()
const started: ActiveRun[] = []
const stores = new Map<string, Promise<Store>>()
let trackingUri: string | undefined
let experiment: Promise<string> | undefined

const warn = (message: string) => console.error(`millrace: ${message}`)

/** Chooses where runs go: `http://…`, `sqlite:///…` or `postgresql://…`. */
export function setTrackingUri(uri: string): void {
  trackingUri = uri
  experiment = undefined
}

/** Where runs go: what was set, else MILLRACE_TRACKING_URI, MLFLOW_TRACKING_URI, or `sqlite:///millrace.db`. */
export const getTrackingUri = (): string =>
  trackingUri ?? process.env['MILLRACE_TRACKING_URI'] ?? process.env['MLFLOW_TRACKING_URI'] ?? DEFAULT_URI

/** Chooses the experiment of the runs that follow; one that does not exist is made. @returns Its id. */
export async function setExperiment(name: string): Promise<string> {
  experiment = findOrCreateExperiment(name)
  return await experiment
}

/**
 * Starts a run. With a callback the run is active within it, ends as FINISHED
 * when it returns and as FAILED when it throws; without, until `endRun`.
 *
 * The server must be reached to start a run; from then on it may be away.
 *
 * @throws ApiError when the server cannot be reached or refuses.
 */
export async function startRun(options?: StartRunOptions): Promise<ActiveRun>
export async function startRun<T>(options: StartRunOptions, work: (run: ActiveRun) => T | Promise<T>): Promise<T>
export async function startRun<T>(options: StartRunOptions = {}, work?: (run: ActiveRun) => T | Promise<T>) {
  const run = await openRun(options)
  if (!work) {
    started.push(run)
    return run
  }
  return await inCallback.run(run, async () => {
    try {
      const result = await work(run)
      await endQuietly(run, 'FINISHED')
      return result
    } catch (error) {
      await endQuietly(run, 'FAILED')
      throw error
    }
  })
}

/** The run that the log functions write to, if there is one. */
export const activeRun = (): ActiveRun | undefined => inCallback.getStore() ?? started.at(-1)

/** Ends the run that was started last without a callback. */
export async function endRun(status: RunStatus = 'FINISHED'): Promise<void> {
  const run = started.pop()
  if (run) await endQuietly(run, status)
}

export const logParam = async (key: string, value: Scalar) => (await ensureRun()).logParam(key, value)
export const logParams = async (params: Readonly<Record<string, Scalar>>) => (await ensureRun()).logParams(params)
export const logMetric = async (key: string, value: number, options?: MetricOptions) =>
  (await ensureRun()).logMetric(key, value, options)
export const logMetrics = async (metrics: Readonly<Record<string, number>>, options?: MetricOptions) =>
  (await ensureRun()).logMetrics(metrics, options)
export const setTag = async (key: string, value: Scalar) => (await ensureRun()).setTag(key, value)
export const setTags = async (tags: Readonly<Record<string, Scalar>>) => (await ensureRun()).setTags(tags)
export const logText = async (text: string, path: string) => (await ensureRun()).logText(text, path)
export const logDict = async (value: unknown, path: string) => (await ensureRun()).logDict(value, path)
export const logTable = async (table: Table, path: string) => (await ensureRun()).logTable(table, path)
export const logInput = async (data: Dataset, options?: { context?: string }) =>
  (await ensureRun()).logInput(data, options)

/** Logs metrics, params and tags together. */
export async function logBatch(batch: {
  readonly metrics?: Readonly<Record<string, number>>
  readonly params?: Readonly<Record<string, Scalar>>
  readonly tags?: Readonly<Record<string, Scalar>>
  readonly step?: number
}): Promise<void> {
  const run = await ensureRun()
  if (batch.params) run.logParams(batch.params)
  if (batch.metrics) run.logMetrics(batch.metrics, { step: batch.step ?? 0 })
  if (batch.tags) run.setTags(batch.tags)
}

/** Copies a local file, or a folder with all in it, to the run's artifacts. */
export async function logArtifact(localPath: string, artifactPath = ''): Promise<void> {
  const run = await ensureRun()
  if ((await stat(localPath)).isDirectory())
    return logArtifacts(localPath, posix.join(artifactPath, basename(localPath)))
  await run.logBytes(await readFile(localPath), posix.join(artifactPath, basename(localPath)))
}

/** Copies what is in a local folder to the run's artifacts. */
export async function logArtifacts(folder: string, artifactPath = ''): Promise<void> {
  const run = await ensureRun()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const name = file.slice(folder.length).replaceAll('\\', '/').replace(/^\//, '')
    await run.logBytes(await readFile(file), posix.join(artifactPath, name))
  }
}

/** Pixels row by row: 1 byte each (grey) or 4 (red, green, blue, alpha). Shape `[height, width]` or `[height, width, 4]`. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array | Uint8ClampedArray
}

/** Writes an image: encoded bytes as they are, pixels as PNG. */
export async function logImage(image: Uint8Array | Pixels, path: string): Promise<void> {
  const run = await ensureRun()
  await run.logBytes(image instanceof Uint8Array ? image : await encodePng(image), path)
}

/** Writes a figure: SVG or HTML text, image bytes, or a Plotly figure as its JSON. */
export async function logFigure(
  figure: string | Uint8Array | { data: unknown; layout?: unknown },
  path: string,
): Promise<void> {
  const run = await ensureRun()
  if (typeof figure === 'string') return run.logText(figure, path)
  await (figure instanceof Uint8Array ? run.logBytes(figure, path) : run.logDict(figure, path))
}

/** Describes a dataset; its digest is computed from the rest unless it is given. */
export function dataset(
  described: Omit<Dataset, 'digest' | 'sourceType'> & { readonly digest?: string; readonly sourceType?: string },
): Dataset {
  const digest = createHash('md5').update(JSON.stringify(described)).digest('hex').slice(0, 8)
  return { sourceType: 'local', ...described, digest: described.digest ?? digest }
}

/** Finds runs, of all pages, in order. */
export async function searchRuns(options: SearchOptions = {}): Promise<FoundRun[]> {
  const { client } = await openStore()
  const { filter, orderBy, maxResults = Infinity } = options
  const experimentIds = await idsOf(options)
  const found: FoundRun[] = []
  let pageToken: string | undefined
  do {
    const page = await client.runs.search({
      experimentIds,
      maxResults: Math.min(PAGE, maxResults - found.length),
      ...(filter !== undefined && { filter }),
      ...(orderBy && { orderBy }),
      ...(pageToken !== undefined && { pageToken }),
    })
    found.push(...page.runs.map(toFound))
    pageToken = page.nextPageToken
  } while (pageToken !== undefined && found.length < maxResults)
  return found
}

/** @throws ApiError `RESOURCE_DOES_NOT_EXIST` */
export async function getRun(runId: string): Promise<FoundRun> {
  const { client } = await openStore()
  return toFound((await client.runs.get({ runId })).run)
}

/**
 * Waits until everything that was logged has been sent, or is in the journal
 * because the server cannot be reached.
 *
 * @throws ApiError the first thing that the server refused since the last flush.
 */
export async function flush(): Promise<void> {
  for (const store of stores.values()) await (await store).outbox.flush()
}

function openStore(): Promise<Store> {
  const uri = getTrackingUri()
  const known = stores.get(uri)
  if (known) return known
  const opened = connectStore(uri)
  stores.set(uri, opened)
  opened.catch(() => stores.delete(uri))
  return opened
}

async function connectStore(uri: string): Promise<Store> {
  const connection = await connect(uri)
  const journal = fileJournal(uri)
  const { entries, forget } = journal.recover()
  const outbox = createOutbox({
    client: connection.client,
    journal,
    recovered: entries,
    onRecovered() {
      forget()
      warn(`sent ${entries.length} entries that an earlier process could not deliver`)
    },
    warn,
  })
  process.on('beforeExit', () => void outbox.flush().catch(() => {})) // what was refused has been said on stderr
  process.on('exit', outbox.save)
  return { ...connection, outbox, journal }
}

async function openRun({
  runName,
  experimentId,
  runId,
  nested,
  tags = {},
  description,
}: StartRunOptions): Promise<ActiveRun> {
  const parent = activeRun()
  if (parent && !nested)
    throw new ApiError('INVALID_STATE', `Run '${parent.runId}' is active: end it, or start this one with nested: true`)
  const { client, outbox, journal } = await openStore()
  const all = {
    ...Object.fromEntries((await sourceTags()).map(({ key, value }) => [key, value])),
    ...(parent && { 'mlflow.parentRunId': parent.runId }),
    ...(description !== undefined && { 'mlflow.note.content': description }),
    ...tags,
  }
  const { info } =
    runId === undefined
      ? (
          await client.runs.create({
            experimentId: experimentId ?? (await (experiment ?? fromEnvironment())),
            startTime: Date.now(),
            ...(runName !== undefined && { runName }),
            tags: Object.entries(all).map(([key, value]) => ({ key, value: String(value) })),
          })
        ).run
      : await resume(runId)
  const artifacts = artifactWriter({ info, client, outbox, journal })
  return createRun({ info, client, outbox, artifacts, now: Date.now })

  async function resume(id: string) {
    const { runInfo } = await client.runs.update({ runId: id, status: 'RUNNING' })
    return { info: runInfo }
  }
}

/** Ends a run; what the server refused has been said on stderr and does not undo the work. */
async function endQuietly(run: ActiveRun, status: RunStatus): Promise<void> {
  await run.end(status).catch((error: unknown) => {
    if (!(error instanceof ApiError)) throw error
  })
}

async function ensureRun(): Promise<ActiveRun> {
  return activeRun() ?? (await startRun())
}

async function fromEnvironment(): Promise<string> {
  const { env } = process
  const name = env['MILLRACE_EXPERIMENT_NAME'] ?? env['MLFLOW_EXPERIMENT_NAME']
  return env['MLFLOW_EXPERIMENT_ID'] ?? (name ? await findOrCreateExperiment(name) : '0')
}

async function findOrCreateExperiment(name: string): Promise<string> {
  return (await findExperimentId(name)) ?? (await createExperiment(name))
}

/** Makes an experiment. @returns Its id; also when another process was quicker. */
async function createExperiment(name: string): Promise<string> {
  const { client } = await openStore()
  try {
    return (await client.experiments.create({ name })).experimentId
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'RESOURCE_ALREADY_EXISTS') throw error
    return (await client.experiments.getByName({ experimentName: name })).experiment.experimentId
  }
}

async function findExperimentId(name: string): Promise<string | undefined> {
  const { client } = await openStore()
  try {
    const { experiment: found } = await client.experiments.getByName({ experimentName: name })
    if (found.lifecycleStage !== 'active')
      throw invalid('experiment', `'${name}' has been deleted; restore it or choose another`)
    return found.experimentId
  } catch (error) {
    if (error instanceof ApiError && error.code === 'RESOURCE_DOES_NOT_EXIST') return undefined
    throw error
  }
}

async function idsOf({ experimentIds = [], experimentNames = [] }: SearchOptions): Promise<string[]> {
  if (experimentIds.length === 0 && experimentNames.length === 0) return [await (experiment ?? fromEnvironment())]
  const named = await Promise.all(experimentNames.map(findExperimentId))
  return [...experimentIds, ...named.filter((id) => id !== undefined)]
}

function toFound({ info, data }: Run): FoundRun {
  const record = <T>(pairs: readonly { key: string; value: T }[]) =>
    Object.fromEntries(pairs.map(({ key, value }) => [key, value]))
  return { info, metrics: record(data.metrics), params: record(data.params), tags: record(data.tags) }
}

async function encodePng({ width, height, data }: Pixels): Promise<Uint8Array> {
  const { PNG } = await import('pngjs')
  const channels = data.length / (width * height)
  if (channels !== 1 && channels !== 4)
    throw invalid('image', `expected ${width * height} or ${width * height * 4} bytes, got ${data.length}`)
  const png = new PNG({ width, height })
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 4; c++) png.data[i * 4 + c] = channels === 4 ? data[i * 4 + c]! : c === 3 ? 255 : data[i]!
  return PNG.sync.write(png)
}
