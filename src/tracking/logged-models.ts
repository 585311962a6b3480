import type { Db } from '../db/db.ts'
import { invalid, notFound } from '../wire/errors.ts'
import type { Handlers } from '../wire/endpoint.ts'
import type { loggedModels } from '../wire/logged-models.ts'
import { activeExperiment } from './experiments.ts'
import {
  deleteModelTag,
  getLoggedModel,
  insertLoggedModel,
  setModelPairs,
  type LoggedModelRow,
  toLoggedModels,
  updateLoggedModel,
} from './logged-models-store.ts'
import { checkMaxResults } from './limits.ts'
import { randomRunName } from './run-names.ts'
import { searchLoggedModels } from './search.ts'

const MOST_RESULTS = 50_000

interface Deps {
  readonly db: Db
  readonly now: () => number
  readonly newId: () => string
}

export function loggedModelHandlers({ db, now, newId }: Deps): Handlers<typeof loggedModels> {
  return {
    async create({ experimentId, name, modelType = '', sourceRunId = '', params, tags }) {
      if (name) checkName(name)
      const modelId = `m-${newId()}`
      const row = await db.write(async (tx) => {
        const experiment = await activeExperiment(tx, experimentId)
        const model = await insertLoggedModel(tx, {
          model_id: modelId,
          experiment: experiment.id,
          long_experiment_id: experiment.long_id,
          name: name || randomRunName(),
          model_type: modelType,
          source_run_id: sourceRunId,
          artifact_uri: `${experiment.artifact_location.replace(/\/$/, '')}/models/${modelId}/artifacts`,
          status: 'LOGGED_MODEL_PENDING',
          lifecycle_stage: 'active',
          creation_time: now(),
          last_update_time: now(),
        })
        await setModelPairs(tx, 'logged_model_params', model.id, params)
        await setModelPairs(tx, 'logged_model_tags', model.id, tags)
        return model
      })
      return await one(db, row)
    },

    async search({ maxResults, ...search }) {
      checkMaxResults(maxResults, MOST_RESULTS)
      const { rows, nextPageToken } = await searchLoggedModels(db, { maxResults, ...search })
      return { models: await toLoggedModels(db, rows), ...(nextPageToken && { nextPageToken }) }
    },

    async get({ modelId, allowDeleted }) {
      return await one(db, await getLoggedModel(db, modelId, allowDeleted))
    },

    async finalize({ modelId, status }) {
      await db.write(async (tx) => updateLoggedModel(tx, (await getLoggedModel(tx, modelId)).id, { status }, now()))
      return await one(db, await getLoggedModel(db, modelId))
    },

    async delete({ modelId }) {
      await db.write(async (tx) => {
        const { id } = await getLoggedModel(tx, modelId)
        await updateLoggedModel(tx, id, { lifecycle_stage: 'deleted' }, now())
      })
      return {}
    },

    async setTags({ modelId, tags }) {
      await db.write(async (tx) => {
        const { id } = await getLoggedModel(tx, modelId)
        await setModelPairs(tx, 'logged_model_tags', id, tags)
        await updateLoggedModel(tx, id, {}, now())
      })
      return await one(db, await getLoggedModel(db, modelId))
    },

    async deleteTag({ modelId, tagKey }) {
      await db.write(async (tx) => {
        const { id } = await getLoggedModel(tx, modelId)
        if (!(await deleteModelTag(tx, id, tagKey))) throw notFound('Tag', tagKey)
      })
      return {}
    },

    async logParams({ modelId, params }) {
      await db.write(async (tx) =>
        setModelPairs(tx, 'logged_model_params', (await getLoggedModel(tx, modelId)).id, params),
      )
      return {}
    },
  }
}

const one = async (db: Db, row: LoggedModelRow) => ({ model: (await toLoggedModels(db, [row]))[0]! })

function checkName(name: string): void {
  const found = /[/:.%"']/.exec(name)
  if (found) throw invalid('name', `'${name}' must not contain '${found[0]}'`)
}
