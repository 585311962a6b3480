import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient } from '../../src/client/client.ts'
import { startServer } from '../../src/server/server.ts'
import { contract } from '../../src/wire/index.ts'
import { atEnd } from '../databases.ts'

/** A server that can go away and come back at the same address, with the same store. */
export interface TestServer {
  readonly url: string
  readonly client: Client<typeof contract>
  start(): Promise<void>
  stop(): Promise<void>
}

/** A folder that goes away with the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-sdk-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A server that listens on a port of its own; it is not started yet. */
export async function testServer(backendStoreUri?: string): Promise<TestServer> {
  const folder = temporaryFolder()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let running: Awaited<ReturnType<typeof startServer>> | undefined
  const stop = async () => {
    await running?.close()
    running = undefined
  }
  atEnd(stop)
  return {
    url,
    client: createClient(contract, { baseUrl: url }),
    async start() {
      running = await startServer({
        port,
        backendStoreUri: backendStoreUri ?? `sqlite:///${join(folder, 'store.db')}`,
        artifactsDestination: join(folder, 'artifacts'),
      })
    },
    stop,
  }
}

export async function startTestServer(backendStoreUri?: string): Promise<TestServer> {
  const server = await testServer(backendStoreUri)
  await server.start()
  return server
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })

/** Everything that a run says, by name. */
export async function readRun({ client }: Pick<TestServer, 'client'>, runId: string) {
  const { run } = await client.runs.get({ runId })
  const record = <T>(pairs: readonly { key: string; value: T }[]) =>
    Object.fromEntries(pairs.map(({ key, value }) => [key, value]))
  const { metrics, params, tags } = run.data
  return { ...run, metrics: record(metrics), params: record(params), tags: record(tags) }
}

export async function readArtifact({ client }: TestServer, runId: string, path: string): Promise<Buffer> {
  return Buffer.from(await (await client.artifacts.get({ runId, path })).arrayBuffer())
}

export async function readHistory({ client }: Pick<TestServer, 'client'>, runId: string, metricKey: string) {
  const { metrics } = await client.metrics.getHistory({ runId, metricKey })
  return metrics.map(({ step, value }) => [step, value])
}
