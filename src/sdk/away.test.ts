import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, it, mock } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  readArtifact,
  readHistory,
  readRun,
  startTestServer,
  temporaryFolder,
  testServer,
  type TestServer,
} from '../../test/sdk/server.ts'
import * as millrace from './index.ts'

const journal = temporaryFolder()
process.env['MILLRACE_JOURNAL'] = journal

describe('a server that is away', () => {
  let said: string[]

  beforeEach(() => {
    said = []
    mock.method(console, 'error', (line: string) => said.push(line))
  })

  afterEach(() => {
    mock.restoreAll()
    assert.deepEqual(
      readdirSync(journal).filter((name) => name.endsWith('.upload')),
      [],
      'what was uploaded is not kept',
    )
  })

  /** Waits until a run has ended on the server. */
  async function ended(server: TestServer, runId: string) {
    for (let i = 0; i < 100; i++) {
      const run = await readRun(server, runId).catch(() => undefined)
      if (run?.info.status === 'FINISHED') return run
      await sleep(50)
    }
    throw new Error(`run '${runId}' did not arrive`)
  }

  it('gets all of a run that was started without it, when it comes', async () => {
    const server = await testServer()
    millrace.setTrackingUri(server.url)
    assert.equal(await millrace.setExperiment('late'), undefined)
    const run = await millrace.startRun({ runName: 'early', tags: { team: 'vision' } }, async (parent) => {
      await millrace.logParam('rate', 0.1)
      await millrace.logText('report', 'report.txt')
      await millrace.startRun({ nested: true, runName: 'child' }, () => millrace.logMetric('loss', 1))
      for (let step = 0; step < 5; step++) await millrace.logMetric('loss', step, { step })
      return parent
    })
    await server.start()
    await ended(server, run.runId)
    const [found, child] = await millrace.searchRuns({ orderBy: ['start_time'] })
    assert.equal(found?.info.runId, run.runId)
    assert.equal(found?.info.runName, 'early')
    assert.equal(found?.info.startTime, run.info.startTime)
    assert.deepEqual([found?.tags['team'], found?.params['rate']], ['vision', '0.1'])
    assert.equal(child?.tags['mlflow.parentRunId'], run.runId)
    assert.equal((await readHistory(server, run.runId, 'loss')).length, 5)
    assert.equal(String(await readArtifact(server, run.runId, 'report.txt')), 'report')
    assert.match(said[0]!, /cannot be reached.*waits in the journal/)
    assert.match(said.at(-1)!, /the server answers again/)
  })

  it('gets what was logged while it was away in the middle of a run', async () => {
    const server = await startTestServer()
    millrace.setTrackingUri(server.url)
    const runId = await millrace.startRun(async (run) => {
      for (let step = 0; step < 30; step++) {
        if (step === 10) await server.stop()
        if (step === 15) await run.logText('while away', 'away.txt')
        if (step === 15) await run.logTable([{ step }], 'table.json')
        if (step === 20) await server.start()
        await run.logMetric('loss', step, { step })
        await sleep(10)
      }
      return run.runId
    })
    await ended(server, runId)
    const steps = Array.from({ length: 30 }, (_, step) => [step, step])
    assert.deepEqual(await readHistory(server, runId, 'loss'), steps)
    assert.equal(String(await readArtifact(server, runId, 'away.txt')), 'while away')
    assert.equal(JSON.parse(String(await readArtifact(server, runId, 'table.json'))).data[0][0], 15)
  })

  it('says once that it is away, and does not hold up the end of a run', async () => {
    const server = await startTestServer()
    millrace.setTrackingUri(server.url)
    const run = await millrace.startRun()
    await server.stop()
    for (let step = 0; step < 100; step++) await run.logMetric('loss', step, { step })
    const start = performance.now()
    await run.end()
    await millrace.flush()
    assert.ok(performance.now() - start < 1000)
    assert.equal(said.length, 1)
    await server.start()
    await ended(server, run.runId)
    assert.equal((await readHistory(server, run.runId, 'loss')).length, 100)
  })

  it('throws where there is nothing to keep: a search, or a run to continue', async () => {
    millrace.setTrackingUri((await testServer()).url)
    const unreachable = { name: 'ApiError', code: 'TEMPORARILY_UNAVAILABLE', message: /cannot be reached/ }
    await assert.rejects(millrace.searchRuns(), unreachable)
    await assert.rejects(millrace.startRun({ runId: 'a'.repeat(32) }), unreachable)
  })
})

describe('a run whose id the client chose', () => {
  it('is made once, however often it is sent', async () => {
    const { client } = await startTestServer()
    const runId = '0123456789abcdef'.repeat(2)
    await client.runs.create({ experimentId: '0', runId, tags: [] })
    const again = client.runs.create({ experimentId: '0', runId, tags: [] })
    await assert.rejects(again, { code: 'RESOURCE_ALREADY_EXISTS' })
    assert.equal((await client.runs.get({ runId })).run.info.runId, runId)
  })

  it('has 32 hexadecimal digits', async () => {
    const { client } = await startTestServer()
    for (const runId of ['x', '../'.repeat(10), 'A'.repeat(32)])
      await assert.rejects(client.runs.create({ experimentId: '0', runId, tags: [] }), {
        code: 'INVALID_PARAMETER_VALUE',
        message: /'run_id': expected 32 hexadecimal digits/,
      })
  })
})
