import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '../db/db.ts'
import type { Egress } from '../http/egress.ts'
import { ApiError } from '../wire/errors.ts'
import { type Claimed, claim, forget, nextDue, type Outcome, settle } from './webhook-outbox.ts'
import { headersOf, type Secrets } from './webhook-secrets.ts'

const MOST_AT_ONCE = 10
/** How long another process may have written what nobody here was woken for. */
const SLOW_MS = 10_000
const SOON_MS = 1000
const FIRST_DELAY_MS = 1000
const LONGEST_DELAY_MS = 3_600_000
const LAST_WORDS_MS = 5000
const HOUR_MS = 3_600_000
const KEPT_MS = 30 * 24 * HOUR_MS

interface Deps {
  readonly db: Db
  readonly now: () => number
  readonly egress: Egress
  readonly secrets: Secrets
  /** Attempts after the first. */
  readonly maxRetries: number
  /** How long an attempt may take; who has not told of it a little later is taken for gone. */
  readonly timeoutMs: number
  /** Told of what should not happen: the outbox itself could not be read or written. */
  readonly onBug: (error: unknown) => void
}

/** Delivers what is in the outbox, beside any number of other processes that do. */
export interface Dispatcher {
  start(): void
  /** Looks for deliveries now rather than soon. */
  wake(): void
  /** Takes no more, and waits a little for those that are under way. */
  stop(): Promise<void>
}

export function createDispatcher({ db, now, egress, secrets, maxRetries, timeoutMs, onBug }: Deps): Dispatcher {
  const sending = new Set<Promise<void>>()
  let stopped = true
  let looking: Promise<void> | undefined
  let again = false
  let timer: NodeJS.Timeout | undefined
  let forgotten = 0

  async function look(): Promise<void> {
    do {
      again = false
      await takeDue().catch((error) => {
        onBug(error)
        lookIn(SLOW_MS)
      })
    } while (again)
    looking = undefined
  }

  async function takeDue(): Promise<void> {
    if (now() - forgotten > HOUR_MS) {
      forgotten = now()
      await forget(db, now() - KEPT_MS)
    }
    const due = await nextDue(db)
    const free = MOST_AT_ONCE - sending.size
    if (due !== undefined && due <= now() && free > 0 && !stopped)
      for (const delivery of await claim(db, now(), now() + timeoutMs + LAST_WORDS_MS, free)) {
        const sent: Promise<void> = deliver(delivery).finally(() => {
          sending.delete(sent)
          wake()
        })
        sending.add(sent)
      }
    lookIn(Math.min(Math.max((due ?? Infinity) - now(), SOON_MS), SLOW_MS))
  }

  function lookIn(milliseconds: number): void {
    clearTimeout(timer)
    if (!stopped) timer = setTimeout(wake, milliseconds).unref()
  }

  function wake(): void {
    if (stopped) return
    again = true
    looking ??= look()
  }

  async function deliver(delivery: Claimed): Promise<void> {
    try {
      await settle(db, delivery, await attempt(delivery))
    } catch (error) {
      if (!stopped) onBug(error) // it will be taken again
    }
  }

  async function attempt({ hook, ...delivery }: Claimed): Promise<Outcome> {
    if (hook.status !== 'ACTIVE') return { state: 'FAILED', error: `The webhook is ${hook.status.toLowerCase()}` }
    const { delivery_id: deliveryId, body, attempts } = delivery
    try {
      const secret = hook.secret === null ? undefined : secrets.open(hook.secret)
      const { status, retryAfterSeconds = 0 } = await egress.post(
        hook.url,
        headersOf({ deliveryId, secret, time: now(), body }),
        body,
      )
      if (status >= 200 && status < 300) return { state: 'DELIVERED', status }
      const error = `It answered ${status}`
      return status === 429 || status >= 500
        ? later(attempts, { status, error }, retryAfterSeconds * 1000)
        : { state: 'FAILED', status, error }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.code === 'INVALID_PARAMETER_VALUE') return { state: 'FAILED', error: error.message }
      return later(attempts, { error: error.message })
    }
  }

  function later(attempts: number, outcome: Pick<Outcome, 'status' | 'error'>, atLeast = 0): Outcome {
    if (attempts > maxRetries) return { state: 'FAILED', ...outcome }
    const delay = FIRST_DELAY_MS * 4 ** (attempts - 1) * (0.75 + Math.random() / 2)
    return {
      state: 'PENDING',
      ...outcome,
      next: now() + Math.round(Math.min(Math.max(delay, atLeast), LONGEST_DELAY_MS)),
    }
  }

  return {
    start() {
      stopped = false
      wake()
    },
    wake,
    async stop() {
      stopped = true
      again = false
      clearTimeout(timer)
      await looking
      await Promise.race([Promise.allSettled(sending), sleep(LAST_WORDS_MS, undefined, { ref: false })])
    },
  }
}
