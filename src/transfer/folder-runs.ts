import { join } from 'node:path'
import type { DatasetInput, ModelInput, ModelOutput } from '../wire/runs.ts'
import { RunStatus } from '../wire/runs.ts'
import type { Value } from '../wire/schema.ts'
import { listFolder, readPairs } from './key-files.ts'
import { maybeTextOf, type Meta, numberOf, textOf } from './meta.ts'
import type { WholeRun } from './source.ts'

const RUN_NAME = 'mlflow.runName'

/** @param readMeta - Reads a folder's `meta.yaml`; nothing when it has none. */
export async function readRun(
  experiment: string,
  experimentId: string,
  runId: string,
  meta: Meta,
  readMeta: (folder: string) => Promise<Meta | undefined>,
): Promise<WholeRun> {
  const folder = join(experiment, runId)
  const tags = await readPairs(join(folder, 'tags'))
  const endTime = numberOf(meta, 'end_time')
  const deletedTime = numberOf(meta, 'deleted_time')
  const inputs = await readInputs()
  return {
    ...(deletedTime !== undefined && { deletedTime }),
    run: {
      info: {
        runId,
        runUuid: runId,
        runName: textOf(meta, 'run_name') || (tags.find(({ key }) => key === RUN_NAME)?.value ?? ''),
        experimentId,
        userId: textOf(meta, 'user_id'),
        status: statusOf(meta),
        startTime: numberOf(meta, 'start_time') ?? 0,
        ...(endTime !== undefined && { endTime }),
        artifactUri: textOf(meta, 'artifact_uri'),
        lifecycleStage: textOf(meta, 'lifecycle_stage') || 'active',
      },
      data: { metrics: [], params: await readPairs(join(folder, 'params')), tags },
      inputs,
      outputs: { modelOutputs: await readOutputs() },
    },
  }

  /** What an input says of its destination is wrong in every folder: it is the run that it lies in. */
  async function readInputs() {
    const datasetInputs: DatasetInput[] = []
    const modelInputs: Value<typeof ModelInput>[] = []
    for (const { name } of await listFolder(join(folder, 'inputs'))) {
      const input = await readMeta(join(folder, 'inputs', name))
      if (!input) continue
      if (textOf(input, 'source_type') === 'MODEL') modelInputs.push({ modelId: textOf(input, 'source_id') })
      const dataset = await readMeta(join(experiment, 'datasets', textOf(input, 'source_id')))
      if (textOf(input, 'source_type') !== 'DATASET' || !dataset) continue
      const schema = maybeTextOf(dataset, 'schema')
      const profile = maybeTextOf(dataset, 'profile')
      datasetInputs.push({
        tags: Object.entries((input['tags'] ?? {}) as Meta).map(([key, value]) => ({ key, value: String(value) })),
        dataset: {
          name: textOf(dataset, 'name'),
          digest: textOf(dataset, 'digest'),
          sourceType: textOf(dataset, 'source_type'),
          source: textOf(dataset, 'source'),
          ...(schema !== undefined && { schema }),
          ...(profile !== undefined && { profile }),
        },
      })
    }
    return { datasetInputs, modelInputs }
  }

  async function readOutputs(): Promise<Value<typeof ModelOutput>[]> {
    const outputs: Value<typeof ModelOutput>[] = []
    for (const { name } of await listFolder(join(folder, 'outputs'))) {
      const output = await readMeta(join(folder, 'outputs', name))
      if (output) outputs.push({ modelId: textOf(output, 'source_id') || name, step: numberOf(output, 'step') ?? 0 })
    }
    return outputs
  }
}

/** A number, and in some folders that a program wrote the name of it. */
export function statusOf(meta: Meta): RunStatus {
  const text = textOf(meta, 'status')
  return RunStatus.read(/^\d+$/.test(text) ? Number(text) : text || 'RUNNING') ?? 'RUNNING'
}
