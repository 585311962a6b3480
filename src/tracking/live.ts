import { setTimeout } from 'node:timers/promises'
import type { Db } from '../db/db.ts'

const POLL_MS = 500
/** Commits may become visible a little after the time they carry. */
const OVERLAP_MS = 3000
const HEARTBEAT_MS = 15_000

/**
 * Server-sent events about runs of some experiments that changed, in this process or another.
 *
 * They end when `closing` aborts. The store is asked twice a second: an indexed read of a few microseconds,
 * that sees what every process wrote.
 */
export function liveRuns(db: Db, experiments: readonly number[], now: () => number, closing: AbortSignal): Response {
  const stopped = new AbortController()
  const signal = AbortSignal.any([stopped.signal, closing])
  const stream = new ReadableStream<Uint8Array>({
    async start(controller) {
      const send = (text: string) => controller.enqueue(new TextEncoder().encode(text))
      let known = new Map<string, number>() // what has just changed is told: it may have, since the caller read it
      let spoken = performance.now()
      send(': connected\n\n')
      while (!signal.aborted) {
        await setTimeout(POLL_MS, undefined, { signal }).catch(() => {}) // aborted: the loop ends
        if (signal.aborted) break
        const rows = await changedSince(db, experiments, now() - OVERLAP_MS)
        const fresh = rows.filter(({ run_id, updated_at }) => known.get(run_id) !== updated_at)
        known = new Map(rows.map(idAndTime))
        if (signal.aborted) break
        if (fresh.length > 0)
          send(`event: runs\ndata: ${JSON.stringify({ run_ids: fresh.map(({ run_id }) => run_id) })}\n\n`)
        else if (performance.now() - spoken < HEARTBEAT_MS) continue
        else send(': still here\n\n')
        spoken = performance.now()
      }
      if (!stopped.signal.aborted) controller.close()
    },
    cancel: () => stopped.abort(),
  })
  return new Response(stream, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } })
}

interface Change {
  readonly run_id: string
  readonly updated_at: number
}

const changedSince = (db: Db, experiments: readonly number[], time: number): Promise<Change[]> =>
  db.all<Change>(
    `select run_id, updated_at from runs where experiment in (${experiments.map(() => '?')}) and updated_at > ?`,
    [...experiments, time],
  )

const idAndTime = ({ run_id, updated_at }: Change): [string, number] => [run_id, updated_at]
