import type { Client } from '../client/client.ts'
import { ApiError } from '../wire/errors.ts'
import type { AppContract } from '../wire/index.ts'
import { isAway } from './away.ts'
import { countOf, describe, type Entry, halve, merge } from './entry.ts'
import { send } from './send.ts'

/** Where entries are kept until the server has them, so that the end of the process does not lose them. */
export interface Journal {
  /** Keeps an entry until the function that it answers is called. */
  append(entry: Entry): () => void
  /** Keeps an entry that the server will not have, for a person to look at. @returns Where. */
  reject(entry: Entry, reason: string): string
  /** Opens the bytes of an upload that waits. */
  open(file: string): Promise<Blob>
}

export interface Outbox {
  /** Takes an entry at once: it is in the journal when this returns, and is sent in the background. */
  add(entry: Entry): void
  /** Takes entries that earlier processes could not deliver. Settles when they are sent, or the server is away. */
  restore(entries: readonly Kept[]): Promise<void>
  /** Lets the background work now and then, in a program that never waits for anything else. */
  ease(runId: string): Promise<void>
  /**
   * Waits until all that was added has been sent, or waits in the journal because the server cannot be reached.
   *
   * @param runId - Of this run only.
   * @throws ApiError the first refusal since the last flush.
   */
  flush(runId?: string): Promise<void>
  /** Whether the server could not be reached when it was last tried. */
  readonly isAway: boolean
  /** How many points, params, tags and the like wait. */
  readonly waiting: number
}

export interface Kept {
  readonly entry: Entry
  /** Called once, when the server has it or has refused it. */
  readonly settle: () => void
}

interface Options {
  readonly client: Client<AppContract>
  readonly journal: Journal
  readonly warn: (message: string) => void
}

/** What waits for one run, in order; one request at a time. */
interface Lane {
  readonly name: string
  readonly waiting: { readonly entry: Entry; readonly settle: (() => void)[] }[]
  added: number
  settled: number
  /** How many of the waiting are to be sent now, even if more would fit into the last. */
  due: number
  /** The wait before the next attempt, in milliseconds; 0 while the server answers. */
  pause: number
  failures: number
  refusals: number
  refusal?: ApiError | undefined
  timer?: ReturnType<typeof setTimeout> | undefined
  sending?: Promise<boolean> | undefined
}

const FLUSH_MS = 150
const TURN_MS = 100
const FIRST_RETRY_MS = 1000
const LONGEST_RETRY_MS = 30_000
/** Failures of a server that answers, but not to the point, before an entry is given up: some three minutes. */
const MOST_FAILURES = 10
/** Refusals in a row after which a batch is no longer searched for what is good in it. */
const MOST_REFUSALS = 20
/** Requests that may wait before whoever logs and waits for it is held up. */
const MOST_WAITING = 20
const UPLOADS = 'uploads'
const RESTORED = 'restored'

/**
 * Sends what is logged, in order, in batches, without holding up who logs.
 *
 * While the server cannot be reached entries wait in memory and in the
 * journal, and are tried again with growing pauses. What the server refuses
 * is halved until the bad entry is alone, so that its neighbours are kept.
 */
export function createOutbox({ client, journal, warn }: Options): Outbox {
  const lanes = new Map<string, Lane>()
  const said = new Set<string>()
  let turned = performance.now()

  function laneOf(name: string): Lane {
    const known = lanes.get(name)
    if (known) return known
    const lane: Lane = { name, waiting: [], added: 0, settled: 0, due: 0, pause: 0, failures: 0, refusals: 0 }
    lanes.set(name, lane)
    return lane
  }

  function enqueue(lane: Lane, entry: Entry, settle: () => void): void {
    const last = lane.waiting.at(-1)
    const isInFlight = lane.sending !== undefined && lane.waiting.length === 1
    if (last && !isInFlight && merge(last.entry, entry)) {
      last.settle.push(settle)
      return
    }
    lane.waiting.push({ entry, settle: [settle] })
    lane.added += 1
  }

  function schedule(lane: Lane, delay: number): void {
    lane.timer ??= setTimeout(() => {
      lane.timer = undefined
      lane.due = lane.waiting.length
      if (lane.due > 0) void pump(lane)
    }, delay)
    ;(lane.timer as { unref?: () => void }).unref?.() // what waits is sent before the process ends in any case
  }

  const pump = (lane: Lane): Promise<boolean> =>
    (lane.sending ??= sendFrom(lane).finally(() => {
      lane.sending = undefined
    }))

  /** @returns Whether the server answered. */
  async function sendFrom(lane: Lane): Promise<boolean> {
    try {
      while (lane.waiting.length > (lane.due > 0 ? 0 : 1)) {
        const { entry, settle } = lane.waiting[0]!
        await deliver(lane, entry)
        lane.waiting.shift()
        lane.settled += 1
        lane.due -= 1
        lane.failures = 0
        for (const each of settle) each()
        reached(lane)
      }
      lane.due = 0
      return true
    } catch (error) {
      lane.due = 0
      postpone(lane, error as Error)
      return false
    }
  }

  /** Sends an entry, or puts it aside when the server will not have it. @throws When it must be tried again. */
  async function deliver(lane: Lane, entry: Entry): Promise<void> {
    try {
      await send(client, entry, journal.open)
      lane.refusals = 0
    } catch (error) {
      if (isAway(error) || (!isRefusal(error) && ++lane.failures < MOST_FAILURES)) throw error
      const halves = isHalvable(error) && lane.refusals < MOST_REFUSALS ? halve(entry) : undefined
      if (halves) for (const half of halves) await deliver(lane, half)
      else refuse(lane, entry, error as Error)
    }
  }

  function refuse(lane: Lane, entry: Entry, error: Error): void {
    lane.refusals += 1
    const place = journal.reject(entry, error.message)
    const refusal = error instanceof ApiError ? error : new ApiError('INTERNAL_ERROR', error.message, { cause: error })
    if (lane.name !== RESTORED) lane.refusal ??= refusal
    const message = `the server refused ${describe(entry)}: ${error.message}`
    if (said.has(message)) return
    said.add(message)
    warn(`${message} (kept in ${place})`)
  }

  function postpone(lane: Lane, error: Error): void {
    if (!isSomeAway())
      warn(`${error.message}; what is logged waits in the journal and is sent when the server answers again`)
    lane.pause = Math.min(lane.pause * 2 || FIRST_RETRY_MS, LONGEST_RETRY_MS)
    schedule(lane, lane.pause)
  }

  function reached(lane: Lane): void {
    if (lane.pause === 0) return
    lane.pause = 0
    if (!isSomeAway()) warn('the server answers again; what waited is being sent')
  }

  const isSomeAway = () => [...lanes.values()].some(({ pause }) => pause > 0)

  async function drain(lane: Lane): Promise<void> {
    const target = lane.added
    while (lane.settled < target) {
      lane.due = target - lane.settled
      if (!(await pump(lane))) return
    }
  }

  function takeRefusal(lane: Lane): ApiError | undefined {
    const { refusal } = lane
    lane.refusal = undefined
    return refusal
  }

  return {
    add(entry) {
      const lane = laneOf(entry.kind === 'upload' && entry.artifactUri !== '' ? UPLOADS : entry.runId)
      enqueue(lane, entry, journal.append(entry))
      if (lane.pause > 0) return
      if (lane.waiting.length > 1) void pump(lane)
      schedule(lane, FLUSH_MS)
    },

    restore(entries) {
      const lane = laneOf(RESTORED)
      const byRun = Map.groupBy(entries, ({ entry }) => entry.runId)
      for (const { entry, settle } of [...byRun.values()].flat()) enqueue(lane, entry, settle)
      return drain(lane)
    },

    async ease(runId) {
      const lane = laneOf(runId)
      if (lane.pause === 0 && lane.waiting.length > MOST_WAITING) return drain(lane)
      const now = performance.now()
      if (now - turned < TURN_MS) return
      turned = now
      await new Promise((resolve) => setTimeout(resolve, 0))
    },

    async flush(runId) {
      const flushed = runId === undefined ? [...lanes.values()] : [laneOf(runId), laneOf(UPLOADS)]
      await Promise.all(flushed.map(drain))
      const refusal = flushed.map(takeRefusal).find((error) => error !== undefined)
      for (const { name, waiting } of flushed) if (waiting.length === 0) lanes.delete(name)
      if (refusal) throw refusal
    },

    get isAway() {
      return isSomeAway()
    },

    get waiting() {
      let count = 0
      for (const lane of lanes.values()) for (const { entry } of lane.waiting) count += countOf(entry)
      return count
    },
  }
}

const isRefusal = (error: unknown) => error instanceof ApiError && error.code !== 'INTERNAL_ERROR'
const isHalvable = (error: unknown) => error instanceof ApiError && error.status === 400
