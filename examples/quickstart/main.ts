import { parseArgs } from 'node:util'
import { startServer } from '../../src/server/index.ts'
import * as millrace from '../../src/sdk/index.ts'
import { EXPERIMENT, trainDigits } from './job.ts'

const MODEL = 'handwritten-digits'

const { values } = parseArgs({ options: { exit: { type: 'boolean', default: false } } })

const { url, close } = await reachServer()
console.log(`Millrace is at ${url}. Training handwritten digits…`)
millrace.setTrackingUri(url)
const start = performance.now()
const runs = await trainDigits()
printTable(runs)
await checkRuns(runs)
await registerBest(runs[0]!)
const experimentId = runs[0]!.info.experimentId
console.log(
  `\n${runs.length} runs in ${((performance.now() - start) / 1000).toFixed(1)} s. See them at ${url}/#/experiments/${experimentId}`,
)
if (values.exit) {
  await close()
  process.exit()
}
console.log('Press Ctrl-C to stop the server.')
process.once('SIGINT', () => void close().then(() => process.exit()))
process.once('SIGTERM', () => void close().then(() => process.exit()))

/** The server that runs already, or one of our own; on another port when a stranger has ours. */
async function reachServer(): Promise<{ url: string; close(): Promise<void> }> {
  const known = 'http://127.0.0.1:5000'
  if (await isMillrace(known)) return { url: known, close: async () => {} }
  try {
    return await startServer()
  } catch (error) {
    if (!(error instanceof millrace.ApiError) || !error.message.startsWith('Port 5000 is in use')) throw error
    console.log('Port 5000 is in use by another program: taking a free one.')
    return await startServer({ port: 0 })
  }
}

async function isMillrace(address: string): Promise<boolean> {
  try {
    const response = await fetch(`${address}/api/3.0/mlflow/server-info`, { signal: AbortSignal.timeout(1000) })
    return 'millrace_version' in ((await response.json()) as object)
  } catch {
    return false // nobody is there, or somebody else
  }
}

function printTable(found: readonly millrace.FoundRun[]): void {
  const rows = found.map(({ info, metrics, params }) => ({
    run: info.runName,
    hidden: params['hidden'],
    rate: params['learningRate'],
    'val accuracy': metrics['val_accuracy']!.toFixed(4),
    'val loss': metrics['val_loss']!.toFixed(4),
  }))
  console.table(rows)
}

/** Makes the best run's network the newest version of a model, and the one to use. */
async function registerBest({ info: { runId, runName } }: millrace.FoundRun): Promise<void> {
  const { version } = await millrace.registerModel(`runs:/${runId}/model`, MODEL, {
    description: `The best of the grid: ${runName}.`,
  })
  await millrace.setModelAlias(MODEL, 'champion', version)
  await millrace.setModelStage(MODEL, version, 'Staging', {
    archiveExisting: true,
    comment: 'best of the quickstart',
  })
  const { version: champion, currentStage } = await millrace.getModelVersion(`models:/${MODEL}@champion`)
  if (champion !== version || currentStage !== 'Staging') throw new Error(`version ${version} is not the champion`)
  console.log(`Registered '${runName}' as version ${version} of ${MODEL}: it is @champion now, and in Staging.`)
}

/** Reads everything back, and fails when anything is missing. */
async function checkRuns(found: readonly millrace.FoundRun[]): Promise<void> {
  if (found.length !== 9) throw new Error(`expected 9 runs of ${EXPERIMENT}, found ${found.length}`)
  const client = millrace.createClient((await import('../../src/wire/index.ts')).contract, { baseUrl: url })
  for (const { info, metrics } of found) {
    if (info.status !== 'FINISHED') throw new Error(`run ${info.runId} is ${info.status}`)
    if (!(metrics['val_accuracy']! > 0.8))
      throw new Error(`run ${info.runId} learned nothing: ${metrics['val_accuracy']}`)
    const { metrics: history } = await client.metrics.getHistory({ runId: info.runId, metricKey: 'val_loss' })
    if (history.length !== 12) throw new Error(`run ${info.runId} has ${history.length} epochs`)
    const report = await client.artifacts.get({ runId: info.runId, path: 'report.md' })
    if (!(await report.text()).startsWith('# Handwritten digits')) throw new Error(`run ${info.runId} has no report`)
  }
}
