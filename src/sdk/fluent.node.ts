import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { ApiError } from '../wire/errors.ts'
import type { Dataset, RunStatus } from '../wire/runs.ts'
import { runArtifacts } from './artifacts.node.ts'
import { type ActiveRun, createRun, type InputOptions, type LogBatch, type MetricOptions, type Scalar } from './run.ts'
import { experimentId, openStore, type Store } from './session.node.ts'
import { sourceTags } from './source.node.ts'
import type { Table } from './table.ts'

export interface StartRunOptions {
  readonly runName?: string
  readonly experimentId?: string
  /** Continues a run instead of making one; `MLFLOW_RUN_ID` does so for the first. */
  readonly runId?: string
  /** Makes it a child of the active run; without it a second run at a time is refused. */
  readonly nested?: boolean
  readonly tags?: Readonly<Record<string, Scalar>>
  /** Markdown, shown as the run's note. */
  readonly description?: string
}

const inCallback = new AsyncLocalStorage<ActiveRun>()
const started: ActiveRun[] = []

/**
 * Starts a run. With a callback the run is active within it, ends as FINISHED
 * when it returns and as FAILED when it throws; without, until `endRun`.
 *
 * The server must be reached to start a run; from then on it may be away.
 *
 * @throws ApiError when the server cannot be reached or refuses.
 *
 * @example
 * await startRun({ runName: 'baseline' }, async (run) => {
 *   run.logParam('rate', 0.1)
 *   for (let step = 0; step < 10; step++) await run.logMetric('loss', 1 / (step + 1), { step })
 * })
 */
export async function startRun(options?: StartRunOptions): Promise<ActiveRun>
export async function startRun<T>(work: (run: ActiveRun) => T | Promise<T>): Promise<T>
export async function startRun<T>(options: StartRunOptions, work: (run: ActiveRun) => T | Promise<T>): Promise<T>
export async function startRun<T>(
  first: StartRunOptions | ((run: ActiveRun) => T | Promise<T>) = {},
  second?: (run: ActiveRun) => T | Promise<T>,
) {
  const [options, work] = typeof first === 'function' ? [{}, first] : [first, second]
  const run = await openRun(options)
  if (work) return await inCallback.run(run, () => runToEnd(run, work))
  started.push(run)
  return run
}

async function runToEnd<T>(run: ActiveRun, work: (run: ActiveRun) => T | Promise<T>): Promise<T> {
  try {
    const result = await work(run)
    await endQuietly(run, 'FINISHED')
    return result
  } catch (error) {
    await endQuietly(run, 'FAILED')
    throw error
  }
}

/** The run that the log functions write to, if there is one. */
export const activeRun = (): ActiveRun | undefined => inCallback.getStore() ?? started.at(-1)

/** The active run; a new one where there is none, as MLflow does. */
export const ensureRun = async (): Promise<ActiveRun> => activeRun() ?? (await startRun())

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
/** Logs metrics, params and tags together. */
export const logBatch = async (batch: LogBatch) => (await ensureRun()).logBatch(batch)
/** Notes that the run used a dataset, as `dataset` describes it. */
export const logInput = async (data: Dataset, options?: InputOptions) => (await ensureRun()).logInput(data, options)
/** Writes a text file among the run's artifacts. */
export const logText = async (text: string, path: string) => (await ensureRun()).logText(text, path)
/** Writes a value as JSON, or as YAML where the path ends with `.yaml` or `.yml`. */
export const logDict = async (value: unknown, path: string) => (await ensureRun()).logDict(value, path)
/** Writes a table so that MLflow's `load_table` reads it; adds to one that is there. */
export const logTable = async (table: Table, path: string) => (await ensureRun()).logTable(table, path)

/** Describes a dataset; its digest is computed from the rest unless it is given. */
export function dataset(
  described: Omit<Dataset, 'digest' | 'sourceType'> & { readonly digest?: string; readonly sourceType?: string },
): Dataset {
  const digest = createHash('md5').update(JSON.stringify(described)).digest('hex').slice(0, 8)
  return { sourceType: 'local', ...described, digest: described.digest ?? digest }
}

async function openRun(options: StartRunOptions): Promise<ActiveRun> {
  const parent = activeRun()
  if (parent && !options.nested)
    throw new ApiError('INVALID_STATE', `Run '${parent.runId}' is active: end it, or start this one with nested: true`)
  const store = await openStore()
  const runId = options.runId ?? (parent ? undefined : runOfEnvironment())
  const { info, tags } = await (runId === undefined
    ? createOn(store, options, parent)
    : resumeOn(store, runId, options))
  const { client, outbox, journal } = store
  const run: ActiveRun = createRun({
    info,
    tags,
    outbox,
    artifacts: runArtifacts({ info, client, outbox, journal }),
    now: Date.now,
    onEnd() {
      if (started.includes(run)) started.splice(started.indexOf(run), 1)
    },
  })
  return run
}

async function createOn(
  { client }: Store,
  { experimentId: chosen, runName, tags, description }: StartRunOptions,
  parent?: ActiveRun,
) {
  const all = {
    ...(await sourceTags()),
    ...(parent && { 'mlflow.parentRunId': parent.runId }),
    ...(description !== undefined && { 'mlflow.note.content': description }),
    ...tags,
  }
  const { run } = await client.runs.create({
    experimentId: chosen ?? (await experimentId()),
    startTime: Date.now(),
    ...(runName !== undefined && { runName }),
    tags: Object.entries(all).map(([key, value]) => ({ key, value: String(value) })),
  })
  return { info: run.info, tags: run.data.tags }
}

async function resumeOn({ client }: Store, runId: string, { runName, tags = {} }: StartRunOptions) {
  await client.runs.update({ runId, status: 'RUNNING', ...(runName !== undefined && { runName }) })
  const added = Object.entries(tags).map(([key, value]) => ({ key, value: String(value) }))
  if (added.length > 0) await client.runs.logBatch({ runId, metrics: [], params: [], tags: added })
  const { run } = await client.runs.get({ runId })
  return { info: run.info, tags: run.data.tags }
}

/** The run that whoever started this process made for it; only the first run here is that one. */
function runOfEnvironment(): string | undefined {
  const runId = process.env['MLFLOW_RUN_ID']
  delete process.env['MLFLOW_RUN_ID']
  return runId || undefined
}

/** Ends a run; what the server refused has been said on stderr and does not undo the work. */
async function endQuietly(run: ActiveRun, status: RunStatus): Promise<void> {
  await run.end(status).catch((error: unknown) => {
    if (!(error instanceof ApiError)) throw error
  })
}
