import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import type { Db } from '../../src/db/db.ts'
import { fileBlobs } from '../../src/blobs/files.ts'
import { startServer } from '../../src/server/server.ts'
import { keyCatalogue } from '../../src/tracking/keys.ts'
import { exportTo } from '../../src/transfer/export.ts'
import { importFrom } from '../../src/transfer/import.ts'
import { openSink } from '../../src/transfer/open-sink.ts'
import { openSource } from '../../src/transfer/open-source.ts'
import { storeSource } from '../../src/transfer/store-source.ts'
import { atEnd, databases } from '../databases.ts'
import { at, needs } from '../parts.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'millrace-transfer-'))
atEnd(() => rmSync(folder, { recursive: true }))

const database = join(folder, 'mlflow.db')
const mlruns = join(folder, 'mlruns')
const uriOf = (path: string) => (path.endsWith('.db') ? `sqlite:///${path}` : `file://${path}`)

describe('what MLflow has written and reads again', needs('python'), () => {
  /** What MLflow itself reads of what it has written. */
  const original = new Map<string, unknown>()

  before(async () => {
    for (const path of [database, mlruns]) {
      await mlflow('make', path)
      original.set(path, await mlflow('read', path))
    }
  })

  for (const [name, open] of Object.entries(databases))
    for (const from of [database, mlruns])
      for (const format of ['mlflow', 'mlruns'] as const)
        it(`loses nothing from ${kindOf(from)} through Millrace on ${name} into ${format}`, async () => {
          const db = await open()
          const artifacts = mkdtempSync(join(folder, 'artifacts-'))
          await bring(db, from, artifacts)
          const to = join(mkdtempSync(join(folder, 'to-')), format === 'mlflow' ? 'copy.db' : 'copy')
          const source = storeSource(db, { roots: { served: fileBlobs(artifacts), folders: [], stores: new Map() } })
          await exportTo(await openSink(to, format, db, source), source, { copyArtifacts: true })
          assert.deepEqual(await mlflow('read', to), original.get(from))
        })

  it('is all there in a running Millrace, and from there in another', async () => {
    const first = await serve()
    await bring(first.db, database, first.artifacts)
    const second = await serve()
    await bring(second.db, first.url, second.artifacts)
    assert.deepEqual(await mlflow('read', first.url), original.get(database))
    assert.deepEqual(await mlflow('read', second.url), original.get(database))
  })
})

async function serve() {
  const artifacts = mkdtempSync(join(folder, 'artifacts-'))
  const db = await databases['sqlite']!()
  const server = await startServer({ port: 0, backendStoreUri: db.uri, artifactsDestination: artifacts })
  atEnd(() => server.close())
  return { db, artifacts, url: server.url }
}

async function bring(db: Db, from: string, artifacts: string): Promise<void> {
  const source = await openSource(from)
  const store = { db, keys: keyCatalogue(), now: Date.now }
  const copyTo = { roots: { served: fileBlobs(artifacts), folders: [], stores: new Map() }, root: 'mlflow-artifacts:' }
  await importFrom(source, store, { copyTo })
  await source.close()
}

/** @param path - A database, a folder, or the address of a server. */
async function mlflow(command: 'make' | 'read', path: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(
    at('python'),
    ['test/compat/transfer.py', command, path.startsWith('http') ? path : uriOf(path)],
    {
      cwd: root,
      timeout: 200_000,
      maxBuffer: 100_000_000,
      env: { ...process.env, MLFLOW_ALLOW_FILE_STORE: 'true', MLFLOW_DISABLE_TELEMETRY: 'true', DO_NOT_TRACK: 'true' },
    },
  )
  return command === 'read' ? JSON.parse(stdout) : undefined
}

function kindOf(path: string): string {
  return path.endsWith('.db') ? 'a database' : 'a folder'
}
