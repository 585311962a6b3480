import { invalid } from '../wire/errors.ts'
import type { KeyValue } from '../wire/experiments.ts'
import type { Dataset, RunInfo, RunStatus } from '../wire/runs.ts'
import { MOST, type Point } from './entry.ts'
import type { Outbox } from './outbox.ts'
import { append, type SplitTable, type Table, toSplit } from './table.ts'

/** Where a run's files go. */
export interface Artifacts {
  write(path: string, content: Blob): Promise<void>
  /** @returns Nothing for a file that is not there. */
  read(path: string): Promise<Uint8Array | undefined>
}

/** What a param or a tag may be; it is kept as text. */
export type Scalar = string | number | boolean | bigint | null

/** Where a point of a metric lies. */
export interface MetricOptions {
  /** Where on the training's axis the point lies; 0 by default. */
  readonly step?: number
  /** Milliseconds since 1970; now by default. */
  readonly timestamp?: number
}

/** A point of a metric, whose step and time may be those of its batch. */
export interface BatchMetric extends MetricOptions {
  readonly key: string
  readonly value: number
}

/** Metrics, params and tags that are logged together. */
export interface LogBatch extends MetricOptions {
  readonly metrics?: Readonly<Record<string, number>> | readonly BatchMetric[]
  readonly params?: Readonly<Record<string, Scalar>>
  readonly tags?: Readonly<Record<string, Scalar>>
}

/** How a run used a dataset. */
export interface InputOptions {
  /** What the data is for: `train`, `validation`, … */
  readonly context?: string
  readonly tags?: Readonly<Record<string, string>>
}

/**
 * A run that is being logged to.
 *
 * Metrics, params, tags and inputs are taken at once: the promise resolves
 * when they are in the journal, never rejects, and need not be awaited; they
 * are sent in the background. Awaiting it now and then, as in a loop that
 * trains, lets the background work. What the server refuses comes back from
 * `flush` and `end`. The promises of artifacts resolve when the bytes are
 * with the server, or in the journal while it cannot be reached.
 */
export interface ActiveRun {
  readonly info: RunInfo
  readonly runId: string
  /** `RUNNING` until it is ended here. */
  readonly status: RunStatus
  logParam(key: string, value: Scalar): Promise<void>
  logParams(params: Readonly<Record<string, Scalar>>): Promise<void>
  logMetric(key: string, value: number, options?: MetricOptions): Promise<void>
  logMetrics(metrics: Readonly<Record<string, number>>, options?: MetricOptions): Promise<void>
  setTag(key: string, value: Scalar): Promise<void>
  setTags(tags: Readonly<Record<string, Scalar>>): Promise<void>
  /** Logs metrics, params and tags together. */
  logBatch(batch: LogBatch): Promise<void>
  /** Notes that the run used a dataset, as `dataset` describes it. */
  logInput(dataset: Dataset, options?: InputOptions): Promise<void>
  /** Writes a text file among the run's artifacts. */
  logText(text: string, path: string): Promise<void>
  /** Writes a value as JSON, or as YAML where the path ends with `.yaml` or `.yml`. */
  logDict(value: unknown, path: string): Promise<void>
  /** Writes bytes as they are. */
  logBytes(bytes: Uint8Array | Blob, path: string): Promise<void>
  /**
   * Writes a table so that MLflow's `load_table` reads it; adds to one that is there.
   *
   * @param path - Ends with `.json`.
   */
  logTable(table: Table, path: string): Promise<void>
  /** Waits until what was logged is sent. @throws ApiError the first thing that the server refused. */
  flush(): Promise<void>
  /** Ends the run and sends what waits. @throws ApiError the first thing that the server refused. */
  end(status?: RunStatus): Promise<void>
}

interface Deps {
  readonly info: RunInfo
  /** What the run has already, when it is continued. */
  readonly tags?: readonly KeyValue[]
  readonly outbox: Outbox
  readonly artifacts: Artifacts
  readonly now: () => number
  readonly onEnd?: () => void
}

const LOGGED_ARTIFACTS = 'mlflow.loggedArtifacts'

export function createRun({ info, tags: tagsBefore, outbox, artifacts, now, onEnd }: Deps): ActiveRun {
  const { runId } = info
  const tables = new Map<string, Promise<SplitTable>>()
  const writing = new Set<Promise<void>>()
  const logged = loggedArtifacts(tagsBefore)
  let status: RunStatus = 'RUNNING'

  function add(points: readonly Point[], params: readonly KeyValue[], tags: readonly KeyValue[]): Promise<void> {
    const batch = { kind: 'batch', runId, metrics: [], params: [], tags: [] } as const
    for (const some of chunks(params, MOST.params)) outbox.add({ ...batch, metrics: [], params: some, tags: [] })
    for (const some of chunks(points, MOST.metrics)) outbox.add({ ...batch, metrics: some, params: [], tags: [] })
    for (const some of chunks(tags, MOST.tags)) outbox.add({ ...batch, metrics: [], params: [], tags: some })
    return outbox.ease(runId)
  }

  const logBatch = ({ metrics = {}, params = {}, tags = {}, ...options }: LogBatch) =>
    add(
      toPoints(metrics, { step: options.step ?? 0, timestamp: options.timestamp ?? now() }),
      pairs(params),
      pairs(tags),
    )

  function write(content: Blob, path: string): Promise<void> {
    const written = artifacts.write(path, content)
    const watched = written.then(nothing, nothing).finally(() => writing.delete(watched))
    writing.add(watched)
    return written
  }

  async function extendTable(path: string, added: SplitTable): Promise<SplitTable> {
    const before = await (tables.get(path) ?? readTable(path))
    const table = before ? append(before, added) : added
    await write(new Blob([JSON.stringify(table)]), path)
    return table
  }

  async function readTable(path: string): Promise<SplitTable | undefined> {
    const bytes = logged.some((each) => each.path === path) ? await artifacts.read(path) : undefined
    return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as SplitTable)
  }

  async function flush(): Promise<void> {
    while (writing.size > 0) await Promise.all(writing)
    await outbox.flush(runId)
  }

  return {
    info,
    runId,
    get status() {
      return status
    },
    logParam: (key, value) => logBatch({ params: { [key]: value } }),
    logParams: (params) => logBatch({ params }),
    logMetric: (key, value, options) => logBatch({ metrics: { [key]: value }, ...options }),
    logMetrics: (metrics, options) => logBatch({ metrics, ...options }),
    setTag: (key, value) => logBatch({ tags: { [key]: value } }),
    setTags: (tags) => logBatch({ tags }),
    logBatch,

    logInput(dataset, { context, tags = {} } = {}) {
      const all = { ...tags, ...(context !== undefined && { 'mlflow.data.context': context }) }
      outbox.add({ kind: 'inputs', runId, datasets: [{ dataset, tags: pairs(all) }] })
      return outbox.ease(runId)
    },

    logText: (text, path) => write(new Blob([text]), path),

    logDict: async (value, path) => write(new Blob([await toText(value, path)]), path),

    logBytes: (bytes, path) => write(bytes instanceof Blob ? bytes : toBlob(bytes), path),

    async logTable(table, path) {
      if (!path.endsWith('.json')) throw invalid('path', `expected a name that ends with '.json', got '${path}'`)
      const extended = extendTable(path, toSplit(table))
      tables.set(path, extended) // the next one waits for it
      extended.catch(() => tables.delete(path))
      await extended
      if (logged.some((each) => each.path === path)) return
      logged.push({ path, type: 'table' })
      await logBatch({ tags: { [LOGGED_ARTIFACTS]: JSON.stringify(logged) } })
    },

    flush,

    async end(given = 'FINISHED') {
      if (status !== 'RUNNING') return
      status = given
      outbox.add({ kind: 'update', runId, status, endTime: now() })
      onEnd?.()
      await flush()
    },
  }
}

function toPoints(metrics: NonNullable<LogBatch['metrics']>, shared: Required<MetricOptions>): Point[] {
  if (isList(metrics)) return metrics.map((metric) => ({ ...shared, ...metric }))
  return Object.entries(metrics).map(([key, value]) => ({ key, value, ...shared }))
}

/** The artifacts of a kind of their own that a run lists in a tag. */
function loggedArtifacts(tags: readonly KeyValue[] = []): { path: string; type: string }[] {
  const listed = tags.find(({ key }) => key === LOGGED_ARTIFACTS)?.value
  return listed === undefined ? [] : (JSON.parse(listed) as { path: string; type: string }[])
}

function chunks<T>(items: readonly T[], most: number): T[][] {
  const count = Math.ceil(items.length / most)
  return Array.from({ length: count }, (_, i) => items.slice(i * most, (i + 1) * most))
}

async function toText(value: unknown, path: string): Promise<string> {
  if (!/\.ya?ml$/i.test(path)) return JSON.stringify(value, undefined, 2)
  const { stringify } = await import('yaml')
  return stringify(value)
}

/** Values by name as the wire has them. */
export const pairs = (values: Readonly<Record<string, Scalar>>): KeyValue[] =>
  Object.entries(values).map(([key, value]) => ({ key, value: String(value) }))

const isList = (metrics: NonNullable<LogBatch['metrics']>): metrics is readonly BatchMetric[] => Array.isArray(metrics)
const toBlob = (bytes: Uint8Array) => new Blob([bytes as Uint8Array<ArrayBuffer>]) // memory that is shared cannot be sent
const nothing = () => undefined
