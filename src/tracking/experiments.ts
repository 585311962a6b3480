import type { Db, Sql, Transaction } from '../db/db.ts'
import type { Lifecycle } from '../db/tables.ts'
import { ApiError, invalid, notFound } from '../wire/errors.ts'
import type { Handlers } from '../wire/endpoint.ts'
import type { experiments } from '../wire/experiments.ts'
import {
  deleteExperimentTag,
  type ExperimentRow,
  findExperiment,
  findExperimentByName,
  insertExperiment,
  setExperimentTag,
  toExperimentNumbers,
  toExperiments,
  updateExperiment,
} from './experiments-store.ts'
import { listDatasets } from './inputs-store.ts'
import { checkExperimentName, checkExperimentTag, checkKey, checkMaxResults } from './limits.ts'
import { setRunsLifecycle } from './runs-store.ts'
import { searchExperiments } from './search.ts'

const MOST_RESULTS = 50_000
const MOST_DATASETS = 1000
const MOST_DATASET_EXPERIMENTS = 20

interface Deps {
  readonly db: Db
  readonly now: () => number
  /** Where experiments keep their artifacts unless they say otherwise, such as `mlflow-artifacts:`. */
  readonly artifactRoot: string
}

export function experimentHandlers({ db, now, artifactRoot }: Deps): Handlers<typeof experiments> {
  return {
    async create({ name, artifactLocation, tags }) {
      checkExperimentName('name', name)
      if (artifactLocation) checkArtifactLocation(artifactLocation)
      for (const [i, { key, value }] of tags.entries()) {
        checkKey(`tags[${i}].key`, key)
        checkExperimentTag(`tags[${i}].value`, value)
      }
      return await db.write(async (tx) => {
        const id = await insertExperiment(tx, {
          name,
          artifactLocation: (number) => artifactLocation || `${artifactRoot}/${number}`,
          now: now(),
        })
        if (id === undefined) throw await nameTaken(tx, name)
        for (const tag of tags) await setExperimentTag(tx, id, tag)
        return { experimentId: String(id) }
      })
    },

    async search({ maxResults = 0, ...search }) {
      checkMaxResults(maxResults, MOST_RESULTS)
      const { rows, nextPageToken } = await searchExperiments(db, { maxResults, ...search })
      return { experiments: await toExperiments(db, rows), ...(nextPageToken && { nextPageToken }) }
    },

    async get({ experimentId }) {
      return one(db, await getExperiment(db, experimentId))
    },

    async getByName({ experimentName }) {
      const row = await findExperimentByName(db, experimentName)
      if (!row) throw notFound('Experiment', experimentName)
      return one(db, row)
    },

    async update({ experimentId, newName }) {
      checkExperimentName('new_name', newName)
      await db.write(async (tx) => {
        const { id, lifecycle_stage } = await getExperiment(tx, experimentId)
        if (lifecycle_stage !== 'active')
          throw new ApiError('INVALID_STATE', `Experiment '${experimentId}' has been deleted; restore it to rename it`)
        const namesake = await findExperimentByName(tx, newName)
        if (namesake && namesake.id !== id) throw await nameTaken(tx, newName)
        await updateExperiment(tx, id, { name: newName }, now())
      })
      return {}
    },

    async delete({ experimentId }) {
      await db.write(async (tx) => {
        const { id } = await getExperimentThatIs('active', tx, experimentId)
        await updateExperiment(tx, id, { lifecycle_stage: 'deleted' }, now())
        await setRunsLifecycle(tx, id, 'deleted', now())
      })
      return {}
    },

    async restore({ experimentId }) {
      await db.write(async (tx) => {
        const { id } = await getExperimentThatIs('deleted', tx, experimentId)
        await updateExperiment(tx, id, { lifecycle_stage: 'active' }, now())
        await setRunsLifecycle(tx, id, 'active', now())
      })
      return {}
    },

    async setTag({ experimentId, key, value }) {
      checkKey('key', key)
      checkExperimentTag('value', value)
      await db.write(async (tx) => {
        const { id } = await activeExperiment(tx, experimentId)
        await setExperimentTag(tx, id, { key, value })
        await updateExperiment(tx, id, {}, now())
      })
      return {}
    },

    async deleteTag({ experimentId, key }) {
      await db.write(async (tx) => {
        const { id } = await activeExperiment(tx, experimentId)
        if (!(await deleteExperimentTag(tx, id, key))) throw notFound('Tag', key)
        await updateExperiment(tx, id, {}, now())
      })
      return {}
    },

    async searchDatasets({ experimentIds }) {
      if (experimentIds.length === 0 || experimentIds.length > MOST_DATASET_EXPERIMENTS)
        throw invalid('experiment_ids', `expected 1 to ${MOST_DATASET_EXPERIMENTS} ids, got ${experimentIds.length}`)
      const ids = await toExperimentNumbers(db, experimentIds, 'experiment_ids')
      return { datasetSummaries: await listDatasets(db, ids, MOST_DATASETS) }
    },
  }
}

/** @throws ApiError for an experiment that does not exist or has been deleted. */
export async function activeExperiment(tx: Transaction, experimentId: string): Promise<ExperimentRow> {
  const row = await getExperiment(tx, experimentId)
  if (row.lifecycle_stage === 'active') return row
  throw invalid('experiment_id', `experiment '${experimentId}' has been deleted; restore it to write to it`)
}

async function getExperiment(sql: Sql, experimentId: string): Promise<ExperimentRow> {
  const row = await findExperiment(sql, experimentId)
  if (!row) throw notFound('Experiment', experimentId)
  return row
}

/** To delete or to restore; one that is so already is not found, as MLflow has it. */
async function getExperimentThatIs(stage: Lifecycle, tx: Transaction, experimentId: string): Promise<ExperimentRow> {
  const row = await getExperiment(tx, experimentId)
  if (row.lifecycle_stage === stage) return row
  throw new ApiError('RESOURCE_DOES_NOT_EXIST', `Experiment '${experimentId}' is ${row.lifecycle_stage} already`)
}

const one = async (db: Db, row: ExperimentRow) => ({ experiment: (await toExperiments(db, [row]))[0]! })

async function nameTaken(tx: Transaction, name: string): Promise<ApiError> {
  const row = await findExperimentByName(tx, name)
  const hint = row?.lifecycle_stage === 'deleted' ? '; it has been deleted, and can be restored' : ''
  return new ApiError('RESOURCE_ALREADY_EXISTS', `Experiment '${name}' exists already${hint}`)
}

function checkArtifactLocation(location: string): void {
  if (location.length > 2048) throw invalid('artifact_location', `it has ${location.length} characters, at most 2048`)
  if (/[#;?]/.test(location) || /^runs:/i.test(location))
    throw invalid('artifact_location', `'${location}' must be a plain location, without '#', ';', '?' and not runs:/`)
  if (decodeFully(location).split(/[/\\]/).includes('..'))
    throw invalid('artifact_location', `'${location}' must not contain '..'`)
}

/** Percent-decodes until nothing changes, so that nothing hides behind a second coding. */
function decodeFully(text: string): string {
  try {
    const decoded = decodeURIComponent(text)
    return decoded === text ? text : decodeFully(decoded)
  } catch {
    return text // a stray '%' is only that
  }
}
