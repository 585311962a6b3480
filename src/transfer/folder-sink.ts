import { createHash } from 'node:crypto'
import { createWriteStream, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { stringify } from 'yaml'
import type { Points } from '../tracking/chunk.ts'
import { invalid } from '../wire/errors.ts'
import type { KeyValue } from '../wire/experiments.ts'
import { LoggedModelStatus } from '../wire/logged-models.ts'
import type { ModelMetric } from '../wire/metrics.ts'
import { RunStatus } from '../wire/runs.ts'
import type { Sink } from './sink.ts'

const TRASH = '.trash'

/**
 * A new `mlruns` folder, as MLflow's own file store writes it.
 *
 * @throws ApiError `INVALID_PARAMETER_VALUE` when there is something in the folder.
 */
export function folderSink(root: string): Sink {
  if (existsSync(root) && readdirSync(root).length > 0)
    throw invalid('destination', `there is something in '${root}' already: name a folder that is not there`)
  mkdirSync(join(root, TRASH), { recursive: true })
  const lost = new Map<string, number>()
  const deleted = new Set<string>()
  const folderOf = (experimentId: string) => (deleted.has(experimentId) ? join(TRASH, experimentId) : experimentId)
  const experimentFolder = (experimentId: string) => join(root, folderOf(experimentId))

  /** Writes a file named after a key, unless no folder can hold it: `a` beside `a/b`, or a name that is too long. */
  async function putKey(folder: string, kind: string, key: string, content: string | Readable): Promise<void> {
    const file = resolve(folder, kind, key)
    try {
      if (!file.startsWith(join(folder, kind) + sep)) throw Object.assign(new Error(key), { code: 'EEXIST' })
      await mkdir(dirname(file), { recursive: true })
      if (typeof content === 'string') await writeFile(file, content)
      else await pipeline(content, createWriteStream(file, { flags: 'a' }))
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (!['EEXIST', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes(code)) throw error
      const what = `${kind} whose names no file can have`
      lost.set(what, (lost.get(what) ?? 0) + 1)
    }
  }

  async function putKeys(folder: string, kind: string, pairs: readonly KeyValue[]): Promise<void> {
    await mkdir(join(folder, kind), { recursive: true })
    for (const { key, value } of pairs) await putKey(folder, kind, key, value)
  }

  return {
    artifacts: { root, folderOf },

    async open(experiments) {
      for (const experiment of experiments) {
        const { experimentId, tags } = experiment
        if (experiment.lifecycleStage === 'deleted') deleted.add(experimentId)
        const folder = experimentFolder(experimentId)
        await putMeta(folder, {
          artifact_location: experiment.artifactLocation,
          creation_time: experiment.creationTime,
          experiment_id: experimentId,
          last_update_time: experiment.lastUpdateTime,
          lifecycle_stage: experiment.lifecycleStage,
          name: experiment.name,
        })
        await putKeys(folder, 'tags', tags)
      }
    },

    async putRun({ run: { info, data, inputs, outputs }, deletedTime }, series) {
      const { runId, experimentId } = info
      const experiment = experimentFolder(experimentId)
      const folder = join(experiment, runId)
      await mkdir(join(folder, 'artifacts'), { recursive: true })
      await putKeys(folder, 'params', data.params)
      await putKeys(folder, 'tags', data.tags)
      await mkdir(join(folder, 'metrics'), { recursive: true })
      for await (const { key, points } of series) await putKey(folder, 'metrics', key, Readable.from(linesOf(points)))
      for (const { dataset, tags } of inputs?.datasetInputs ?? []) {
        const { name, digest, source, sourceType: source_type, schema = null, profile = null } = dataset
        const id = md5(name + digest)
        await putMeta(join(experiment, 'datasets', id), { name, digest, source, source_type, schema, profile })
        await putMeta(join(folder, 'inputs', md5(id + runId)), {
          source_type: 'DATASET',
          source_id: id,
          destination_type: 'RUN',
          destination_id: id,
          tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
        })
      }
      for (const { modelId } of inputs?.modelInputs ?? [])
        await putMeta(join(folder, 'inputs', md5(modelId + runId)), {
          source_type: 'MODEL',
          source_id: modelId,
          destination_type: 'RUN',
          destination_id: modelId,
          tags: {},
        })
      for (const { modelId, step } of outputs?.modelOutputs ?? [])
        await putMeta(join(folder, 'outputs', modelId), {
          source_type: 'RUN_OUTPUT',
          source_id: modelId,
          destination_type: 'MODEL_OUTPUT',
          destination_id: modelId,
          step,
          tags: {},
        })
      // last, for it makes a folder a run
      await putMeta(folder, {
        artifact_uri: info.artifactUri,
        ...(deletedTime !== undefined && { deleted_time: deletedTime }),
        end_time: info.endTime ?? null,
        entry_point_name: '',
        experiment_id: experimentId,
        lifecycle_stage: info.lifecycleStage,
        run_id: runId,
        run_name: info.runName ?? '',
        source_name: '',
        source_type: 4,
        source_version: '',
        start_time: info.startTime ?? null,
        status: RunStatus.names[info.status],
        tags: [],
        user_id: info.userId ?? '',
      })
    },

    async putModel({ model: { info, data }, lifecycleStage }) {
      const folder = join(experimentFolder(info.experimentId), 'models', info.modelId)
      for (const kind of ['artifacts', 'metrics']) await mkdir(join(folder, kind), { recursive: true })
      await putKeys(folder, 'params', data.params)
      await putKeys(folder, 'tags', info.tags)
      for (const [key, metrics] of Map.groupBy(data.metrics, (metric) => metric.key))
        await putKey(folder, 'metrics', key, metrics.map(lineOf).join(''))
      await putMeta(folder, {
        artifact_location: info.artifactUri,
        creation_timestamp: info.creationTimestampMs,
        experiment_id: info.experimentId,
        last_updated_timestamp: info.lastUpdatedTimestampMs,
        lifecycle_stage: lifecycleStage,
        model_id: info.modelId,
        model_type: info.modelType ?? null,
        name: info.name,
        source_run_id: info.sourceRunId || null,
        status: LoggedModelStatus.names[info.status],
        status_message: info.statusMessage ?? null,
      })
    },

    close: async () => lost,
  }
}

/** Text is quoted, so that no reader takes a run id such as `1234e5` for a number. */
async function putMeta(folder: string, meta: object): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, 'meta.yaml'),
    stringify(meta, {
      version: '1.1',
      defaultStringType: 'QUOTE_DOUBLE',
      defaultKeyType: 'QUOTE_DOUBLE',
      lineWidth: 0,
    }),
  )
}

/** One line a point: `timestamp value step`, some thousands at a time. */
function* linesOf({ steps, timestamps, values }: Points): Iterable<string> {
  let text = ''
  for (const [i, value] of values.entries()) {
    text += `${timestamps[i]} ${textOf(value)} ${steps[i]}\n`
    if (i % 10_000 !== 9999) continue
    yield text
    text = ''
  }
  yield text
}

/** As a line of a run, with the run and the dataset behind it. */
const lineOf = ({ timestamp, value, step, runId, datasetName, datasetDigest }: ModelMetric) =>
  `${[timestamp, textOf(value), step, runId, ...(datasetName ? [datasetName, datasetDigest] : [])].join(' ')}\n`

const textOf = (value: number) => (Number.isNaN(value) ? 'nan' : String(value))
const md5 = (text: string) => createHash('md5').update(text).digest('hex')
