import type { Db, Sql, Transaction } from '../db/db.ts'
import { checkMaxResults } from '../tracking/limits.ts'
import { addVersionOf } from '../tracking/logged-models-store.ts'
import type { Context, Handlers } from '../wire/endpoint.ts'
import type { modelVersions } from '../wire/model-versions.ts'
import { type By, type Change, record } from './events.ts'
import { lockModel, updateModel } from './models-store.ts'
import { checkLength, checkTag, LONGEST_DESCRIPTION } from './names.ts'
import { checkPromptSource, isPrompt } from './prompts.ts'
import { searchVersions } from './search.ts'
import { resolveSource } from './sources.ts'
import { checkArchives, type Stage, toStage } from './stages.ts'
import {
  aliasesOf,
  deleteVersion,
  deleteVersionTag,
  findVersionTag,
  getVersion,
  insertVersion,
  setVersionTags,
  toVersions,
  updateVersion,
  versionsInStage,
} from './versions-store.ts'

const MOST_RESULTS = 200_000
const LONGEST_SOURCE = 2048
const LONGEST_ID = 256

interface Deps {
  readonly db: Db
  readonly now: () => number
}

export function modelVersionHandlers({ db, now }: Deps): Handlers<typeof modelVersions> {
  const by = ({ principal }: Context): By => ({ userId: principal.name, time: now() })

  return {
    async create({ name, source, runId = '', modelId = '', tags, runLink = '', description = '' }, context) {
      checkLength('description', description, LONGEST_DESCRIPTION)
      checkLength('source', source, LONGEST_SOURCE)
      checkLength('run_link', runLink, LONGEST_SOURCE)
      checkLength('run_id', runId, LONGEST_ID)
      for (const [i, tag] of tags.entries()) checkTag(`tags[${i}]`, tag)
      const prompt = isPrompt(tags)
      if (prompt) checkPromptSource(source)
      const told = [...new Map(tags.map((tag) => [tag.key, tag])).values()]
      return await db.write(async (tx) => {
        const who = by(context)
        const model = await lockModel(tx, name, who.time)
        const origin = prompt
          ? { source, location: source, runId, modelId }
          : await resolveSource(tx, { source, runId, modelId })
        const version = model.last_version + 1
        await updateModel(tx, model.id, { last_version: version })
        await insertVersion(tx, {
          model: model.id,
          version,
          stage: 'None',
          description,
          source: origin.source,
          storage_location: origin.location,
          run_id: origin.runId,
          run_link: runLink,
          model_id: origin.modelId,
          copied_model: ('copied' in origin && origin.copied?.model) || null,
          copied_version: ('copied' in origin && origin.copied?.version) || null,
          creation_time: who.time,
          last_update_time: who.time,
        })
        await setVersionTags(tx, { model: model.id, version }, told)
        if (origin.modelId) await addVersionOf(tx, origin.modelId, name, version)
        await record(tx, who, [
          { action: 'model_version.created', model, version, after: origin.source },
          ...told.map(({ key, value }) => ({
            action: 'model_version_tag.set' as const,
            model,
            version,
            key,
            after: value,
          })),
        ])
        return await one(tx, name, version)
      })
    },

    async get({ name, version }) {
      return await one(db, name, version)
    },

    async search({ maxResults, ...search }) {
      checkMaxResults(maxResults, MOST_RESULTS)
      const { rows, nextPageToken } = await searchVersions(db, { maxResults, ...search })
      return { modelVersions: await toVersions(db, rows), ...(nextPageToken && { nextPageToken }) }
    },

    async update({ name, version, description }, context) {
      checkLength('description', description, LONGEST_DESCRIPTION)
      return await db.write(async (tx) => {
        const who = by(context)
        const model = await lockModel(tx, name, who.time)
        const row = await getVersion(tx, name, version)
        await updateVersion(tx, row, { description: description ?? null }, who.time)
        await record(tx, who, [
          { action: 'model_version.described', model, version, before: row.description, after: description },
        ])
        return await one(tx, name, version)
      })
    },

    async transitionStage({ name, version, stage, archiveExistingVersions, comment }, context) {
      const to = toStage('stage', stage)
      if (archiveExistingVersions) checkArchives(to)
      return await db.write(async (tx) => {
        await transition(tx, by(context), {
          name,
          version,
          to,
          archive: archiveExistingVersions,
          ...(comment && { comment }),
        })
        return await one(tx, name, version)
      })
    },

    async delete({ name, version }, context) {
      await db.write(async (tx) => {
        const who = by(context)
        const model = await lockModel(tx, name, who.time)
        const row = await getVersion(tx, name, version)
        const aliases = await aliasesOf(tx, row)
        await deleteVersion(tx, row)
        await record(tx, who, [
          ...aliases.map((key) => ({
            action: 'model_version_alias.deleted' as const,
            model,
            version,
            key,
            before: `${version}`,
          })),
          { action: 'model_version.deleted', model, version, before: row.source },
        ])
      })
      return {}
    },

    async downloadUri({ name, version }) {
      return { artifactUri: (await getVersion(db, name, version)).storage_location }
    },

    async setTag({ name, version, key, value }, context) {
      checkTag('', { key, value })
      await db.write(async (tx) => {
        const who = by(context)
        const model = await lockModel(tx, name, who.time)
        const row = await getVersion(tx, name, version)
        const before = await findVersionTag(tx, row, key)
        await setVersionTags(tx, row, [{ key, value }])
        await record(tx, who, [{ action: 'model_version_tag.set', model, version, key, before, after: value }])
      })
      return {}
    },

    async deleteTag({ name, version, key }, context) {
      await db.write(async (tx) => {
        const who = by(context)
        const model = await lockModel(tx, name, who.time)
        const row = await getVersion(tx, name, version)
        const before = await findVersionTag(tx, row, key)
        if (before === undefined) return
        await deleteVersionTag(tx, row, key)
        await record(tx, who, [{ action: 'model_version_tag.deleted', model, version, key, before }])
      })
      return {}
    },
  }
}

interface Transition {
  readonly name: string
  readonly version: number
  readonly to: Stage
  /** Whether the versions that are in the stage leave it. */
  readonly archive: boolean
  readonly comment?: string
}

/** Moves a version to a stage. */
export async function transition(
  tx: Transaction,
  who: By,
  { name, version, to, archive, comment }: Transition,
): Promise<void> {
  const model = await lockModel(tx, name, who.time)
  const row = await getVersion(tx, name, version)
  const others = archive ? (await versionsInStage(tx, model.id, to)).filter((each) => each.version !== version) : []
  const moved = (of: number, before: string, after: string): Change => ({
    action: 'model_version.staged',
    model,
    version: of,
    before,
    after,
    ...(comment && { comment }),
  })
  for (const other of others) await updateVersion(tx, { model: model.id, ...other }, { stage: 'Archived' }, who.time)
  await updateVersion(tx, row, { stage: to }, who.time)
  await record(tx, who, [...others.map((other) => moved(other.version, to, 'Archived')), moved(version, row.stage, to)])
}

const one = async (sql: Sql, name: string, version: number) => ({
  modelVersion: (await toVersions(sql, [await getVersion(sql, name, version)]))[0]!,
})
