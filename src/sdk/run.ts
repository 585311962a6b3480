import type { Client } from '../client/client.ts'
import type { AppContract } from '../wire/index.ts'
import type { Dataset, DatasetInput, RunInfo, RunStatus } from '../wire/runs.ts'
import type { Outbox } from './outbox.ts'

/** Where a run's files go. */
export interface ArtifactWriter {
  write(path: string, bytes: Uint8Array): Promise<void>
  /** @returns Nothing for a file that is not there. */
  read(path: string): Promise<Uint8Array | undefined>
}

export interface MetricOptions {
  readonly step?: number
  /** Milliseconds since 1970; now by default. */
  readonly timestamp?: number
}

export type Scalar = string | number | boolean | bigint | null

/** Rows as objects, or columns by name. */
export type Table = readonly Readonly<Record<string, unknown>>[] | Readonly<Record<string, readonly unknown[]>>

/**
 * A run that is being logged to.
 *
 * Metrics, params and tags are taken at once and sent in the background; the
 * promises of artifacts resolve when the bytes are in safe hands.
 */
export interface ActiveRun {
  readonly info: RunInfo
  readonly runId: string
  logParam(key: string, value: Scalar): void
  logParams(params: Readonly<Record<string, Scalar>>): void
  logMetric(key: string, value: number, options?: MetricOptions): void
  logMetrics(metrics: Readonly<Record<string, number>>, options?: MetricOptions): void
  setTag(key: string, value: Scalar): void
  setTags(tags: Readonly<Record<string, Scalar>>): void
  logInput(dataset: Dataset, options?: { context?: string; tags?: Readonly<Record<string, string>> }): void
  /** Writes a text file among the run's artifacts. */
  logText(text: string, path: string): Promise<void>
  /** Writes an object as JSON. */
  logDict(value: unknown, path: string): Promise<void>
  /** Writes bytes as they are. */
  logBytes(bytes: Uint8Array, path: string): Promise<void>
  /** Writes rows or columns so that MLflow's `load_table` reads them; adds to a table that is there. */
  logTable(table: Table, path: string): Promise<void>
  /** Ends the run and sends what waits. */
  end(status?: RunStatus): Promise<void>
}

interface Deps {
  readonly info: RunInfo
  readonly client: Client<AppContract>
  readonly outbox: Outbox
  readonly artifacts: ArtifactWriter
  readonly now: () => number
}

const LOGGED_ARTIFACTS = 'mlflow.loggedArtifacts'

export function createRun({ info, outbox, artifacts, now }: Deps): ActiveRun {
  const { runId } = info
  const tables = new Set<string>()
  const batch = { kind: 'batch', runId, metrics: [], params: [], tags: [] } as const
  const pairs = (values: Readonly<Record<string, Scalar>>) =>
    Object.entries(values).map(([key, value]) => ({ key, value: String(value) }))
  const writeText = (text: string, path: string) => artifacts.write(path, new TextEncoder().encode(text))

  return {
    info,
    runId,

    logParam(key, value) {
      this.logParams({ [key]: value })
    },

    logParams(params) {
      outbox.add({ ...batch, metrics: [], tags: [], params: pairs(params) })
    },

    logMetric(key, value, options) {
      this.logMetrics({ [key]: value }, options)
    },

    logMetrics(metrics, { step = 0, timestamp = now() } = {}) {
      const points = Object.entries(metrics).map(([key, value]) => ({ key, value, step, timestamp }))
      outbox.add({ ...batch, metrics: points, params: [], tags: [] })
    },

    setTag(key, value) {
      this.setTags({ [key]: value })
    },

    setTags(tags) {
      outbox.add({ ...batch, metrics: [], params: [], tags: pairs(tags) })
    },

    logInput(dataset, { context, tags = {} } = {}) {
      const all = { ...tags, ...(context !== undefined && { 'mlflow.data.context': context }) }
      const input: DatasetInput = { dataset, tags: Object.entries(all).map(([key, value]) => ({ key, value })) }
      outbox.add({ kind: 'inputs', runId, datasets: [input] })
    },

    logText: writeText,

    logDict: (value, path) => writeText(JSON.stringify(value, undefined, 2), path),

    logBytes: (bytes, path) => artifacts.write(path, bytes),

    async logTable(table, path) {
      const fresh = toSplit(table)
      const bytes = await artifacts.read(path)
      const before = bytes && (JSON.parse(new TextDecoder().decode(bytes)) as Split)
      await writeText(JSON.stringify(before ? append(before, fresh) : fresh), path)
      tables.add(path)
      this.setTag(LOGGED_ARTIFACTS, JSON.stringify([...tables].map((name) => ({ path: name, type: 'table' }))))
    },

    async end(status = 'FINISHED') {
      outbox.add({ kind: 'update', runId, status, endTime: now() })
      await outbox.flush()
    },
  }
}

/** MLflow's form of a table. */
interface Split {
  readonly columns: string[]
  readonly data: unknown[][]
}

function toSplit(table: Table): Split {
  if (Array.isArray(table)) {
    const rows = table as readonly Readonly<Record<string, unknown>>[]
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
    return { columns, data: rows.map((row) => columns.map((column) => row[column] ?? null)) }
  }
  const named = table as Readonly<Record<string, readonly unknown[]>>
  const columns = Object.keys(named)
  const length = Math.max(0, ...columns.map((column) => named[column]!.length))
  return { columns, data: Array.from({ length }, (_, i) => columns.map((column) => named[column]![i] ?? null)) }
}

function append(before: Split, fresh: Split): Split {
  const columns = [...new Set([...before.columns, ...fresh.columns])]
  const rows = [before, fresh].flatMap((split) =>
    split.data.map((row) => columns.map((column) => row[split.columns.indexOf(column)] ?? null)),
  )
  return { columns, data: rows }
}
