import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { residentBytes, type Served, serve, temporaryFolder } from './server.ts'

const MiB = 1024 * 1024
const SLOW = 200
const DOWNLOADS = 40
const LARGE = 24 * MiB
const LONGEST_MS = 3000

/** This process and the server need a file for each connection, and some more. */
const IDLE = Math.min(10_000, Number(execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' })) - 500 || 10_000)

describe('a server with clients that take their time', { timeout: 60_000 }, () => {
  const folder = temporaryFolder()
  const sockets: Socket[] = []
  let server: Served
  let runId: string

  before(async () => {
    const artifacts = join(folder, 'artifacts')
    server = await serve(`sqlite:///${join(folder, 'store.db')}`, { args: ['--artifacts-destination', artifacts] })
    const { run } = await server.client.runs.create({ experimentId: '0', tags: [] })
    runId = run.info.runId
    await server.client.proxy.upload(
      { artifactPath: `0/${runId}/artifacts/large.bin` },
      { body: new Uint8Array(LARGE).fill(7) },
    )
  })

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy()
  })

  async function open(): Promise<Socket> {
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    sockets.push(socket)
    await once(socket, 'connect')
    return socket
  }

  async function openMany(count: number): Promise<Socket[]> {
    for (let i = 0; i < count; i += 100) await Promise.all(Array.from({ length: Math.min(100, count - i) }, open))
    return sockets
  }

  /** Asks what a quick client would, several times; answers the longest wait. */
  async function longestWait(): Promise<number> {
    let longest = 0
    for (let n = 0; n < 20; n++) {
      const start = performance.now()
      await server.client.metrics.log({ runId, key: 'quick', value: n, timestamp: n, step: n })
      await server.client.runs.get({ runId })
      longest = Math.max(longest, performance.now() - start)
    }
    return longest
  }

  const slow: Record<string, string> = {
    'their headers': `GET /health HTTP/1.1\r\n${'X-Slow: yes\r\n'.repeat(50)}`,
    'a batch': `POST /api/2.0/mlflow/runs/log-batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n${' '.repeat(1000)}`,
    'an artifact': `PUT /api/2.0/mlflow-artifacts/artifacts/0/slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\n${' '.repeat(1000)}`,
  }

  for (const [what, text] of Object.entries(slow))
    it(`answers others while ${SLOW} send ${what} a few bytes at a time`, async (t) => {
      const before = await residentBytes(server.url)
      let at = 0
      for (const socket of await openMany(SLOW)) socket.write(text.slice(0, 200))
      const timer = setInterval(() => {
        for (const socket of sockets) socket.write(text.slice(200 + at, 201 + at))
        at++
      }, 20)
      const longest = await longestWait()
      clearInterval(timer)
      const grown = ((await residentBytes(server.url)) - before) / MiB
      t.diagnostic(`the longest wait was ${longest.toFixed()} ms, ${grown.toFixed()} MiB were taken`)
      assert.ok(longest < LONGEST_MS)
      assert.ok(grown < 100)
      assert.ok(sockets.every(({ destroyed }) => !destroyed))
    })

  it(`holds little of ${DOWNLOADS} downloads that nobody reads on, and answers others`, async (t) => {
    const before = await residentBytes(server.url)
    for (const socket of await openMany(DOWNLOADS)) {
      socket.write(`GET /get-artifact?run_id=${runId}&path=large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n`)
      socket.once('data', () => socket.pause())
    }
    await setTimeout(500)
    const longest = await longestWait()
    const grown = ((await residentBytes(server.url)) - before) / MiB
    t.diagnostic(`the longest wait was ${longest.toFixed()} ms, ${grown.toFixed()} MiB were taken`)
    assert.ok(longest < LONGEST_MS)
    assert.ok(grown < (DOWNLOADS * LARGE) / MiB / 6, `${grown} MiB`)
  })

  it(`answers while ${IDLE} connections say nothing`, async (t) => {
    const before = await residentBytes(server.url)
    await openMany(IDLE)
    const longest = await longestWait()
    const grown = ((await residentBytes(server.url)) - before) / MiB
    t.diagnostic(`the longest wait was ${longest.toFixed()} ms, ${grown.toFixed()} MiB were taken`)
    assert.ok(longest < LONGEST_MS)
    assert.ok(grown < 300)
    assert.ok(sockets.every(({ destroyed }) => !destroyed))
  })
})
