import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { openTestApp, type TestApp } from '../app.ts'
import { databases } from '../databases.ts'
import { dump } from '../dump.ts'

const POINTS = 900

type Ask = (app: TestApp, runId: string) => Promise<unknown>

const batchOf = (runId: string, value: string) => ({
  runId,
  metrics: Array.from({ length: POINTS }, (_, i) => ({
    key: `m${i % 3}`,
    value: i % 100 === 0 ? NaN : i / 7,
    timestamp: 1000 + i,
    step: i,
  })),
  params: [{ key: 'rate', value }],
  tags: [{ key: 'team', value }],
})
const dataset = { name: 'digits', digest: 'abc', sourceType: 'local', source: 'digits.csv' }

/** What a client may send a second time, since it never heard the answer. */
const asks: Record<string, Ask> = {
  'a batch': ({ client }, runId) => client.runs.logBatch(batchOf(runId, '1')),
  'a metric': ({ client }, runId) => client.metrics.log({ runId, key: 'm', value: 0.5, timestamp: 7, step: 1 }),
  'a metric that is no number': ({ client }, runId) =>
    client.metrics.log({ runId, key: 'm', value: NaN, timestamp: 7, step: 1 }),
  'a param': ({ client }, runId) => client.runs.logParameter({ runId, key: 'rate', value: '1' }),
  'a tag': ({ client }, runId) => client.runs.setTag({ runId, key: 'team', value: 'vision' }),
  'an input': ({ client }, runId) =>
    client.runs.logInputs({ runId, datasets: [{ dataset, tags: [{ key: 'context', value: 'train' }] }], models: [] }),
  'the end of a run': ({ client }, runId) => client.runs.update({ runId, status: 'FINISHED', endTime: 9 }),
  'an artifact': ({ client }, runId) =>
    client.proxy.upload({ artifactPath: `0/${runId}/artifacts/model/weights.bin` }, { body: 'w'.repeat(100_000) }),
  'the deletion of an artifact': ({ client }, runId) =>
    client.proxy.delete({ artifactPath: `0/${runId}/artifacts/model` }),
}

for (const [name, open] of Object.entries(databases))
  describe(`what is sent twice, on ${name}`, () => {
    let app: TestApp

    before(async () => {
      app = await openTestApp(open)
    })

    const newRun = async () => (await app.client.runs.create({ experimentId: '0', tags: [] })).run.info.runId

    /** All that the store and a run's artifacts say, but not when. */
    async function state(runId: string): Promise<unknown> {
      const { run } = await app.client.runs.get({ runId })
      const { files } = await app.client.artifacts.list({ runId, path: 'model' })
      const stored = (await dump(app.db)).replaceAll(/"(updated_at|deleted_time)":\d+/g, '')
      return { run, files, stored: stored.split('\n').sort() }
    }

    for (const [what, ask] of Object.entries(asks))
      it(`leaves ${what} as if it had been sent once`, async () => {
        const runId = await newRun()
        await ask(app, runId)
        const once = await state(runId)
        await ask(app, runId)
        assert.deepEqual(await state(runId), once)
      })

    it('leaves a batch that is sent eight times at once as if it had been sent once', async () => {
      const runId = await newRun()
      const sent = await Promise.allSettled(
        Array.from({ length: 8 }, () => app.client.runs.logBatch(batchOf(runId, '1'))),
      )
      assert.ok(sent.every(({ status }) => status === 'fulfilled'))
      for (const metricKey of ['m0', 'm1', 'm2']) {
        const { metrics } = await app.client.metrics.getHistory({ runId, metricKey })
        assert.equal(metrics.length, POINTS / 3)
      }
    })

    it('refuses a batch whose param has changed since, and keeps nothing of it', async () => {
      const runId = await newRun()
      await app.client.runs.logBatch(batchOf(runId, '1'))
      const once = await state(runId)
      const changed = batchOf(runId, '2')
      await assert.rejects(
        app.client.runs.logBatch({ ...changed, metrics: [{ key: 'new', value: 1, timestamp: 1, step: 1 }] }),
        { code: 'INVALID_PARAMETER_VALUE', message: /param 'rate' is '1' already and cannot be changed to '2'/ },
      )
      assert.deepEqual(await state(runId), once)
    })

    it('makes one run of an id that a client chose', async () => {
      const runId = (await newRun()).split('').toReversed().join('')
      const create = () => app.client.runs.create({ experimentId: '0', runId, tags: [] })
      await create()
      const once = await state(runId)
      await assert.rejects(create, { code: 'RESOURCE_ALREADY_EXISTS' })
      assert.deepEqual(await state(runId), once)
    })

    it('shows one of two artifacts that come at once to one place, and no mixture', async () => {
      const runId = await newRun()
      const artifactPath = `0/${runId}/artifacts/model.bin`
      const upload = (letter: string) => app.client.proxy.upload({ artifactPath }, { body: letter.repeat(500_000) })
      for (let n = 0; n < 5; n++) {
        const writing = Promise.all([...'abcd'].map(upload))
        if (n > 0) await whole()
        await writing
        await whole()
      }
      assert.equal((await app.client.artifacts.list({ runId })).files.length, 1)

      async function whole(): Promise<void> {
        const text = await (await app.client.artifacts.get({ runId, path: 'model.bin' })).text()
        assert.equal(text, text[0]!.repeat(500_000))
      }
    })
  })
