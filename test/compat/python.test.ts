import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { it } from 'node:test'
import { promisify } from 'node:util'
import { createClient } from '../../src/client/client.ts'
import type { Config } from '../../src/server/config.ts'
import { startServer } from '../../src/server/server.ts'
import { contract } from '../../src/wire/index.ts'
import { atEnd, databases } from '../databases.ts'
import { at, needs } from '../parts.ts'

const root = resolve(import.meta.dirname, '../..')

for (const [name, open] of Object.entries(databases))
  for (const [version, part] of [
    ['3.17.2', 'python'],
    ['2.22', 'mlflow2'],
  ] as const)
    it(`MLflow's Python client ${version} finds the tracking API on ${name} as it knows it`, needs(part), async () => {
      const { url } = await serve((await open()).uri)
      assert.match(await run(at(part), ['test/compat/tracking.py'], url), /all held/)
    })

for (const [name, open] of Object.entries(databases))
  it(`MLflow's Java client finds the tracking API on ${name} as it knows it`, needs('java'), async () => {
    const { url } = await serve((await open()).uri)
    assert.match(await run('java', ['-cp', at('java'), 'test/compat/Tracking.java'], url), /all held/)
  })

for (const [name, open] of Object.entries(databases))
  it(
    `MLflow's Python client finds the model registry and prompts on ${name} as it knows them`,
    needs('python'),
    async () => {
      const { url } = await serve((await open()).uri)
      assert.match(await python(url, 'test/compat/registry.py'), /all held/)
    },
  )

for (const [name, open] of Object.entries(databases))
  it(
    `MLflow's Python client finds webhooks on ${name} as it knows them, and they hear what MLflow's do`,
    needs('python'),
    async () => {
      const { url } = await serve((await open()).uri, { webhookAllowedSchemes: ['http'], webhookAllowPrivateIps: true })
      assert.match(await python(url, 'test/compat/webhooks.py'), /all held/)
    },
  )

it('the scikit-learn example runs unchanged, and its runs are there', needs('python'), async () => {
  const { url } = await serve((await databases['sqlite']!()).uri)
  await python(url, 'examples/python/digits_sklearn.py')
  const client = createClient(contract, { baseUrl: url })
  const { experiment } = await client.experiments.getByName({ experimentName: 'handwritten-digits-sklearn' })
  const { runs } = await client.runs.search({
    experimentIds: [experiment.experimentId],
    filter: 'metrics.training_accuracy_score > 0.9 and tags.estimator_name is not null',
  })
  assert.deepEqual(runs.map(({ info }) => info.runName).sort(), ['logistic', 'neighbours', 'svm'])
  assert.ok(runs.every(({ outputs }) => outputs!.modelOutputs.length === 1))
})

async function serve(backendStoreUri: string, config: Partial<Config> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-compat-'))
  const server = await startServer({ port: 0, backendStoreUri, artifactsDestination: folder, ...config })
  atEnd(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  })
  return server
}

const python = (trackingUri: string, script: string) => run(at('python'), [script], trackingUri)

async function run(command: string, args: string[], trackingUri: string): Promise<string> {
  const env = {
    ...process.env,
    MLFLOW_TRACKING_URI: trackingUri,
    MLFLOW_PYTHON_EXECUTABLE: at('python'),
    MLFLOW_DISABLE_TELEMETRY: 'true',
    DO_NOT_TRACK: 'true',
  }
  const { stdout } = await promisify(execFile)(command, args, { cwd: root, env, timeout: 200_000 })
  return stdout
}
