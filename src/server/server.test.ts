import assert from 'node:assert/strict'
import { describe, it, after } from 'node:test'
import { once } from 'node:events'
import { connect } from 'node:net'
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Config } from './config.ts'
import { type RunningServer, startServer } from './server.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-server-'))
const servers: RunningServer[] = []
after(async () => {
  for (const server of servers) await server.close()
  rmSync(folder, { recursive: true })
})

writeFileSync(join(folder, 'file'), 'not a folder, and not a database either')
for (const [file, statements] of Object.entries({
  'mlflow.db': 'create table alembic_version (version_num varchar(32))',
  'newer.db': 'create table millrace_schema (version bigint); insert into millrace_schema values (999)',
})) {
  const database = new DatabaseSync(join(folder, file))
  database.exec(statements)
  database.close()
}

let n = 0
const start = async (given = {}) => {
  const own = join(folder, String(n++))
  const server = await startServer({
    port: 0,
    backendStoreUri: `sqlite:///${own}/store.db`,
    artifactsDestination: `${own}/artifacts`,
    ...given,
  })
  servers.push(server)
  return server
}

describe('a server', { timeout: 20_000 }, () => {
  it('says that it is well, and which MLflow it speaks', async () => {
    const { url } = await start()
    const text = async (path: string) => await (await fetch(url + path)).text()
    assert.equal(await text('/health'), 'OK')
    assert.match(await text('/version'), /^3\.\d+\.\d+$/)
    const info = JSON.parse(await text('/api/3.0/mlflow/server-info'))
    assert.deepEqual(
      [info.store_type, info.workspaces_enabled, typeof info.millrace_version],
      ['SqlStore', false, 'string'],
    )
  })

  it('counts its answers for Prometheus', async () => {
    const { url } = await start()
    for (let i = 0; i < 3; i++) await (await fetch(`${url}/api/2.0/mlflow/experiments/get?experiment_id=0`)).text()
    const text = await (await fetch(`${url}/metrics`)).text()
    const labels = 'method="GET",path="/api/2.0/mlflow/experiments/get",status="200"'
    assert.match(text, new RegExp(`_count\\{${labels}\\} 3\n`))
    assert.match(text, new RegExp(`_bucket\\{${labels},le="\\+Inf"\\} 3\n`))
    assert.match(text, /^process_resident_memory_bytes \d+$/m)
    for (const line of text.trim().split('\n')) assert.match(line, /^(# (HELP|TYPE) .+|\w+(\{[^}]*\})? [\d.e+-]+)$/)
  })

  it('lies below its prefix', async () => {
    const { url } = await start({ staticPrefix: '/ml' })
    assert.match(url, /\/ml$/)
    const paths = [
      '/health',
      '/version',
      '/api/2.0/mlflow/experiments/get?experiment_id=0',
      '/ajax-api/2.0/mlflow/experiments/get?experiment_id=0',
    ]
    for (const path of paths) {
      const [below, above] = await Promise.all([fetch(url + path), fetch(new URL(path, url))])
      assert.deepEqual([below.status, above.status], [200, 404], path)
      await Promise.all([below.text(), above.text()])
    }
  })

  const refusals: [given: Partial<Config>, sentence: RegExp][] = [
    [{ port: 70_000 }, /'port': expected 0 to 65535, got 70000/],
    [{ host: '8.8.8.8' }, /This machine has no address 8\.8\.8\.8/],
    [{ backendStoreUri: './mlruns' }, /'backend-store-uri': .* got '\.\/mlruns'/],
    [{ backendStoreUri: '{folder}/file' }, /'backend-store-uri'/],
    [{ backendStoreUri: 'sqlite:///{folder}/file' }, /file' is not a SQLite database/],
    [{ backendStoreUri: 'sqlite:///{folder}' }, /cannot be opened/],
    [{ backendStoreUri: 'sqlite:////proc/nope/store.db' }, /the folder '\/proc\/nope' cannot be written to/],
    [{ backendStoreUri: 'sqlite:///{folder}/mlflow.db' }, /This is an MLflow database.*docs\/coming-from-mlflow\.md/],
    [{ backendStoreUri: 'sqlite:///{folder}/newer.db' }, /made by a newer Millrace \(its schema is 999, .*upgrade/],
    [{ backendStoreUri: 'postgresql://nobody:secret@127.0.0.1:1/x' }, /cannot be reached: connect ECONNREFUSED/],
    [
      { artifactsDestination: '{folder}/file/x' },
      /'artifacts-destination': the folder .* there is a file in its place/,
    ],
    [{ artifactsDestination: '/proc/nope' }, /the folder '\/proc\/nope' cannot be written to/],
    [
      { artifactsDestination: 'hdfs://host/x' },
      /'artifacts-destination': expected a folder, s3:.*got 'hdfs:\/\/host\/x'/,
    ],
    [{ artifactsDestination: 's3://' }, /'artifacts-destination': expected s3:.*got 's3:\/\/'/],
    [{ artifactsOnly: true, serveArtifacts: false }, /'artifacts-only': it needs --serve-artifacts/],
    [{ staticPrefix: 'ml/' }, /'static-prefix': it must begin with '\/'/],
  ]
  for (const [given, sentence] of refusals)
    it(`refuses ${JSON.stringify(given)} in a sentence`, async () => {
      const here = JSON.parse(JSON.stringify(given).replace('{folder}', folder)) as Partial<Config>
      await assert.rejects(start(here), (error: Error) => {
        assert.match(error.message, sentence)
        assert.doesNotMatch(error.message, /secret|\n/)
        return error.name === 'ApiError'
      })
    })

  it('refuses a port that is in use, and lets go of its store', async () => {
    const { url } = await start()
    const port = Number(new URL(url).port)
    await assert.rejects(start({ port }), {
      name: 'ApiError',
      message: `Port ${port} is in use on 127.0.0.1. Choose another with --port, or stop what uses it`,
    })
  })

  it('answers what is under way when it closes, and takes nothing new', async () => {
    const server = await start()
    const { port } = new URL(server.url)
    const body = JSON.stringify({ experiment_id: '0', run_name: 'late' })
    const socket = connect(Number(port), '127.0.0.1')
    await once(socket, 'connect')
    let answer = ''
    socket.setEncoding('utf8').on('data', (text) => (answer += text))
    socket.write(
      `POST /api/2.0/mlflow/runs/create HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 9)}`,
    )
    await setTimeout(100)
    const closing = server.close()
    await setTimeout(50)
    await assert.rejects(fetch(`${server.url}/health`))
    socket.write(body.slice(9))
    await closing
    await setTimeout(10)
    assert.match(answer, /^HTTP\/1\.1 200 /)
    assert.match(answer, /"run_name":"late"/)
    servers.splice(servers.indexOf(server), 1)
  })

  it('ends the streams of live pages when it closes', async () => {
    const server = await start()
    const response = await fetch(`${server.url}/api/3.0/millrace/live?experiment_ids=0`)
    const reading = response.text()
    await setTimeout(50)
    const began = performance.now()
    await server.close()
    assert.match(await reading, /^: connected/)
    assert.ok(performance.now() - began < 3000, `it took ${performance.now() - began} ms`)
    servers.splice(servers.indexOf(server), 1)
  })

  it('does not keep files open for HEAD and for clients that go away', async () => {
    const { url } = await start()
    const file = `${url}/api/2.0/mlflow-artifacts/artifacts/a.bin`
    await (await fetch(file, { method: 'PUT', body: new Uint8Array(5_000_000) })).text()
    const openCopies = () =>
      readdirSync('/proc/self/fd').filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`).endsWith('a.bin')
        } catch {
          return false // the one that was reading the folder
        }
      }).length
    for (let i = 0; i < 5; i++) {
      const head = await fetch(file, { method: 'HEAD' })
      assert.deepEqual([head.status, head.headers.get('content-length')], [200, '5000000'])
      const left = new AbortController()
      await fetch(file, { signal: left.signal })
      left.abort()
    }
    for (let i = 0; i < 40 && openCopies() > 0; i++) await setTimeout(50)
    assert.equal(openCopies(), 0)
  })

  const ranges: [range: string, status: number, body: string, contentRange: string | null][] = [
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=0-999', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
    ['bytes=5-2', 200, '0123456789', null],
    ['bytes=0-1,4-5', 200, '0123456789', null],
    ['lines=1-2', 200, '0123456789', null],
  ]
  it('answers ranges of a file', async () => {
    const { url } = await start()
    const file = `${url}/api/2.0/mlflow-artifacts/artifacts/digits.txt`
    await (await fetch(file, { method: 'PUT', body: '0123456789' })).text()
    for (const [range, status, body, contentRange] of ranges) {
      const response = await fetch(file, { headers: { range } })
      assert.deepEqual(
        [response.status, await response.text(), response.headers.get('content-range')],
        [status, body, contentRange],
        range,
      )
    }
    const { headers } = await fetch(file, { method: 'HEAD' })
    const again = await fetch(file, { headers: { 'if-none-match': headers.get('etag')! } })
    assert.deepEqual([again.status, await again.text()], [304, ''])
  })
})
