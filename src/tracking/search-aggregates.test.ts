import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { databases } from '../../test/databases.ts'

/** Runs by what was logged to `loss`, one point a step. */
const LOGGED: Record<string, number[]> = {
  falling: [3, 2, 1],
  rising: [1, 2, 4],
  broken: [5, NaN],
  spiked: [2, 9, 2, 2],
}

const FOUND: [filter: string, found: string][] = [
  ['metrics.loss.min < 2', 'falling rising'],
  ['metrics.loss.max > 4', 'broken spiked'],
  ['metrics.loss.last = 2', 'spiked'],
  ['metrics.loss.count >= 3', 'falling rising spiked'],
  ['metrics.loss.min > 1 AND metrics.loss.max <= 5', 'broken'],
  ['metrics.loss.last != 2', 'falling rising broken'],
  ['metrics.loss.count BETWEEN 2 AND 3', 'falling rising broken'],
  ['metrics.acc.min < 1', ''],
]

for (const [name, open] of Object.entries(databases))
  describe(`aggregates of series on ${name}`, () => {
    let test: TestApp
    let experimentId: string
    before(async () => {
      test = await openTestApp(open)
      experimentId = (await test.client.experiments.create({ name: 'series' })).experimentId
      for (const [i, [runName, values]] of Object.entries(LOGGED).entries()) {
        const { run } = await test.client.runs.create({ experimentId, runName, startTime: i })
        const metrics = values.map((value, step) => ({ key: 'loss', value, timestamp: 1, step }))
        await test.client.runs.logBatch({ runId: run.info.runId, metrics })
      }
    })
    const find = async (filter: string, orderBy = ['start_time'], of = experimentId) => {
      const { runs } = await test.client.runs.search({ experimentIds: [of], filter, orderBy })
      return runs.map(({ info }) => info.runName).join(' ')
    }

    for (const [filter, found] of FOUND)
      it(`finds '${found}' where ${filter}`, async () => {
        assert.equal(await find(filter), found)
      })

    it('orders by them', async () => {
      assert.equal(await find('', ['metrics.loss.max DESC']), 'spiked broken rising falling')
      assert.equal(await find('', ['metrics.`loss`.count', 'metrics.loss.min']), 'broken rising falling spiked')
    })

    it('reads the name of a metric that ends as one as MLflow does', async () => {
      const { experimentId: other } = await test.client.experiments.create({ name: 'named' })
      const { run } = await test.client.runs.create({ experimentId: other, runName: 'both' })
      for (const [key, value] of [
        ['loss', 1],
        ['loss.min', 7],
      ] as const)
        await test.client.metrics.log({ runId: run.info.runId, key, value, timestamp: 1 })
      for (const [filter, found] of [
        ['metrics.loss.min = 7', 'both'],
        ['metrics.`loss.min` = 7', 'both'],
        ['metrics.loss.min = 1', ''],
        ['metrics.`loss`.min = 1', 'both'],
        ['metrics.`loss.min`.min = 7', 'both'],
      ] as const)
        assert.equal(await find(filter, [], other), found, filter)
    })
  })
