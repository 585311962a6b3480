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
  toLoggedModel,
  updateLoggedModel,
} from './logged-models-store.ts'
import { randomRunName } from './run-names.ts'

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
      return { model: await toLoggedModel(db, row) }
    },

    async get({ modelId, allowDeleted }) {
      return { model: await toLoggedModel(db, await getLoggedModel(db, modelId, allowDeleted)) }
    },

    async finalize({ modelId, status }) {
      await db.write(async (tx) => updateLoggedModel(tx, (await getLoggedModel(tx, modelId)).id, { status }, now()))
      return { model: await toLoggedModel(db, await getLoggedModel(db, modelId)) }
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
      return { model: await toLoggedModel(db, await getLoggedModel(db, modelId)) }
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

function checkName(name: string): void {
  const found = /[/:.%"']/.exec(name)
  if (found) throw invalid('name', `'${name}' must not contain '${found[0]}'`)
}
