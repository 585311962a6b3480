import { ApiError } from '../wire/errors.ts'
import { KeyValue } from '../wire/experiments.ts'
import { type DatasetInput, RunStatus, runs } from '../wire/runs.ts'
import { int64, list, message, nonEmpty, optional, readOrThrow, string } from '../wire/schema.ts'

export interface Point {
  readonly key: string
  readonly value: number
  /** Milliseconds since 1970. */
  readonly timestamp: number
  readonly step: number
}

export interface Batch {
  readonly kind: 'batch'
  readonly runId: string
  readonly metrics: Point[]
  readonly params: KeyValue[]
  readonly tags: KeyValue[]
}

/** A run that was started while the server was away; its id was chosen here. */
export interface Create {
  readonly kind: 'create'
  readonly runId: string
  readonly experimentId?: string | undefined
  /** Where the id could not be asked for. */
  readonly experimentName?: string | undefined
  readonly runName?: string | undefined
  readonly startTime: number
  readonly tags: KeyValue[]
}

/** Bytes in a local file that belong among a run's artifacts. */
export interface Upload {
  readonly kind: 'upload'
  readonly runId: string
  /** Where the run keeps its artifacts; empty while only the server knows. */
  readonly artifactUri: string
  /** The artifact's path below that. */
  readonly path: string
  readonly file: string
}

/** Something that the server is still to be told. */
export type Entry =
  | Create
  | Batch
  | { readonly kind: 'update'; readonly runId: string; readonly status: RunStatus; readonly endTime: number }
  | { readonly kind: 'inputs'; readonly runId: string; readonly datasets: DatasetInput[] }
  | Upload

/** The most that MLflow's protocol takes in one batch. */
export const MOST = { metrics: 1000, params: 100, tags: 100, all: 1000 }

const LINES = {
  create: message('Create', {
    runId: nonEmpty,
    experimentId: optional(string),
    experimentName: optional(string),
    runName: optional(string),
    startTime: int64,
    tags: list(KeyValue),
  }),
  batch: runs.logBatch.request,
  update: message('Update', { runId: nonEmpty, status: RunStatus, endTime: int64 }),
  inputs: runs.logInputs.request,
  upload: message('Upload', { runId: nonEmpty, artifactUri: string, path: nonEmpty, file: nonEmpty }),
}

/** An entry as a line of a journal: the wire's own JSON, in which a value that is not finite survives. */
export const toLine = ({ kind, ...entry }: Entry): string =>
  JSON.stringify({ kind, ...(LINES[kind].write(entry as never) as object) })

/** @throws ApiError for a line that holds no entry. */
export function fromLine(line: string): Entry {
  try {
    const { kind, ...sent } = JSON.parse(line) as { kind: keyof typeof LINES }
    return { kind, ...readOrThrow(() => LINES[kind].read(sent)) } as Entry
  } catch (cause) {
    if (cause instanceof ApiError) throw cause
    throw new ApiError('INVALID_PARAMETER_VALUE', `This line of the journal cannot be read: ${line}`, { cause })
  }
}

/** Adds an entry to one that waits already, when both fit into one request. @returns Whether they did. */
export function merge(into: Entry, entry: Entry): boolean {
  if (into.kind !== 'batch' || entry.kind !== 'batch' || into.runId !== entry.runId) return false
  const sum = (kind: 'metrics' | 'params' | 'tags') => into[kind].length + entry[kind].length
  if (sum('metrics') > MOST.metrics || sum('params') > MOST.params || sum('tags') > MOST.tags) return false
  if (sum('metrics') + sum('params') + sum('tags') > MOST.all) return false
  if (entry.params.some(({ key }) => into.params.some((known) => known.key === key))) return false
  into.metrics.push(...entry.metrics)
  into.params.push(...entry.params)
  into.tags.push(...entry.tags)
  return true
}

/** Two batches that say together what one says; nothing for what cannot be divided. */
export function halve(entry: Entry): [Batch, Batch] | undefined {
  if (entry.kind !== 'batch' || countOf(entry) < 2) return undefined
  const { runId, metrics, params, tags } = entry
  const middle = countOf(entry) >> 1
  const part = (from: number, to: number): Batch => {
    const slice = <T>(items: readonly T[], before: number) =>
      items.slice(Math.max(0, from - before), Math.max(0, to - before))
    return {
      kind: 'batch',
      runId,
      params: slice(params, 0),
      metrics: slice(metrics, params.length),
      tags: slice(tags, params.length + metrics.length),
    }
  }
  return [part(0, middle), part(middle, countOf(entry))]
}

/** How many things an entry says. */
export const countOf = (entry: Entry): number =>
  entry.kind === 'batch' ? entry.metrics.length + entry.params.length + entry.tags.length : 1

/** An entry in a few words. */
export function describe(entry: Entry): string {
  if (entry.kind === 'create') return `the run '${entry.runName ?? entry.runId}'`
  if (entry.kind === 'upload') return `the artifact '${entry.path}' of run '${entry.runId}'`
  if (entry.kind === 'update') return `the status ${entry.status} of run '${entry.runId}'`
  if (entry.kind === 'inputs') return `the dataset '${entry.datasets[0]?.dataset.name}' of run '${entry.runId}'`
  const { runId, metrics, params, tags } = entry
  const [kind, first] = params[0] ? ['param', params[0]] : metrics[0] ? ['metric', metrics[0]] : ['tag', tags[0]]
  const others = countOf(entry) - 1
  return `the ${kind} '${first?.key}'${others > 0 ? ` and ${others} more` : ''} of run '${runId}'`
}
