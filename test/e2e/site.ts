import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient } from '../../src/client/client.ts'
import type { Config } from '../../src/server/config.ts'
import { startServer } from '../../src/server/server.ts'
import { contract } from '../../src/wire/index.ts'
import { atEnd } from '../databases.ts'

interface Told {
  readonly name?: string
  readonly parent?: string
  readonly params?: Record<string, string>
  /** One value, or the values of steps 0, 1, 2 and so on. */
  readonly metrics?: Record<string, number | number[]>
  readonly tags?: Record<string, string>
  /** By path. */
  readonly artifacts?: Record<string, string | Uint8Array<ArrayBuffer>>
  readonly isRunning?: boolean
  /** Milliseconds since 1970; now, when not told. */
  readonly startTime?: number
}

/** A server with pages, and what a client does there. */
export interface Site {
  readonly url: string
  readonly client: Client<typeof contract>
  experiment(name: string): Promise<string>
  /** @returns The id of the run. */
  run(experimentId: string, told?: Told): Promise<string>
}

/** Starts a server on a new store and a free port, until the test file ends. */
export async function openSite(config: Partial<Config> = {}): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-e2e-'))
  const server = await startServer({
    port: 0,
    backendStoreUri: `sqlite:///${join(folder, 'store.db')}`,
    artifactsDestination: join(folder, 'artifacts'),
    ...config,
  })
  atEnd(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  })
  const { url } = server
  const client = createClient(contract, { baseUrl: url })
  return {
    url,
    client,
    experiment: async (name) => (await client.experiments.create({ name })).experimentId,
    run: (experimentId, told = {}) => logRun(client, experimentId, told),
  }
}

async function logRun(client: Site['client'], experimentId: string, told: Told): Promise<string> {
  const { name, parent, params = {}, metrics = {}, tags = {}, artifacts = {}, isRunning, startTime = Date.now() } = told
  const family = parent === undefined ? [] : [{ key: 'mlflow.parentRunId', value: parent }]
  const { run } = await client.runs.create({
    experimentId,
    startTime,
    tags: [...family, ...toPairs(tags)],
    ...(name !== undefined && { runName: name }),
  })
  const { runId, artifactUri } = run.info
  const points = Object.entries(metrics).flatMap(([key, values]) =>
    [values].flat().map((value, step) => ({ key, value, step, timestamp: startTime + step })),
  )
  await client.runs.logBatch({ runId, params: toPairs(params), metrics: points })
  for (const [path, body] of Object.entries(artifacts))
    await client.proxy.upload({ artifactPath: `${artifactUri.replace('mlflow-artifacts:/', '')}/${path}` }, { body })
  if (!isRunning) await client.runs.update({ runId, status: 'FINISHED', endTime: startTime + 1000 })
  return runId
}

const toPairs = (record: Record<string, string>) => Object.entries(record).map(([key, value]) => ({ key, value }))
