import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createClient } from '../../src/client/client.ts'
import { openApp } from '../../src/server/app.ts'
import { contract } from '../../src/wire/index.ts'
import { databases } from '../databases.ts'
import { runScript } from './script.ts'
import { readHistory, readRun, temporaryFolder } from './server.ts'

const SCRIPT = `
await millrace.setExperiment('embedded')
const runId = await millrace.startRun({ runName: 'line' }, async (run) => {
  run.logParam('rate', 0.1)
  for (let step = 0; step < 10; step++) run.logMetric('loss', step, { step })
  await run.logText('report', 'report.txt')
  return run.runId
})
const found = await millrace.searchRuns({ filter: "params.rate = '0.1'" })
console.log(found.length === 1 && found[0].info.runId === runId && runId)`

for (const [name, open] of Object.entries(databases))
  describe(`a tracking URI of ${name}`, () => {
    it('logs to the database without a server', async () => {
      const { uri } = await open()
      const folder = temporaryFolder()
      const { code, stdout, stderr, took } = await runScript(folder, uri, SCRIPT)
      assert.deepEqual([code, stderr], [0, ''])
      assert.ok(took < 4000, `it ended after ${took} ms`)

      const { app, close } = await openApp({ backendStoreUri: uri, artifactsDestination: join(folder, 'mlartifacts') })
      const client = createClient(contract, { baseUrl: 'http://localhost', fetch: app })
      const { info, params } = await readRun({ client }, stdout)
      assert.deepEqual([info.runName, info.status, params['rate']], ['line', 'FINISHED', '0.1'])
      assert.equal((await readHistory({ client }, stdout, 'loss')).length, 10)
      const report = await client.artifacts.get({ runId: stdout, path: 'report.txt' })
      assert.equal(await report.text(), 'report')
      await close()
    })

    it('keeps what a process that exits at once has logged', async () => {
      const { uri } = await open()
      const folder = temporaryFolder()
      const exits = `const { runId } = await millrace.startRun()
millrace.logMetric('loss', 1)
console.log(runId)
process.exit()`
      const { stdout } = await runScript(folder, uri, exits)
      const { stdout: found } = await runScript(
        folder,
        uri,
        `await millrace.startRun(() => {}); await millrace.flush(); console.log((await millrace.getRun('${stdout}')).metrics.loss)`,
      )
      assert.equal(found, '1')
    })
  })

it('logs to millrace.db in the working folder where nothing is chosen', async () => {
  const folder = temporaryFolder()
  const { code } = await runScript(folder, '', SCRIPT)
  assert.equal(code, 0)
  assert.ok(existsSync(join(folder, 'millrace.db')))
})
