import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { invalid } from '../wire/errors.ts'
import type { Experiment } from '../wire/experiments.ts'
import { LoggedModelStatus } from '../wire/logged-models.ts'
import { readRun, statusOf } from './folder-runs.ts'
import { describeFiles, listFolder, readMetricFiles, readModelMetrics, readPairs } from './key-files.ts'
import { maybeTextOf, type Meta, numberOf, parseMeta, textOf } from './meta.ts'
import { locate, type Places } from './places.ts'
import type { Omission, Source, SourceModel } from './source.ts'

const TRASH = '.trash'
const MODELS = 'models'
/** Folders of an experiment that are not runs. */
const NOT_RUNS = new Set(['tags', 'datasets', 'traces', MODELS])

/**
 * A folder that MLflow's file store wrote, usually called `mlruns`.
 *
 * @throws ApiError `INVALID_PARAMETER_VALUE` when it is none.
 */
export async function openFolderSource(path: string, places: Places): Promise<Source> {
  const root = resolve(path)
  const metas = new Map<string, { readonly time: number; readonly meta: Meta }>()

  /** The folder of each experiment, by its id, which is the folder's name. */
  async function listExperiments(): Promise<Map<string, string>> {
    const found = new Map<string, string>()
    for (const parent of [root, join(root, TRASH)])
      for (const { name } of await listFolder(parent))
        if (/^\d+$/.test(name) && existsSync(join(parent, name, 'meta.yaml'))) found.set(name, join(parent, name))
    return found
  }

  /** Reads it again only when it has changed. */
  async function readMeta(folder: string): Promise<Meta | undefined> {
    const file = join(folder, 'meta.yaml')
    const found = await stat(file).catch(() => undefined)
    if (!found?.isFile()) return undefined
    const known = metas.get(file)
    if (known?.time === found.mtimeMs) return known.meta
    const meta = parseMeta(await readFile(file, 'utf8'))
    metas.set(file, { time: found.mtimeMs, meta })
    return meta
  }

  async function listRuns(experiment: string): Promise<string[]> {
    const names = (await listFolder(experiment)).filter((entry) => entry.isDirectory() && !NOT_RUNS.has(entry.name))
    return names.map(({ name }) => name).filter((name) => existsSync(join(experiment, name, 'meta.yaml')))
  }

  if ((await listExperiments()).size === 0)
    throw invalid('source', `there are no experiments of MLflow in the folder '${root}'`)

  return {
    name: `file:${root}`,
    what: 'a folder of MLflow',
    lacks: [],
    omissions: async () => await countOthers(root, (await listExperiments()).values()),
    close: async () => {},

    async totals() {
      let runs = 0
      for (const experiment of (await listExperiments()).values()) runs += (await listRuns(experiment)).length
      return { runs }
    },

    async experiments() {
      const found: Experiment[] = []
      for (const [experimentId, folder] of await listExperiments()) {
        const meta = (await readMeta(folder))!
        found.push({
          experimentId,
          name: textOf(meta, 'name') || experimentId,
          artifactLocation: textOf(meta, 'artifact_location'),
          lifecycleStage: folder.startsWith(join(root, TRASH))
            ? 'deleted'
            : textOf(meta, 'lifecycle_stage') || 'active',
          creationTime: numberOf(meta, 'creation_time') ?? 0,
          lastUpdateTime: numberOf(meta, 'last_update_time') ?? numberOf(meta, 'creation_time') ?? 0,
          tags: await readPairs(join(folder, 'tags')),
          workspace: textOf(meta, 'workspace') || 'default',
        })
      }
      return found
    },

    async *runs(experimentId) {
      const experiment = (await listExperiments()).get(experimentId)
      if (!experiment) return // it has been moved since the list was made
      for (const runId of await listRuns(experiment)) {
        const folder = join(experiment, runId)
        const meta = await readMeta(folder)
        if (!meta) continue
        const parts = ['params', 'tags', 'metrics', 'inputs', 'outputs'].map((part) =>
          describeFiles(join(folder, part)),
        )
        yield {
          runId,
          mark: markOf([meta, ...(await Promise.all(parts))]),
          isRunning: statusOf(meta) === 'RUNNING',
          read: () => readRun(experiment, experimentId, runId, meta, readMeta),
          series: () => readMetricFiles(join(folder, 'metrics')),
          artifacts: async () => locate(textOf(meta, 'artifact_uri'), runId, places, join(folder, 'artifacts')),
        }
      }
    },

    async *models(experimentId) {
      const experiment = (await listExperiments()).get(experimentId)
      if (!experiment) return
      for (const { name: modelId } of await listFolder(join(experiment, MODELS))) {
        const folder = join(experiment, MODELS, modelId)
        const meta = await readMeta(folder)
        if (meta) yield await readModel(folder, experimentId, modelId, meta, places)
      }
    },
  }
}

async function readModel(
  folder: string,
  experimentId: string,
  modelId: string,
  meta: Meta,
  places: Places,
): Promise<SourceModel> {
  const creationTimestampMs = numberOf(meta, 'creation_timestamp') ?? 0
  const statusMessage = maybeTextOf(meta, 'status_message')
  const model = {
    info: {
      modelId,
      experimentId,
      name: textOf(meta, 'name'),
      creationTimestampMs,
      lastUpdatedTimestampMs: numberOf(meta, 'last_updated_timestamp') ?? creationTimestampMs,
      artifactUri: textOf(meta, 'artifact_location'),
      status: LoggedModelStatus.read(numberOf(meta, 'status') ?? 1),
      ...(statusMessage !== undefined && { statusMessage }),
      modelType: textOf(meta, 'model_type'),
      sourceRunId: textOf(meta, 'source_run_id'),
      tags: await readPairs(join(folder, 'tags')),
    },
    data: {
      params: await readPairs(join(folder, 'params')),
      metrics: await readModelMetrics(join(folder, 'metrics'), modelId),
    },
  }
  const lifecycleStage = textOf(meta, 'lifecycle_stage') === 'deleted' ? 'deleted' : 'active'
  return {
    modelId,
    mark: markOf([model, lifecycleStage]),
    model,
    lifecycleStage,
    artifacts: async () => locate(model.info.artifactUri, modelId, places, join(folder, 'artifacts')),
  }
}

async function countOthers(root: string, experiments: Iterable<string>): Promise<Omission[]> {
  const withMeta = async (folder: string, file = 'meta.yaml') =>
    (await listFolder(folder)).filter(({ name }) => existsSync(join(folder, name, file))).length
  const registered = await listFolder(join(root, MODELS))
  let versions = 0
  for (const { name } of registered) versions += await withMeta(join(root, MODELS, name))
  let traces = 0
  for (const experiment of experiments) traces += await withMeta(join(experiment, 'traces'), 'trace_info.yaml')
  return [
    { what: 'registered models', count: await withMeta(join(root, MODELS)) },
    { what: 'model versions', count: versions },
    { what: 'traces', count: traces },
  ].filter(({ count }) => count > 0)
}

const markOf = (value: unknown) => createHash('sha1').update(JSON.stringify(value)).digest('hex')
