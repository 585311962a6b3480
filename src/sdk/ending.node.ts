import { setTimeout as sleep } from 'node:timers/promises'
import type { RunStatus } from '../wire/runs.ts'

interface Ending {
  /** Ends the runs that nobody else will end: the script came to its end. */
  finish(): Promise<void>
  /** Notes in the journal, at once, that the runs which are open have ended. */
  end(status: RunStatus): void
  /** Sends what waits. */
  flush(): Promise<void>
  /** Leaves what still waits to the next process. */
  leave(): void
}

const LONGEST_GOODBYE_MS = 5000

let isWatched = false

/**
 * Sees to it that the end of the process loses nothing, however it comes: by the
 * end of the script, `process.exit`, an error that nobody caught, or a signal
 * for which the program has no listener of its own.
 */
export function watchProcess({ finish, end, flush, leave }: Ending): void {
  if (isWatched) return
  isWatched = true

  process.once('beforeExit', () => void finish()) // once: an attempt to reach a server that is away comes back here
  process.once('exit', (code) => {
    end(code === 0 ? 'FINISHED' : 'FAILED')
    leave()
  })

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const onSignal = async () => {
      if (process.listenerCount(signal) > 1) return // the program ends in its own way
      end('KILLED')
      await Promise.race([flush(), sleep(LONGEST_GOODBYE_MS)])
      leave()
      process.off(signal, listener)
      process.kill(process.pid, signal)
    }
    const listener = () => void onSignal()
    process.on(signal, listener)
  }
}
