import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { databases } from '../../test/databases.ts'

for (const [name, open] of Object.entries(databases))
  describe(`experiments on ${name}`, () => {
    let test: TestApp
    let experiments: TestApp['client']['experiments']
    let n = 0
    before(async () => {
      test = await openTestApp(open)
      experiments = test.client.experiments
    })
    const create = async () => {
      const experimentName = `experiment ${n++}`
      const { experimentId } = await experiments.create({ name: experimentName })
      return { experimentId, name: experimentName }
    }
    const get = async (experimentId: string) => (await experiments.get({ experimentId })).experiment

    it('begin with the default one, which has id 0', async () => {
      const { creationTime, lastUpdateTime, ...rest } = await get('0')
      assert.deepEqual(rest, {
        experimentId: '0',
        name: 'Default',
        artifactLocation: 'mlflow-artifacts:/0',
        lifecycleStage: 'active',
        tags: [],
        workspace: 'default',
      })
      assert.equal(creationTime, lastUpdateTime)
    })

    it('keep their name, tags and place', async () => {
      const tags = [
        { key: 'team', value: 'vision' },
        { key: 'empty', value: '' },
      ]
      const { experimentId } = await experiments.create({ name: 'a / b: ☃', tags, artifactLocation: 's3://bucket/x' })
      const { experiment } = await experiments.getByName({ experimentName: 'a / b: ☃' })
      assert.deepEqual(
        [
          experiment.experimentId,
          experiment.artifactLocation,
          experiment.tags.sort((a, b) => (a.key < b.key ? -1 : 1)),
        ],
        [experimentId, 's3://bucket/x', tags.toReversed()],
      )
    })

    it('keep their artifacts below the root, by their id', async () => {
      const { experimentId } = await create()
      assert.equal((await get(experimentId)).artifactLocation, `mlflow-artifacts:/${experimentId}`)
    })

    it('are renamed, and found by the new name only', async () => {
      const { experimentId, name } = await create()
      await experiments.update({ experimentId, newName: `${name} renamed` })
      assert.equal(
        (await experiments.getByName({ experimentName: `${name} renamed` })).experiment.experimentId,
        experimentId,
      )
      await assert.rejects(experiments.getByName({ experimentName: name }), { code: 'RESOURCE_DOES_NOT_EXIST' })
    })

    it('may be renamed to the name they have', async () => {
      const { experimentId, name } = await create()
      await experiments.update({ experimentId, newName: name })
      assert.equal((await get(experimentId)).name, name)
    })

    it('have tags that are set, replaced and deleted, and say when', async () => {
      const { experimentId } = await create()
      const { creationTime } = await get(experimentId)
      await experiments.setTag({ experimentId, key: 'k', value: 'one' })
      await experiments.setTag({ experimentId, key: 'k', value: 'two' })
      assert.deepEqual((await get(experimentId)).tags, [{ key: 'k', value: 'two' }])
      await experiments.deleteTag({ experimentId, key: 'k' })
      const { tags, lastUpdateTime } = await get(experimentId)
      assert.deepEqual(tags, [])
      assert.ok(lastUpdateTime >= creationTime)
    })

    it('take their runs along when they are deleted and restored', async () => {
      const { experimentId } = await create()
      const { run } = await test.client.runs.create({ experimentId })
      const stages = async () => [
        (await get(experimentId)).lifecycleStage,
        (await test.client.runs.get({ runId: run.info.runId })).run.info.lifecycleStage,
      ]
      await experiments.delete({ experimentId })
      assert.deepEqual(await stages(), ['deleted', 'deleted'])
      await experiments.restore({ experimentId })
      assert.deepEqual(await stages(), ['active', 'active'])
    })

    it('keep their name when they are deleted', async () => {
      const { experimentId, name } = await create()
      await experiments.delete({ experimentId })
      assert.equal((await experiments.getByName({ experimentName: name })).experiment.lifecycleStage, 'deleted')
      await assert.rejects(experiments.create({ name }), {
        code: 'RESOURCE_ALREADY_EXISTS',
        message: /has been deleted/,
      })
    })

    it('are made once when many ask for the same name at once', async () => {
      const made = await Promise.allSettled(Array.from({ length: 8 }, () => experiments.create({ name: 'wanted' })))
      assert.equal(made.filter(({ status }) => status === 'fulfilled').length, 1)
      for (const each of made) if (each.status === 'rejected') assert.equal(each.reason.code, 'RESOURCE_ALREADY_EXISTS')
    })

    it('tell which datasets their runs used, and for what', async () => {
      const { experimentId } = await create()
      const { run } = await test.client.runs.create({ experimentId })
      const dataset = { name: 'iris', digest: 'abc', sourceType: 'local', source: 'x' }
      await test.client.runs.logInputs({
        runId: run.info.runId,
        datasets: [{ dataset, tags: [{ key: 'mlflow.data.context', value: 'training' }] }],
      })
      const ajax = await experiments.searchDatasets({ experimentIds: [experimentId] })
      assert.deepEqual(ajax.datasetSummaries, [{ experimentId, name: 'iris', digest: 'abc', context: 'training' }])
    })
  })
