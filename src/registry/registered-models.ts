import type { Db, Transaction } from '../db/db.ts'
import { ApiError, invalid } from '../wire/errors.ts'
import type { Context, Handlers } from '../wire/endpoint.ts'
import type { registeredModels } from '../wire/registered-models.ts'
import { checkMaxResults } from '../tracking/limits.ts'
import { type By, record } from './events.ts'
import {
  deleteAlias,
  deleteModel,
  deleteModelTag,
  findAlias,
  findModelTag,
  getModel,
  insertModel,
  lockModel,
  type ModelRow,
  setAlias,
  setModelTags,
  toModels,
  updateModel,
} from './models-store.ts'
import { checkAlias, checkLength, checkModelName, checkTag, isLatest, LONGEST_DESCRIPTION } from './names.ts'
import { IS_PROMPT } from '../search/registered-models.ts'
import { isPrompt } from './prompts.ts'
import { searchModels } from './search.ts'
import { toStage } from './stages.ts'
import { getVersion, highestVersion, latestVersions, touchVersions, toVersions } from './versions-store.ts'

const MOST_RESULTS = 1000

interface Deps {
  readonly db: Db
  readonly now: () => number
}

export function registeredModelHandlers({ db, now }: Deps): Handlers<typeof registeredModels> {
  const by = ({ principal }: Context): By => ({ userId: principal.name, time: now() })

  return {
    async create({ name, tags, description = '', deploymentJobId = '' }, context) {
      const prompt = isPrompt(tags)
      checkModelName('name', name)
      checkLength('description', description, LONGEST_DESCRIPTION)
      for (const [i, tag] of tags.entries()) checkTag(`tags[${i}]`, tag)
      const told = [...new Map(tags.map((tag) => [tag.key, tag])).values()]
      return await db.write(async (tx) => {
        const who = by(context)
        const row = await insertModel(tx, {
          name,
          description,
          deployment_job_id: deploymentJobId,
          is_prompt: Number(prompt),
          creation_time: who.time,
          last_update_time: who.time,
        })
        if (!row) throw await nameTaken(tx, name)
        await setModelTags(tx, row.id, told)
        await record(tx, who, [
          { action: 'registered_model.created', model: row, after: description },
          ...told.map(({ key, value }) => ({
            action: 'registered_model_tag.set' as const,
            model: row,
            key,
            after: value,
          })),
        ])
        return await one(tx, row)
      })
    },

    async get({ name }) {
      return await one(db, await getModel(db, name))
    },

    async search({ maxResults, ...search }) {
      checkMaxResults(maxResults, MOST_RESULTS)
      const { rows, nextPageToken } = await searchModels(db, { maxResults, ...search })
      return { registeredModels: await toModels(db, rows), ...(nextPageToken && { nextPageToken }) }
    },

    async rename({ name, newName }, context) {
      checkModelName('new_name', newName)
      return await db.write(async (tx) => {
        const who = by(context)
        const model = await lockModel(tx, name, who.time)
        if (newName !== name) {
          if (await tx.get('select 1 from registered_models where name = ?', [newName]))
            throw await nameTaken(tx, newName)
          await updateModel(tx, model.id, { name: newName })
          await record(tx, who, [{ action: 'registered_model.renamed', model, before: name, after: newName }])
        }
        await touchVersions(tx, model.id, who.time)
        return await one(tx, { ...model, name: newName })
      })
    },

    async update({ name, description, deploymentJobId }, context) {
      checkLength('description', description, LONGEST_DESCRIPTION)
      return await db.write(async (tx) => {
        const who = by(context)
        const model = await lockModel(tx, name, who.time)
        const change = {
          ...(description !== undefined && { description }),
          ...(deploymentJobId !== undefined && { deployment_job_id: deploymentJobId }),
        }
        await updateModel(tx, model.id, change)
        if (description !== undefined)
          await record(tx, who, [
            { action: 'registered_model.described', model, before: model.description, after: description },
          ])
        return await one(tx, { ...model, ...change })
      })
    },

    async delete({ name }, context) {
      await db.write(async (tx) => {
        const who = by(context)
        const model = await lockModel(tx, name, who.time)
        await deleteModel(tx, model.id)
        await record(tx, who, [{ action: 'registered_model.deleted', model, before: model.description }])
      })
      return {}
    },

    async latestVersions({ name, stages }) {
      const { id } = await getModel(db, name)
      const wanted = stages.map((stage, i) => toStage(`stages[${i}]`, stage))
      const rows = await latestVersions(db, [id])
      const found = wanted.length > 0 ? rows.filter(({ stage }) => wanted.some((each) => each === stage)) : rows
      return { modelVersions: await toVersions(db, found) }
    },

    async setTag({ name, key, value }, context) {
      checkTag('', { key, value })
      await db.write(async (tx) => {
        const who = by(context)
        const model = await lockModel(tx, name, who.time)
        const before = await findModelTag(tx, model.id, key)
        await setModelTags(tx, model.id, [{ key, value }])
        if (key === IS_PROMPT) await updateModel(tx, model.id, { is_prompt: Number(isPrompt([{ key, value }])) })
        await record(tx, who, [{ action: 'registered_model_tag.set', model, key, before, after: value }])
      })
      return {}
    },

    async deleteTag({ name, key }, context) {
      await db.write(async (tx) => {
        const who = by(context)
        const model = await lockModel(tx, name, who.time)
        const before = await findModelTag(tx, model.id, key)
        if (before === undefined) return
        await deleteModelTag(tx, model.id, key)
        if (key === IS_PROMPT) await updateModel(tx, model.id, { is_prompt: 0 })
        await record(tx, who, [{ action: 'registered_model_tag.deleted', model, key, before }])
      })
      return {}
    },

    async setAlias({ name, alias, version, comment }, context) {
      checkAlias('alias', alias)
      checkLength('comment', comment, LONGEST_DESCRIPTION)
      await db.write(async (tx) => {
        const who = by(context)
        await getVersion(tx, name, version) // first, since its absence is what MLflow tells
        const model = await lockModel(tx, name, who.time)
        await getVersion(tx, name, version)
        const before = await findAlias(tx, model.id, alias)
        await setAlias(tx, model.id, alias, version)
        await record(tx, who, [
          {
            action: 'model_version_alias.created',
            model,
            version,
            key: alias,
            before: textOf(before),
            after: `${version}`,
            comment,
          },
        ])
      })
      return {}
    },

    async deleteAlias({ name, alias }, context) {
      await db.write(async (tx) => {
        const who = by(context)
        const model = await lockModel(tx, name, who.time)
        const before = await findAlias(tx, model.id, alias)
        if (before === undefined) return
        await deleteAlias(tx, model.id, alias)
        await record(tx, who, [
          { action: 'model_version_alias.deleted', model, version: before, key: alias, before: `${before}` },
        ])
      })
      return {}
    },

    async getByAlias({ name, alias }) {
      const { id } = await getModel(db, name)
      const version = await findAlias(db, id, alias)
      const row =
        version !== undefined ? await getVersion(db, name, version) : isLatest(alias) && (await highestVersion(db, id))
      if (!row) throw invalid('alias', `model '${name}' has no alias '${alias}'`)
      return { modelVersion: (await toVersions(db, [row]))[0]! }
    },
  }
}

const textOf = (version: number | undefined) => (version === undefined ? undefined : String(version))

const one = async (sql: Db | Transaction, row: ModelRow) => ({ registeredModel: (await toModels(sql, [row]))[0]! })

async function nameTaken(tx: Transaction, name: string): Promise<ApiError> {
  const { is_prompt: isOne } = await getModel(tx, name)
  return new ApiError(
    'RESOURCE_ALREADY_EXISTS',
    `${isOne ? 'A prompt' : 'A registered model'} '${name}' exists already`,
  )
}
