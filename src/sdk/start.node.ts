import { randomUUID } from 'node:crypto'
import type { KeyValue } from '../wire/experiments.ts'
import type { RunInfo } from '../wire/runs.ts'
import { runArtifacts } from './artifacts.node.ts'
import { isUnreachable } from './away.ts'
import type { Create } from './entry.ts'
import { type ActiveRun, createRun, pairs, type Scalar } from './run.ts'
import { create } from './send.ts'
import { chosenExperiment, openStore, type Store } from './session.node.ts'
import { sourceTags } from './source.node.ts'

/** What a run begins with. */
export interface StartRunOptions {
  readonly runName?: string
  /** Instead of the one that `setExperiment` chose. */
  readonly experimentId?: string
  /** Continues a run instead of making one; `MLFLOW_RUN_ID` does so for the first. */
  readonly runId?: string
  /** Makes it a child of the active run; without it a second run at a time is refused. */
  readonly nested?: boolean
  readonly tags?: Readonly<Record<string, Scalar>>
  /** Markdown, shown as the run's note. */
  readonly description?: string
}

interface Started {
  readonly info: RunInfo
  readonly tags: readonly KeyValue[]
}

/** Makes a run, or continues one; `onEnd` is told when it ends here. */
export async function openRun(
  options: StartRunOptions,
  parent: ActiveRun | undefined,
  onEnd: () => void,
): Promise<ActiveRun> {
  const store = await openStore()
  const runId = options.runId ?? (parent ? undefined : runOfEnvironment())
  const { info, tags } = await (runId === undefined ? make(store, options, parent) : resume(store, runId, options))
  const { client, outbox, journal } = store
  const artifacts = runArtifacts({ info, client, outbox, journal })
  return createRun({ info, tags, outbox, artifacts, now: Date.now, onEnd })
}

/** The run has its id from here, so that it can begin before the server knows of it. */
async function make({ client, outbox }: Store, options: StartRunOptions, parent?: ActiveRun): Promise<Started> {
  const { runName, experimentId, description, tags = {} } = options
  const entry: Create = {
    kind: 'create',
    runId: randomUUID().replaceAll('-', ''),
    ...(experimentId === undefined ? chosenExperiment() : { experimentId }),
    runName,
    startTime: Date.now(),
    tags: pairs({
      ...(await sourceTags()),
      ...(parent && { 'mlflow.parentRunId': parent.runId }),
      ...(description !== undefined && { 'mlflow.note.content': description }),
      ...tags,
    }),
  }
  try {
    if (!outbox.isAway) {
      const { info, data } = await create(client, entry)
      return { info, tags: data.tags }
    }
  } catch (error) {
    if (!isUnreachable(error)) throw error
  }
  outbox.add(entry)
  return { info: infoOf(entry), tags: entry.tags }
}

const infoOf = ({ runId, runName, experimentId = '', startTime }: Create): RunInfo => ({
  runId,
  runUuid: runId,
  runName,
  experimentId,
  userId: undefined,
  status: 'RUNNING',
  startTime,
  endTime: undefined,
  artifactUri: '',
  lifecycleStage: 'active',
})

async function resume({ client, restored }: Store, runId: string, options: StartRunOptions): Promise<Started> {
  const { runName, tags = {} } = options
  await restored // the end of the run may be among what an earlier process left
  await client.runs.update({ runId, status: 'RUNNING', ...(runName !== undefined && { runName }) })
  const added = pairs(tags)
  if (added.length > 0) await client.runs.logBatch({ runId, metrics: [], params: [], tags: added })
  const { run } = await client.runs.get({ runId })
  return { info: run.info, tags: run.data.tags }
}

/** The run that whoever started this process made for it; only the first run here is that one. */
function runOfEnvironment(): string | undefined {
  const runId = process.env['MLFLOW_RUN_ID']
  delete process.env['MLFLOW_RUN_ID']
  return runId || undefined
}
