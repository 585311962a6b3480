import type { Client } from '../client/client.ts'
import { ApiError } from '../wire/errors.ts'
import type { AppContract } from '../wire/index.ts'
import type { KeyValue } from '../wire/experiments.ts'
import type { DatasetInput, RunStatus } from '../wire/runs.ts'

export interface Point {
  readonly key: string
  readonly value: number
  /** Milliseconds since 1970. */
  readonly timestamp: number
  readonly step: number
}

/** Something that the server is still to be told. */
export type Entry =
  | {
      readonly kind: 'batch'
      readonly runId: string
      readonly metrics: Point[]
      readonly params: KeyValue[]
      readonly tags: KeyValue[]
    }
  | { readonly kind: 'update'; readonly runId: string; readonly status: RunStatus; readonly endTime: number }
  | { readonly kind: 'inputs'; readonly runId: string; readonly datasets: DatasetInput[] }
  | { readonly kind: 'upload'; readonly runId: string; readonly artifactPath: string; readonly file: string }

/** Where entries wait that could not be delivered, so that the end of the process does not lose them. */
export interface Journal {
  append(entries: readonly Entry[]): void
  /** Everything that was appended has been delivered. */
  clear(): void
  /** Keeps an entry that the server will not have, for a person to look at; says where. */
  reject(entry: Entry, reason: string): string
  /** Opens the bytes of an upload that waits. */
  open(file: string): Promise<BodyInit>
}

export interface Outbox {
  /** Takes an entry at once, and sends it in the background. */
  add(entry: Entry): void
  /**
   * Waits until all that was added has been sent, or is in the journal because the server cannot be reached.
   *
   * @throws ApiError the first refusal since the last flush.
   */
  flush(): Promise<void>
  /** Puts what waits in the journal, for the last moment of a process. */
  save(): void
}

interface Options {
  readonly client: Client<AppContract>
  readonly journal: Journal
  /** Entries of earlier processes, sent first. */
  readonly recovered?: readonly Entry[]
  /** Called when those have been sent. */
  readonly onRecovered?: () => void
  readonly warn: (message: string) => void
}

const FLUSH_MS = 150
const FIRST_RETRY_MS = 1000
const LONGEST_RETRY_MS = 30_000
/** Answers of 500 to one entry before it is given up. */
const MOST_FAILURES = 3
const MOST = { metrics: 1000, params: 100, tags: 100, all: 1000 }

/**
 * Sends what is logged, in order, in batches, without holding up who logs.
 *
 * While the server cannot be reached entries wait in memory and in the
 * journal, and are tried again with growing pauses. What the server refuses
 * is halved until the bad entry is alone, so that its neighbours are kept.
 */
export function createOutbox({ client, journal, recovered = [], onRecovered, warn }: Options): Outbox {
  const waiting: Entry[] = [...recovered]
  let fromBefore = recovered.length
  let journaled = recovered.length
  let retryAfter = 0
  let failures = 0
  let refusal: ApiError | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let draining: Promise<void> | undefined

  function schedule(delay: number): void {
    if (timer) return
    timer = setTimeout(() => {
      timer = undefined
      void drain()
    }, delay)
    ;(timer as { unref?: () => void }).unref?.()
  }

  async function drain(): Promise<void> {
    draining ??= sendAll().finally(() => {
      draining = undefined
    })
    await draining
  }

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const entry = waiting[0]!
      try {
        await send(client, journal, entry)
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        if (isUnreachable(error) && !(error.status === 500 && ++failures >= MOST_FAILURES)) return postpone(error)
        refuse(entry, error)
        continue
      }
      done(1)
    }
    if (retryAfter > 0) warn('the server answers again; everything that waited has been sent')
    retryAfter = 0
    journaled = 0
    journal.clear()
  }

  function done(n: number): void {
    waiting.splice(0, n)
    failures = 0
    journaled = Math.max(0, journaled - n)
    if (fromBefore === 0) return
    fromBefore = Math.max(0, fromBefore - n)
    if (fromBefore === 0) onRecovered?.()
  }

  function postpone(error: ApiError): void {
    save()
    if (retryAfter === 0)
      warn(`${error.message}; what is logged waits in the journal and is sent when the server answers`)
    retryAfter = Math.min(retryAfter * 2 || FIRST_RETRY_MS, LONGEST_RETRY_MS)
    schedule(retryAfter)
  }

  function refuse(entry: Entry, error: ApiError): void {
    const halves = halve(entry)
    if (halves) {
      waiting.splice(0, 1, ...halves)
      if (journaled > 0) journaled += 1
      if (fromBefore > 0) fromBefore += 1
      return
    }
    refusal ??= error
    warn(`the server refused ${describe(entry)}: ${error.message} (kept in ${journal.reject(entry, error.message)})`)
    done(1)
  }

  function save(): void {
    journal.append(waiting.slice(journaled))
    journaled = waiting.length
  }

  if (waiting.length > 0) schedule(0)

  return {
    add(entry) {
      const last = waiting.at(-1)
      const open = waiting.length > Math.max(journaled, draining ? 1 : 0)
      if (!(open && last && merge(last, entry))) waiting.push(entry)
      if (retryAfter === 0) schedule(waiting.length > 1 ? 0 : FLUSH_MS)
    },

    async flush() {
      clearTimeout(timer)
      timer = undefined
      await drain()
      const failed = refusal
      refusal = undefined
      if (failed) throw failed
    },

    save,
  }
}

async function send(client: Client<AppContract>, journal: Journal, entry: Entry): Promise<void> {
  if (entry.kind === 'batch') await client.runs.logBatch(entry)
  else if (entry.kind === 'update') await client.runs.update(entry)
  else if (entry.kind === 'inputs') await client.runs.logInputs(entry)
  else await client.proxy.upload({ artifactPath: entry.artifactPath }, { body: await journal.open(entry.file) })
}

/** Adds an entry to one that waits already, when both fit into one request. */
function merge(into: Entry, entry: Entry): boolean {
  if (into.kind !== 'batch' || entry.kind !== 'batch' || into.runId !== entry.runId) return false
  const sum = (kind: 'metrics' | 'params' | 'tags') => into[kind].length + entry[kind].length
  if (sum('metrics') > MOST.metrics || sum('params') > MOST.params || sum('tags') > MOST.tags) return false
  if (sum('metrics') + sum('params') + sum('tags') > MOST.all) return false
  const params = new Map(into.params.map(({ key, value }) => [key, value]))
  if (entry.params.some(({ key }) => params.has(key))) return false
  into.metrics.push(...entry.metrics)
  into.params.push(...entry.params)
  into.tags.push(...entry.tags)
  return true
}

function halve(entry: Entry): [Entry, Entry] | undefined {
  if (entry.kind !== 'batch') return undefined
  const { runId, metrics, params, tags } = entry
  const all = metrics.length + params.length + tags.length
  if (all < 2) return undefined
  const items = [
    ...params.map((item) => ({ params: [item] })),
    ...metrics.map((item) => ({ metrics: [item] })),
    ...tags.map((item) => ({ tags: [item] })),
  ]
  const toEntry = (some: typeof items): Entry => ({
    kind: 'batch',
    runId,
    metrics: some.flatMap((item) => ('metrics' in item ? item.metrics : [])),
    params: some.flatMap((item) => ('params' in item ? item.params : [])),
    tags: some.flatMap((item) => ('tags' in item ? item.tags : [])),
  })
  return [toEntry(items.slice(0, all >> 1)), toEntry(items.slice(all >> 1))]
}

function describe(entry: Entry): string {
  if (entry.kind === 'upload') return `the artifact '${entry.artifactPath}'`
  if (entry.kind !== 'batch') return `an ${entry.kind === 'update' ? 'update' : 'input'} of run ${entry.runId}`
  const [first] = [...entry.metrics, ...entry.params, ...entry.tags]
  return `'${first?.key}' of run ${entry.runId}`
}

const isUnreachable = ({ code, status }: ApiError) =>
  status >= 500 || status === 429 || code === 'TEMPORARILY_UNAVAILABLE'
