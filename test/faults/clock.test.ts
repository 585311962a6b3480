import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { type Served, serve, temporaryFolder, until } from './server.ts'

const HOUR_MS = 3_600_000

/** What makes the clock of a process an hour slow, each time that it is sent a signal. */
const CLOCK = `
const { now } = Date
let offset = 0
process.on('SIGUSR2', () => (offset -= ${HOUR_MS}))
globalThis.Date = class extends Date {
  constructor(...given) {
    if (given.length > 0) super(...given)
    else super(now() + offset)
  }
  static now = () => now() + offset
}`

describe('a server whose clock goes back', { timeout: 30_000 }, () => {
  let server: Served

  before(async () => {
    server = await serve(`sqlite:///${join(temporaryFolder(), 'store.db')}`, {
      args: ['--no-serve-artifacts'],
      env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(CLOCK)}` },
    })
  })

  const newRun = async () => (await server.client.runs.create({ experimentId: '0', tags: [] })).run.info

  async function turnBack(): Promise<void> {
    const { startTime } = await newRun()
    process.kill(server.pid, 'SIGUSR2')
    await until(async () => (await newRun()).startTime! < startTime!, 'the clock went back')
  }

  it('tells pages of what changes', async () => {
    const told: string[] = []
    const closing = new AbortController()
    const live = await server.client.pages.live({ experimentIds: ['0'] }, { signal: closing.signal })
    const listening = (async () => {
      for await (const bytes of live.body!.pipeThrough(new TextDecoderStream() as never) as AsyncIterable<string>)
        told.push(...(bytes.match(/[0-9a-f]{32}/g) ?? []))
    })().catch(() => {}) // closed below
    const early = await newRun()
    await until(() => told.includes(early.runId), 'the first run was told of')

    await turnBack()
    const late = await newRun()
    await until(() => told.includes(late.runId), 'a run was told of that is older by the clock')
    assert.ok(late.startTime! < early.startTime!)
    for (const { runId } of [early, late]) {
      told.length = 0
      await server.client.metrics.log({ runId, key: 'loss', value: 1, timestamp: 1, step: 0 })
      await until(() => told.includes(runId), 'a change was told of')
    }
    told.length = 0
    await server.client.runs.update({ runId: early.runId, status: 'FINISHED' })
    await until(() => told.includes(early.runId), 'the end of a run was told of')
    closing.abort()
    await listening
  })

  it('lists each run once, page by page', async () => {
    const made = [await newRun(), await newRun()]
    await turnBack()
    made.push(await newRun(), await newRun())
    const listed: string[] = []
    let pageToken: string | undefined
    do {
      const page = await server.client.runs.search({
        experimentIds: ['0'],
        maxResults: 2,
        orderBy: [],
        runViewType: 'ALL',
        ...(pageToken && { pageToken }),
      })
      listed.push(...page.runs.map(({ info }) => info.runId))
      pageToken = page.nextPageToken
    } while (pageToken)
    assert.equal(new Set(listed).size, listed.length)
    for (const { runId } of made) assert.ok(listed.includes(runId))
  })

  it('takes back what was deleted, and renames', async () => {
    const { runId } = await newRun()
    const { experimentId } = await server.client.experiments.create({ name: 'before', tags: [] })
    await turnBack()
    await server.client.runs.delete({ runId })
    await server.client.runs.restore({ runId })
    await server.client.experiments.update({ experimentId, newName: 'after' })
    assert.equal((await server.client.runs.get({ runId })).run.info.lifecycleStage, 'active')
    const { experiment } = await server.client.experiments.get({ experimentId })
    assert.equal(experiment.name, 'after')
  })
})
