import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { filesBelow, type Served, serve, temporaryFolder, until } from './server.ts'

const CUTS = 60
const LARGE = 16 * 1024 * 1024

describe('a client that hangs up half way', { timeout: 60_000 }, () => {
  const folder = temporaryFolder()
  const artifacts = join(folder, 'artifacts')
  let server: Served
  let runId: string

  before(async () => {
    server = await serve(`sqlite:///${join(folder, 'store.db')}`, { args: ['--artifacts-destination', artifacts] })
    const { run } = await server.client.runs.create({ experimentId: '0', tags: [] })
    runId = run.info.runId
    const artifactPath = `0/${runId}/artifacts/large.bin`
    await server.client.proxy.upload({ artifactPath }, { body: new Uint8Array(LARGE).fill(7) })
  })

  /** Sends the beginning of a request, waits until `hangUp` wants no more, and is gone. */
  async function cut(head: string, body: string | Uint8Array, hangUp: (bytes: number) => boolean): Promise<void> {
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    socket.on('error', () => {})
    socket.write(`${head}\r\nHost: localhost\r\n`)
    socket.write(body)
    if (!hangUp(0)) await new Promise<void>((resolve) => socket.on('data', ({ length }) => hangUp(length) && resolve()))
    else await setTimeout(5)
    socket.resetAndDestroy()
  }

  const half = () => true
  const batch = () => {
    const metrics = Array.from({ length: 500 }, (_, step) => ({ key: 'cut', value: step, timestamp: step, step }))
    return JSON.stringify({ run_id: runId, metrics, params: [{ key: 'cut', value: 'x' }] })
  }
  const uploadOf = (path: string) => `PUT /api/2.0/mlflow-artifacts/artifacts/0/${runId}/artifacts/${path} HTTP/1.1`

  const cuts: Record<string, () => Promise<void>> = {
    'through a batch': () =>
      cut(
        'POST /api/2.0/mlflow/runs/log-batch HTTP/1.1',
        `Content-Type: application/json\r\nContent-Length: ${batch().length}\r\n\r\n${batch().slice(0, 5000)}`,
        half,
      ),
    'through a batch without a length': () =>
      cut(
        'POST /api/2.0/mlflow/runs/log-batch HTTP/1.1',
        `Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${batch().length.toString(16)}\r\n${batch()}\r\n`,
        half,
      ),
    'through a new artifact': () =>
      cut(uploadOf('new.txt'), `Content-Length: ${LARGE}\r\n\r\n${'x'.repeat(200_000)}`, half),
    'through a new artifact without a length': () =>
      cut(uploadOf('new.txt'), `Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n`, half),
    'through an artifact that replaces another': () =>
      cut(uploadOf('large.bin'), `Content-Length: ${LARGE}\r\n\r\n${'x'.repeat(200_000)}`, half),
    'through a download': () =>
      cut(`GET /get-artifact?run_id=${runId}&path=large.bin HTTP/1.1`, '\r\n', (bytes) => bytes > 0),
    'through live updates': () =>
      cut('GET /api/3.0/millrace/live?experiment_ids=0 HTTP/1.1', '\r\n', (bytes) => bytes > 0),
  }

  for (const [where, cutOnce] of Object.entries(cuts))
    it(`${where} changes nothing and leaves nothing open`, async () => {
      const { run } = await server.client.runs.get({ runId })
      await until(() => openFiles() < 40, 'few files are open')
      const opened = openFiles()
      for (let i = 0; i < CUTS; i += 10) await Promise.all(Array.from({ length: 10 }, cutOnce))
      await until(() => openFiles() <= opened + 1, 'what was opened is closed')
      await until(() => filesBelow(artifacts).length === 1, 'what was half written is gone')
      assert.deepEqual((await server.client.runs.get({ runId })).run, run)
      const { files: listed } = await server.client.artifacts.list({ runId })
      assert.deepEqual(listed, [{ path: 'large.bin', isDir: false, fileSize: LARGE }])
      const bytes = new Uint8Array(
        await (await server.client.artifacts.get({ runId, path: 'large.bin' })).arrayBuffer(),
      )
      assert.ok(bytes.every((byte) => byte === 7))
      assert.doesNotMatch(server.said(), /reason of ours/)
    })

  const openFiles = () => readdirSync(`/proc/${server.pid}/fd`).length
})
