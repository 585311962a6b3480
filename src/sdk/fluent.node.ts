import { AsyncLocalStorage } from 'node:async_hooks'
import { ApiError } from '../wire/errors.ts'
import type { Dataset, RunStatus } from '../wire/runs.ts'
import { watchProcess } from './ending.node.ts'
import type { ActiveRun, InputOptions, LogBatch, MetricOptions, Scalar } from './run.ts'
import { flush, leave, wasSaid } from './session.node.ts'
import { openRun, type StartRunOptions } from './start.node.ts'
import type { Table } from './table.ts'

/** The runs that are active in a callback and what it calls, the latest last. */
const scopes = new AsyncLocalStorage<ActiveRun[]>()
const outermost: ActiveRun[] = []
const open = new Set<ActiveRun>()
let starting: Promise<ActiveRun> | undefined

/**
 * Starts a run. With a callback the run is active within it, ends as FINISHED
 * when it returns and as FAILED when it throws; without, until `endRun` or the
 * end of the process. Runs that go on at the same time take the callback form.
 *
 * While the server cannot be reached the run is kept in the journal like what
 * it logs, and appears when the server answers again.
 *
 * @throws ApiError when the server refuses; `INVALID_STATE` when a run is active and `nested` is not given.
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
  const scope = work ? [] : currentScope()
  const run = await openIn(scope, options)
  return work ? await scopes.run(scope, () => runToEnd(run, scope, work)) : run
}

/** The run that the log functions write to, if there is one. */
export const activeRun = (): ActiveRun | undefined => currentScope().at(-1)

/** Ends the active run. Does not throw for what the server refused: that is said on stderr, and `flush` throws it. */
export async function endRun(status: RunStatus = 'FINISHED'): Promise<void> {
  await activeRun()?.end(status).catch(wasSaid)
}

/** Logs a param of the active run: a setting, which is written once. */
export const logParam = (key: string, value: Scalar): Promise<void> => onRun((run) => run.logParam(key, value))

/** Logs params of the active run by name. */
export const logParams = (params: Readonly<Record<string, Scalar>>): Promise<void> =>
  onRun((run) => run.logParams(params))

/**
 * Logs a point of a metric of the active run.
 *
 * @example
 * await logMetric('loss', 0.3, { step: 12 })
 */
export const logMetric = (key: string, value: number, options?: MetricOptions): Promise<void> =>
  onRun((run) => run.logMetric(key, value, options))

/** Logs a point of each of several metrics of the active run. */
export const logMetrics = (metrics: Readonly<Record<string, number>>, options?: MetricOptions): Promise<void> =>
  onRun((run) => run.logMetrics(metrics, options))

/** Sets a tag of the active run. */
export const setTag = (key: string, value: Scalar): Promise<void> => onRun((run) => run.setTag(key, value))

/** Sets tags of the active run by name. */
export const setTags = (tags: Readonly<Record<string, Scalar>>): Promise<void> => onRun((run) => run.setTags(tags))

/** Logs metrics, params and tags of the active run together. */
export const logBatch = (batch: LogBatch): Promise<void> => onRun((run) => run.logBatch(batch))

/** Notes that the active run used a dataset, as `dataset` describes it. */
export const logInput = (data: Dataset, options?: InputOptions): Promise<void> =>
  onRun((run) => run.logInput(data, options))

/** Writes a text file among the active run's artifacts. */
export const logText = (text: string, path: string): Promise<void> => onRun((run) => run.logText(text, path))

/** Writes a value as JSON, or as YAML where the path ends with `.yaml` or `.yml`. */
export const logDict = (value: unknown, path: string): Promise<void> => onRun((run) => run.logDict(value, path))

/**
 * Writes a table so that MLflow's `load_table` reads it; adds to one that is there.
 *
 * @param table - Rows as objects, or columns by name.
 * @param path - Ends with `.json`.
 */
export const logTable = (table: Table, path: string): Promise<void> => onRun((run) => run.logTable(table, path))

/** Writes to the active run at once; to a new one where there is none, as MLflow does. */
export function onRun(write: (run: ActiveRun) => Promise<void>): Promise<void> {
  const run = activeRun()
  return run ? write(run) : startOnce().then(write)
}

/** One run for all that is logged before it has begun. */
const startOnce = (): Promise<ActiveRun> =>
  (starting ??= startRun().finally(() => {
    starting = undefined
  }))

const currentScope = () => scopes.getStore() ?? outermost

async function openIn(scope: ActiveRun[], options: StartRunOptions): Promise<ActiveRun> {
  const parent = activeRun()
  if (parent && !options.nested)
    throw new ApiError('INVALID_STATE', `Run '${parent.runId}' is active: end it, or start this one with nested: true`)
  watchProcess({ finish, end, flush: () => flush().catch(wasSaid), leave })
  const run = await openRun(options, parent, () => {
    open.delete(run)
    if (scope.includes(run)) scope.splice(scope.indexOf(run), 1)
  })
  open.add(run)
  scope.push(run)
  return run
}

async function runToEnd<T>(run: ActiveRun, scope: ActiveRun[], work: (run: ActiveRun) => T | Promise<T>): Promise<T> {
  const endAll = async (status: RunStatus) => {
    for (const each of scope.toReversed()) await each.end(status).catch(wasSaid)
  }
  try {
    const result = await work(run)
    await endAll('FINISHED')
    return result
  } catch (error) {
    await endAll('FAILED')
    throw error
  }
}

async function finish(): Promise<void> {
  for (const run of outermost.toReversed()) await run.end().catch(wasSaid)
  await flush().catch(wasSaid)
}

function end(status: RunStatus): void {
  for (const run of [...open].toReversed()) void run.end(status).catch(wasSaid)
}
