import type { Db } from '../db/db.ts'
import { invalid } from '../wire/errors.ts'
import type { Handlers } from '../wire/endpoint.ts'
import type { pages } from '../wire/server.ts'
import { toExperimentNumbers } from './experiments-store.ts'
import { listKeys } from './keys.ts'
import { liveRuns } from './live.ts'
import { countRuns } from './search-runs.ts'

interface Deps {
  readonly db: Db
  readonly now: () => number
  /** Aborts when the store is about to be closed. */
  readonly closing: AbortSignal
}

/** What Millrace's own pages ask beside MLflow's endpoints. */
export function pageHandlers({ db, now, closing }: Deps): Handlers<typeof pages> {
  return {
    async keys({ experimentIds }) {
      return { keys: await listKeys(db, await toExperimentNumbers(db, experimentIds, 'experiment_ids')) }
    },

    async countRuns({ most, ...search }) {
      if (most < 1) throw invalid('most', `expected at least 1, got ${most}`)
      return { count: await countRuns(db, search, most) }
    },

    async live({ experimentIds }) {
      if (experimentIds.length === 0) throw invalid('experiment_ids', 'expected at least one id')
      return liveRuns(db, await toExperimentNumbers(db, experimentIds, 'experiment_ids'), now, closing)
    },
  }
}
