import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { databases } from '../../test/databases.ts'

const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1)
const pairs = (n: number) => Array.from({ length: n }, (_, i) => ({ key: `k${i}`, value: String(i) }))

for (const [name, open] of Object.entries(databases))
  describe(`runs on ${name}`, () => {
    let runs: TestApp['client']['runs']
    before(async () => {
      runs = (await openTestApp(open)).client.runs
    })
    const start = async (given = {}) => (await runs.create({ experimentId: '0', ...given })).run.info.runId
    const get = async (runId: string) => (await runs.get({ runId })).run
    const tagsOf = async (runId: string) =>
      Object.fromEntries((await get(runId)).data.tags.map(({ key, value }) => [key, value]))

    it('begin with what they were given', async () => {
      const { run } = await runs.create({
        experimentId: '0',
        runName: 'first',
        userId: 'ann',
        startTime: 1234,
        tags: [{ key: 'team', value: 'vision' }],
      })
      const { runId } = run.info
      assert.match(runId, /^[0-9a-f]{32}$/)
      assert.deepEqual(run.info, {
        runId,
        runUuid: runId,
        runName: 'first',
        experimentId: '0',
        userId: 'ann',
        status: 'RUNNING',
        startTime: 1234,
        artifactUri: `mlflow-artifacts:/0/${runId}/artifacts`,
        lifecycleStage: 'active',
      })
      assert.deepEqual(run.data.tags.sort(byKey), [
        { key: 'mlflow.runName', value: 'first' },
        { key: 'team', value: 'vision' },
      ])
      assert.deepEqual(await get(runId), run)
    })

    it('get a name of their own, which is also a tag', async () => {
      const runId = await start()
      const { runName } = (await get(runId)).info
      assert.match(runName!, /^[a-z]+-[a-z]+-\d+$/)
      assert.equal((await tagsOf(runId))['mlflow.runName'], runName)
    })

    it('take their name from the tag', async () => {
      const runId = await start({ tags: [{ key: 'mlflow.runName', value: 'tagged' }] })
      assert.equal((await get(runId)).info.runName, 'tagged')
    })

    it('are renamed by update and by tag alike', async () => {
      const runId = await start({ runName: 'one' })
      await runs.update({ runId, runName: 'two' })
      assert.deepEqual([(await get(runId)).info.runName, (await tagsOf(runId))['mlflow.runName']], ['two', 'two'])
      await runs.setTag({ runId, key: 'mlflow.runName', value: 'three' })
      assert.deepEqual([(await get(runId)).info.runName, (await tagsOf(runId))['mlflow.runName']], ['three', 'three'])
      await runs.logBatch({ runId, tags: [{ key: 'mlflow.runName', value: 'four' }] })
      assert.equal((await get(runId)).info.runName, 'four')
    })

    it('go from any status to any other, and keep what an update does not name', async () => {
      const runId = await start({ runName: 'kept' })
      for (const status of ['FINISHED', 'RUNNING', 'KILLED', 'SCHEDULED', 'FAILED'] as const)
        assert.equal((await runs.update({ runId, status })).runInfo.status, status)
      const { runInfo } = await runs.update({ runId, endTime: 99 })
      assert.deepEqual([runInfo.status, runInfo.endTime, runInfo.runName], ['FAILED', 99, 'kept'])
    })

    it('are deleted and restored, each as often as one likes', async () => {
      const runId = await start()
      const stage = async () => (await get(runId)).info.lifecycleStage
      for (let i = 0; i < 2; i++) await runs.delete({ runId })
      assert.equal(await stage(), 'deleted')
      for (let i = 0; i < 2; i++) await runs.restore({ runId })
      assert.equal(await stage(), 'active')
      await runs.logParameter({ runId, key: 'after', value: '1' })
    })

    it('keep params as they were first said', async () => {
      const runId = await start()
      await runs.logParameter({ runId, key: 'p', value: '1' })
      await runs.logParameter({ runId, key: 'p', value: '1' })
      await assert.rejects(runs.logParameter({ runId, key: 'p', value: '2' }), { code: 'INVALID_PARAMETER_VALUE' })
      await runs.logParameter({ runId, key: 'empty' })
      assert.deepEqual((await get(runId)).data.params.sort(byKey), [
        { key: 'empty', value: '' },
        { key: 'p', value: '1' },
      ])
    })

    it('cut values that are too long, and find them the same again', async () => {
      const runId = await start()
      for (let i = 0; i < 2; i++) await runs.logParameter({ runId, key: 'long', value: 'x'.repeat(7000) })
      await runs.setTag({ runId, key: 'long', value: 'y'.repeat(9000) })
      assert.equal((await get(runId)).data.params[0]!.value, 'x'.repeat(6000))
      assert.equal((await tagsOf(runId))['long'], 'y'.repeat(8000))
    })

    it('have tags that are set, replaced and deleted', async () => {
      const runId = await start()
      for (const value of ['one', 'two', '']) await runs.setTag({ runId, key: 't', value })
      assert.equal((await tagsOf(runId))['t'], '')
      await runs.deleteTag({ runId, key: 't' })
      assert.equal((await tagsOf(runId))['t'], undefined)
      await assert.rejects(runs.deleteTag({ runId, key: 't' }), { code: 'RESOURCE_DOES_NOT_EXIST' })
    })

    it('take a batch of the largest size', async () => {
      const runId = await start()
      const metrics = Array.from({ length: 800 }, (_, i) => ({ key: `m${i % 8}`, value: i, timestamp: 1, step: i }))
      await runs.logBatch({ runId, metrics, params: pairs(100), tags: pairs(100) })
      const { data } = await get(runId)
      assert.deepEqual([data.metrics.length, data.params.length, data.tags.length], [8, 100, 101])
    })

    it('take the last of a tag that is twice in a batch', async () => {
      const runId = await start()
      const tags = ['one', 'two'].map((value) => ({ key: 't', value }))
      await runs.logBatch({ runId, tags })
      assert.equal((await tagsOf(runId))['t'], 'two')
    })

    it('keep all of a batch or nothing', async () => {
      const runId = await start()
      await runs.logParameter({ runId, key: 'p', value: '1' })
      const before = await get(runId)
      const batch = {
        runId,
        metrics: [{ key: 'm', value: 1, timestamp: 1 }],
        params: [
          { key: 'new', value: '1' },
          { key: 'p', value: 'other' },
        ],
        tags: [{ key: 't', value: '1' }],
      }
      await assert.rejects(runs.logBatch(batch), { code: 'INVALID_PARAMETER_VALUE' })
      assert.deepEqual(await get(runId), before)
    })

    it('keep what many batches write at once, and only the one that is wrong fails', async () => {
      const runId = await start()
      const batches = Array.from({ length: 30 }, (_, i) =>
        runs.logBatch({
          runId,
          params: i === 7 ? [{ key: '../x', value: '1' }] : [{ key: `p${i}`, value: String(i) }],
          metrics: [{ key: 'm', value: i, timestamp: i, step: i }],
        }),
      )
      const settled = await Promise.allSettled(batches)
      assert.deepEqual(
        settled.flatMap(({ status }, i) => (status === 'rejected' ? [i] : [])),
        [7],
      )
      const { data } = await get(runId)
      assert.deepEqual([data.params.length, data.metrics], [29, [{ key: 'm', value: 29, timestamp: 29, step: 29 }]])
    })

    it('know the datasets that they used, and what was said of each first', async () => {
      const runId = await start()
      const dataset = { name: 'n', digest: 'd', sourceType: 'local', source: 's', schema: '{}', profile: '{"rows":1}' }
      const context = (value: string) => [{ key: 'mlflow.data.context', value }]
      await runs.logInputs({ runId, datasets: [{ dataset, tags: context('training') }] })
      await runs.logInputs({ runId, datasets: [{ dataset: { ...dataset, source: 'other' }, tags: context('eval') }] })
      await runs.logInputs({
        runId,
        datasets: [{ dataset: { ...dataset, digest: 'e' }, tags: [] }],
        models: [{ modelId: 'm-1' }],
      })
      assert.deepEqual((await get(runId)).inputs, {
        datasetInputs: [
          { dataset, tags: context('training') },
          { dataset: { ...dataset, digest: 'e' }, tags: [] },
        ],
        modelInputs: [{ modelId: 'm-1' }],
      })
    })

    it('know the models that they made', async () => {
      const runId = await start()
      for (let i = 0; i < 2; i++) await runs.logOutputs({ runId, models: [{ modelId: 'm-1', step: 3 }] })
      assert.deepEqual((await get(runId)).outputs, { modelOutputs: [{ modelId: 'm-1', step: 3 }] })
    })

    it('keep the history of models that older clients log', async () => {
      const runId = await start()
      const model = { artifact_path: 'a', flavors: {}, utc_time_created: 'now', run_id: runId }
      await runs.logModel({ runId, modelJson: JSON.stringify(model) })
      await runs.logModel({ runId, modelJson: JSON.stringify({ ...model, artifact_path: 'b' }) })
      const history = JSON.parse((await tagsOf(runId))['mlflow.log-model.history']!) as (typeof model)[]
      assert.deepEqual(
        history.map((each) => each.artifact_path),
        ['a', 'b'],
      )
    })

    it('are answered by a search as by get', async () => {
      const runId = await start({ runName: 'searched' })
      await runs.logBatch({
        runId,
        metrics: [{ key: 'm', value: NaN, timestamp: 1 }],
        params: [{ key: 'p', value: '1' }],
      })
      const found = await runs.search({ experimentIds: ['0'], filter: `run_name = 'searched'` })
      assert.deepEqual(found.runs, [await get(runId)])
    })

    it('are answered by a search with no more than was asked for', async () => {
      const runId = await start({ runName: 'only' })
      await runs.logBatch({
        runId,
        metrics: ['a', 'b'].map((key) => ({ key, value: 1, timestamp: 1 })),
        params: pairs(3),
      })
      const only = { metrics: ['b', 'nope'], params: [], tags: ['mlflow.runName'] }
      const { runs: found } = await runs.search({ experimentIds: ['0'], filter: `run_name = 'only'`, only })
      assert.deepEqual(found[0]!.data, {
        metrics: [{ key: 'b', value: 1, timestamp: 1, step: 0 }],
        params: [],
        tags: [{ key: 'mlflow.runName', value: 'only' }],
      })
    })

    it('are shown by a search according to their stage', async () => {
      const runId = await start({ runName: 'stage' })
      await runs.delete({ runId })
      const count = async (runViewType: 'ACTIVE_ONLY' | 'DELETED_ONLY' | 'ALL') =>
        (await runs.search({ experimentIds: ['0'], filter: `run_name = 'stage'`, runViewType })).runs.length
      assert.deepEqual([await count('ACTIVE_ONLY'), await count('DELETED_ONLY'), await count('ALL')], [0, 1, 1])
    })
  })
