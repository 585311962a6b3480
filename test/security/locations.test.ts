import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { openTestApp, send, type TestApp } from '../app.ts'
import { databases } from '../databases.ts'

const SECRET = 'the secret beside the artifacts'

/** Locations that a client may name for an experiment and that the server must not follow; `{outside}` is a folder of the server's. */
const LOCATIONS = [
  '{outside}',
  'file://{outside}',
  'file:{outside}',
  'FILE://{outside}',
  'file://localhost{outside}',
  'file://evil.example{outside}',
  'file:///%2e%2e/etc',
  'file:relative',
  '//{outside}',
  './',
  'mlflow-artifacts://localhost/{outside}',
  'mlflow-artifacts:{outside}',
  'mlflow-artifacts:/%2e%2e/outside',
  'http://127.0.0.1:{port}/',
  'http:///127.0.0.1:{port}/',
  'https://127.0.0.1:{port}/',
  'mlflow-artifacts://127.0.0.1:{port}/x',
  's3://bucket/x',
  'dbfs:/mnt/x',
  'C:/Windows',
  '\\\\host\\share',
  'javascript:alert(1)',
]

for (const [kind, config] of [
  ['that serves artifacts', {}],
  ['that does not', { serveArtifacts: false }],
  ['whose default root is a folder', { defaultArtifactRoot: '{root}' }],
] as const)
  describe(`the locations of artifacts on a server ${kind}`, () => {
    let test: TestApp
    let outside: string
    let calls = 0
    const listener = createServer((_, response) => {
      calls++
      response.end(SECRET)
    })
    before(async () => {
      await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
      const db = await databases['sqlite']!()
      const root = `${db.uri.replace('sqlite:///', '')}-root`
      const given = 'defaultArtifactRoot' in config ? { defaultArtifactRoot: root } : config
      test = await openTestApp(async () => db, given)
      outside = join(test.folder, 'outside')
      mkdirSync(outside)
      writeFileSync(join(outside, 'secret.txt'), SECRET)
    })
    after(() => listener.close())

    for (const location of LOCATIONS)
      it(`are not read from or written to at ${location}`, async () => {
        const { port } = listener.address() as AddressInfo
        const artifactLocation = location.replace('{outside}', outside).replace('{port}', String(port))
        const created = await send(test.app, 'POST', '/api/2.0/mlflow/experiments/create', {
          name: location,
          artifact_location: artifactLocation,
        })
        if (created.status === 400) return assert.match(created.message, /'artifact_location'/)
        const { run } = await test.client.runs.create({ experimentId: created.json.experiment_id })
        const { runId } = run.info
        const secret = artifactLocation.replace(/.*outside/, '../../secret.txt')
        for (const [method, path] of [
          ['GET', `/api/2.0/mlflow/artifacts/list?run_id=${runId}`],
          ['GET', `/api/2.0/mlflow/artifacts/list?run_id=${runId}&path=..`],
          ['GET', `/get-artifact?run_id=${runId}&path=secret.txt`],
          ['GET', `/get-artifact?run_id=${runId}&path=${encodeURIComponent(secret)}`],
          ['POST', `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${runId}&path=new.txt`],
        ] as const) {
          const { status, message } = await send(test.app, method, path, method === 'POST' ? 'x' : undefined)
          assert.ok(status < 500 || status === 503, `${path} answered ${status} ${message}`)
          assert.ok(!message.includes(SECRET), path)
        }
        assert.deepEqual(readdirSync(outside), ['secret.txt'])
        assert.equal(calls, 0, 'the server called an address that a client had named')
      })
  })
