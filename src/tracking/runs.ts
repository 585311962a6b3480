import type { Db } from '../db/db.ts'
import { ApiError, invalid, notFound } from '../wire/errors.ts'
import type { Handlers } from '../wire/endpoint.ts'
import type { KeyValue } from '../wire/experiments.ts'
import type { DatasetInput, runs } from '../wire/runs.ts'
import { findExperiment } from './experiments-store.ts'
import { insertInputs, insertRunModels } from './inputs-store.ts'
import type { KeyCatalogue } from './keys.ts'
import {
  checkBatch,
  checkCount,
  checkKey,
  checkKeyLength,
  checkLengths,
  checkMaxResults,
  PARAM_LENGTH,
  TAG_LENGTH,
  truncate,
} from './limits.ts'
import { checkMetrics, logMetrics } from './metrics.ts'
import { randomRunName } from './run-names.ts'
import { createRunReader, readRuns } from './run-reader.ts'
import {
  deleteTag,
  findRun,
  getRun,
  insertRun,
  lockRun,
  setRunLifecycle,
  setParams,
  setTags,
  toRunInfo,
  updateRun,
} from './runs-store.ts'
import { searchRuns } from './search-runs.ts'

const MOST_RESULTS = 50_000
const MOST_COLUMNS = 1000
const RUN_ID = /^[0-9a-f]{32}$/
const RUN_NAME = 'mlflow.runName'
const MODEL_HISTORY = 'mlflow.log-model.history'

interface Deps {
  readonly db: Db
  readonly keys: KeyCatalogue
  readonly now: () => number
  readonly newId: () => string
}

export function runHandlers({ db, keys, now, newId }: Deps): Handlers<typeof runs> {
  const reader = createRunReader(db)
  return {
    async create({ experimentId, runId: chosen, userId = '', runName, startTime, tags }) {
      if (chosen !== undefined && !RUN_ID.test(chosen))
        throw invalid('run_id', `expected 32 hexadecimal digits, got '${chosen}'`)
      for (const [i, { key }] of tags.entries()) checkKeyLength(`tags[${i}].key`, key)
      const tagged = tags.findLast(({ key }) => key === RUN_NAME)?.value
      if (runName && tagged && runName !== tagged)
        throw invalid('run_name', `'${runName}' differs from the tag ${RUN_NAME}, '${tagged}'`)
      const name = runName || tagged || randomRunName()
      const runId = chosen ?? newId()
      const row = await db.write(async (tx) => {
        const experiment = await findExperiment(tx, experimentId)
        if (!experiment) throw notFound('Experiment', experimentId)
        if (experiment.lifecycle_stage !== 'active')
          throw invalid('experiment_id', `experiment '${experimentId}' has been deleted; restore it to write to it`)
        if (chosen !== undefined && (await findRun(tx, chosen)))
          throw new ApiError('RESOURCE_ALREADY_EXISTS', `Run '${chosen}' exists already`)
        const run = await insertRun(tx, {
          run_id: runId,
          experiment: experiment.id,
          long_experiment_id: experiment.long_id,
          name,
          user_id: userId,
          start_time: startTime ?? now(),
          artifact_uri: `${experiment.artifact_location.replace(/\/$/, '')}/${runId}/artifacts`,
          updated_at: now(),
        })
        await setTags(tx, keys, run, [...shortened(tags, TAG_LENGTH), { key: RUN_NAME, value: name }])
        return await getRun(tx, runId)
      })
      const [run] = await reader.read([row])
      return { run: run! }
    },

    async get({ runId }) {
      const [run] = await reader.read([await getRun(db, runId)])
      return { run: run! }
    },

    async update({ runId, status, endTime, runName }) {
      return await db.write(async (tx) => {
        const run = await lockRun(tx, runId, now())
        await updateRun(tx, run.id, {
          ...(status && { status }),
          ...(endTime !== undefined && { end_time: endTime }),
          ...(runName && { name: runName }),
        })
        if (runName) await setTags(tx, keys, run, [{ key: RUN_NAME, value: runName }])
        return { runInfo: toRunInfo(await getRun(tx, runId)) }
      })
    },

    async delete({ runId }) {
      await db.write(async (tx) => {
        await getRun(tx, runId)
        await setRunLifecycle(tx, runId, 'deleted', now())
      })
      return {}
    },

    async restore({ runId }) {
      await db.write(async (tx) => {
        await getRun(tx, runId)
        await setRunLifecycle(tx, runId, 'active', now())
      })
      return {}
    },

    async search({ only, maxResults, ...search }) {
      checkMaxResults(maxResults, MOST_RESULTS)
      for (const kind of ['metrics', 'params', 'tags'] as const)
        checkCount(`only.${kind}`, only?.[kind] ?? [], MOST_COLUMNS)
      const { rows, nextPageToken } = await searchRuns(db, { maxResults, ...search })
      return { runs: await reader.read(rows, only), ...(nextPageToken && { nextPageToken }) }
    },

    async logBatch({ runId, metrics, params, tags }) {
      checkBatch({ metrics: metrics.length, params: params.length, tags: tags.length })
      checkMetrics(metrics)
      checkPairs('params', params)
      checkPairs('tags', tags)
      checkDistinct(params)
      await db.write(async (tx) => {
        const run = await lockRun(tx, runId, now())
        await setParams(tx, keys, run, shortened(params, PARAM_LENGTH))
        await logMetrics(tx, keys, run, metrics)
        await setNamedTags(tx, keys, run, tags)
      })
      return {}
    },

    async logParameter({ runId, key, value }) {
      checkKey('key', key)
      await db.write(async (tx) =>
        setParams(tx, keys, await lockRun(tx, runId, now()), shortened([{ key, value }], PARAM_LENGTH)),
      )
      return {}
    },

    async setTag({ runId, key, value }) {
      checkKey('key', key)
      await db.write(async (tx) => setNamedTags(tx, keys, await lockRun(tx, runId, now()), [{ key, value }]))
      return {}
    },

    async deleteTag({ runId, key }) {
      await db.write(async (tx) => {
        if (!(await deleteTag(tx, await lockRun(tx, runId, now()), key))) throw notFound('Tag', key)
      })
      return {}
    },

    async logInputs({ runId, datasets, models }) {
      for (const [i, input] of datasets.entries()) checkDatasetInput(`datasets[${i}]`, input)
      await db.write(async (tx) => {
        const run = await lockRun(tx, runId, now())
        await insertInputs(tx, run, datasets)
        await insertRunModels(tx, run, 'in', models)
      })
      return {}
    },

    async logOutputs({ runId, models }) {
      await db.write(async (tx) => insertRunModels(tx, await lockRun(tx, runId, now()), 'out', models))
      return {}
    },

    async logModel({ runId, modelJson }) {
      const model = parseModel(modelJson)
      await db.write(async (tx) => {
        const run = await lockRun(tx, runId, now())
        const [before] = await readRuns(tx, [await getRun(tx, runId)], {
          metrics: [],
          params: [],
          tags: [MODEL_HISTORY],
        })
        const history = JSON.parse(before!.data.tags[0]?.value ?? '[]') as unknown[]
        await setTags(tx, keys, run, [{ key: MODEL_HISTORY, value: JSON.stringify([...history, model]) }])
      })
      return {}
    },
  }
}

/** Sets tags, of which one is the run's name. */
async function setNamedTags(
  tx: Parameters<typeof setTags>[0],
  keys: KeyCatalogue,
  run: Parameters<typeof setTags>[2],
  tags: readonly KeyValue[],
): Promise<void> {
  await setTags(tx, keys, run, shortened(tags, TAG_LENGTH))
  const name = tags.findLast(({ key }) => key === RUN_NAME)?.value
  if (name) await updateRun(tx, run.id, { name })
}

function checkPairs(field: string, pairs: readonly KeyValue[]): void {
  for (const [i, { key }] of pairs.entries()) checkKey(`${field}[${i}].key`, key)
}

function checkDistinct(params: readonly KeyValue[]): void {
  const seen = new Set<string>()
  for (const [i, { key }] of params.entries()) {
    if (seen.has(key)) throw invalid(`params[${i}].key`, `param '${key}' is twice in the batch`)
    seen.add(key)
  }
}

const DATASET_LENGTHS = { name: 500, digest: 36, source: 65_535, schema: 1_048_575, profile: 16_777_215 } as const
const INPUT_TAG_LENGTHS = { key: 255, value: 500 } as const

function checkDatasetInput(field: string, { dataset, tags }: DatasetInput): void {
  checkLengths(`${field}.dataset`, dataset, DATASET_LENGTHS)
  for (const [i, tag] of tags.entries()) checkLengths(`${field}.tags[${i}]`, tag, INPUT_TAG_LENGTHS)
}

function parseModel(modelJson: string): object {
  const model = parseObject(modelJson)
  const absent = ['artifact_path', 'flavors', 'utc_time_created', 'run_id'].filter((name) => !(name in model))
  if (absent.length > 0) throw invalid('model_json', `it lacks ${absent.join(', ')}`)
  return model
}

function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    if (value && typeof value === 'object') return value
  } catch (cause) {
    throw new ApiError('INVALID_PARAMETER_VALUE', `Invalid value for 'model_json': it is not JSON`, { cause })
  }
  throw invalid('model_json', 'expected a JSON object')
}

const shortened = (pairs: readonly KeyValue[], length: number) =>
  pairs.map(({ key, value }) => ({ key, value: truncate(value, length) }))
