import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { openTestApp, send, type TestApp } from '../../test/app.ts'
import { databases } from '../../test/databases.ts'

type Point = [step: number, timestamp: number, value: number]

for (const [name, open] of Object.entries(databases))
  describe(`metrics on ${name}`, () => {
    let test: TestApp
    before(async () => {
      test = await openTestApp(open)
    })
    const start = async () => (await test.client.runs.create({ experimentId: '0' })).run.info.runId
    const log = (runId: string, points: Point[], key = 'm') =>
      test.client.runs.logBatch({
        runId,
        metrics: points.map(([step, timestamp, value]) => ({ key, step, timestamp, value })),
      })
    const history = async (runId: string, key = 'm') =>
      (await test.client.metrics.getHistory({ runId, metricKey: key })).metrics.map(
        ({ step, timestamp, value }): Point => [step, timestamp, value],
      )
    const latest = async (runId: string) => {
      const [metric] = (await test.client.runs.get({ runId })).run.data.metrics
      return [metric!.step, metric!.timestamp, metric!.value]
    }

    const latests: [title: string, points: Point[], last: Point][] = [
      [
        'the greatest step',
        [
          [5, 1, 1],
          [3, 9, 9],
        ],
        [5, 1, 1],
      ],
      [
        'then the greatest time',
        [
          [5, 1, 9],
          [5, 2, 1],
        ],
        [5, 2, 1],
      ],
      [
        'then the greatest value',
        [
          [5, 1, 3],
          [5, 1, 1],
        ],
        [5, 1, 3],
      ],
      [
        'NaN where it is last',
        [
          [1, 1, 1],
          [2, 1, NaN],
        ],
        [2, 1, NaN],
      ],
      [
        'NaN before a negative number',
        [
          [1, 1, -3],
          [1, 1, NaN],
        ],
        [1, 1, NaN],
      ],
      [
        'a positive number before NaN',
        [
          [1, 1, NaN],
          [1, 1, 3],
        ],
        [1, 1, 3],
      ],
      [
        'steps below zero too',
        [
          [-5, 9, 1],
          [-1, 1, 2],
        ],
        [-1, 1, 2],
      ],
      ['the greatest number for infinity', [[1, 1, Infinity]], [1, 1, Number.MAX_VALUE]],
      ['the least number for minus infinity', [[1, 1, -Infinity]], [1, 1, -Number.MAX_VALUE]],
    ]
    for (const [title, points, last] of latests)
      it(`answer as the latest ${title}, in whatever order points come`, async () => {
        for (const order of [points, points.toReversed()]) {
          const [inBatch, oneByOne] = [await start(), await start()]
          await log(inBatch, order)
          for (const [step, timestamp, value] of order)
            await test.client.metrics.log({ runId: oneByOne, key: 'm', step, timestamp, value })
          assert.deepEqual([await latest(inBatch), await latest(oneByOne)], [last, last])
        }
      })

    it('keep a point once, and order a history by time, step and value', async () => {
      const runId = await start()
      await log(runId, [
        [1, 20, 2],
        [1, 20, 2],
        [0, 30, 9],
        [1, 5, 5],
      ])
      await log(runId, [
        [1, 20, 2],
        [1, 20, 1],
        [0, 20, 7],
      ])
      assert.deepEqual(await history(runId), [
        [1, 5, 5],
        [0, 20, 7],
        [1, 20, 1],
        [1, 20, 2],
        [0, 30, 9],
      ])
    })

    it('have no history under a name that was not logged', async () => {
      const runId = await start()
      assert.deepEqual(await history(runId, 'nope'), [])
    })

    it('give a history in pages', async () => {
      const runId = await start()
      await log(
        runId,
        Array.from({ length: 5 }, (_, i): Point => [i, i, i]),
      )
      const steps: number[][] = []
      let pageToken: string | undefined
      do {
        const page = await test.client.metrics.getHistory({
          runId,
          metricKey: 'm',
          maxResults: 2,
          ...(pageToken && { pageToken }),
        })
        steps.push(page.metrics.map(({ step }) => step))
        pageToken = page.nextPageToken
      } while (pageToken)
      assert.deepEqual(steps, [[0, 1], [2, 3], [4]])
    })

    it('of many runs come in one answer, by run and time, up to a limit', async () => {
      const runIds = [await start(), await start()].sort()
      for (const runId of runIds)
        await log(runId, [
          [0, 1, 1],
          [1, 0, 2],
        ])
      const bulk = async (maxResults: number) => {
        const query = new URLSearchParams([
          ...runIds.map((id) => ['run_id', id]),
          ['metric_key', 'm'],
          ['max_results', String(maxResults)],
        ])
        const { json } = await send(test.app, 'GET', `/ajax-api/2.0/mlflow/metrics/get-history-bulk?${query}`)
        return (json.metrics as { run_id: string; step: number }[]).map(({ run_id, step }) => [
          runIds.indexOf(run_id),
          step,
        ])
      }
      assert.deepEqual(await bulk(100), [
        [0, 1],
        [0, 0],
        [1, 1],
        [1, 0],
      ])
      assert.deepEqual(await bulk(3), [
        [0, 1],
        [0, 0],
        [1, 1],
      ])
    })

    const intervals: [given: object, steps: number[]][] = [
      [{}, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
      [{ maxResults: 4 }, [0, 3, 6, 9]],
      [{ maxResults: 1 }, [9]],
      [{ startStep: 3, endStep: 5 }, [3, 4, 5]],
      [{ startStep: 2, endStep: 9, maxResults: 3 }, [2, 5, 9]],
      [{ startStep: 20, endStep: 30 }, []],
      [{ startStep: -5, endStep: 0 }, [0]],
    ]
    for (const [given, steps] of intervals)
      it(`give steps ${JSON.stringify(steps)} of ten for ${JSON.stringify(given)}`, async () => {
        const runId = await start()
        await log(
          runId,
          Array.from({ length: 10 }, (_, i): Point => [i, i, i]),
        )
        const { metrics } = await test.client.metrics.getHistoryBulkInterval({
          runIds: [runId],
          metricKey: 'm',
          ...given,
        })
        assert.deepEqual(
          metrics.map(({ step }) => step),
          steps,
        )
      })

    it('keep the spikes of a long series when they are thinned for a chart', async () => {
      const runId = await start()
      const spikes = new Map([
        [1234, 1e6],
        [2222, -1e6],
        [2900, NaN],
      ])
      for (let at = 0; at < 3000; at += 1000)
        await log(
          runId,
          Array.from({ length: 1000 }, (_, i): Point => [at + i, at + i, spikes.get(at + i) ?? Math.sin(i)]),
        )
      const { series } = await test.client.metrics.sample({ runIds: [runId], keys: ['m', 'nope'], points: 50 })
      const [only] = series
      assert.deepEqual([series.length, only!.count, only!.steps.length, only!.steps.at(-1)], [1, 3000, 50, 2999])
      assert.deepEqual([Math.max(...only!.maxs), Math.min(...only!.mins)], [1e6, -1e6])
    })

    it('give a part of a long series for a chart that was zoomed', async () => {
      const runId = await start()
      for (let at = 0; at < 3000; at += 1000)
        await log(
          runId,
          Array.from({ length: 1000 }, (_, i): Point => [at + i, at + i, i]),
        )
      const { series } = await test.client.metrics.sample({
        runIds: [runId],
        keys: ['m'],
        points: 500,
        startStep: 990,
        endStep: 1010,
      })
      assert.deepEqual(
        series[0]!.steps,
        Array.from({ length: 21 }, (_, i) => 990 + i),
      )
    })

    it('may have any name that MLflow lets them have', async () => {
      const runId = await start()
      const names = ['a/b c.d-e_f:g', 'é ß', '0', '-', 'system/cpu', 'x'.repeat(250), 'a']
      for (const key of names) await log(runId, [[0, 0, 1]], key)
      const { run } = await test.client.runs.get({ runId })
      assert.deepEqual(run.data.metrics.map(({ key }) => key).sort(), names.sort())
      for (const key of names) assert.deepEqual(await history(runId, key), [[0, 0, 1]])
    })
  })
