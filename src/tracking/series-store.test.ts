import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { databases } from '../../test/databases.ts'
import type { Db } from '../db/db.ts'
import { insertDefaultExperiment } from './experiments-store.ts'
import { keyCatalogue } from './keys.ts'
import { logMetrics } from './metrics.ts'
import { readRuns } from './run-reader.ts'
import { insertRun, type LockedRun, lockRun, getRun } from './runs-store.ts'
import { readPoints } from './series-store.ts'

type Row = [step: number, timestamp: number, value: number]

for (const [name, open] of Object.entries(databases))
  describe(`metric series on ${name}`, () => {
    const start = async () => {
      const db = await open()
      const keys = keyCatalogue()
      const run = await db.write(async (tx) => {
        await insertDefaultExperiment(tx, 'mlflow-artifacts:/0', 1)
        return await insertRun(tx, {
          run_id: 'run0',
          experiment: 0,
          name: 'run',
          user_id: '',
          start_time: 1,
          artifact_uri: '',
          updated_at: 1,
        })
      })
      const log = (rows: Row[], key = 'loss') =>
        db.write(async (tx) =>
          logMetrics(
            tx,
            keys,
            await lockRun(tx, 'run0', 2),
            rows.map(([step, timestamp, value]) => ({ key, step, timestamp, value })),
          ),
        )
      const read = async () => rowsOf(await readPoints(db, run.id, await onlyKey(db, run)))
      return { db, run, log, read }
    }

    const onlyKey = async (db: Db, run: LockedRun) =>
      (await db.get<{ key: number }>('select key from metric_series where run = ?', [run.id]))!.key
    const rowsOf = (points: Awaited<ReturnType<typeof readPoints>>): Row[] =>
      Array.from(points.steps, (step, i) => [step, points.timestamps[i]!, points.values[i]!])
    const summary = (db: Db) =>
      db.get<{ count: number; unsealed: number; min: number; max: number }>(
        'select count, unsealed, min, max from metric_series',
      )

    it('sorts points that arrive out of order', async () => {
      const { log, read } = await start()
      await log([
        [3, 1, 0.3],
        [1, 1, 0.1],
      ])
      await log([[2, 1, 0.2]])
      assert.deepEqual(await read(), [
        [1, 1, 0.1],
        [2, 1, 0.2],
        [3, 1, 0.3],
      ])
    })

    it('keeps a point once when it arrives again, in one batch or in another', async () => {
      const { db, log, read } = await start()
      await log([
        [1, 1, 0.1],
        [1, 1, 0.1],
        [2, 1, NaN],
      ])
      await log([
        [1, 1, 0.1],
        [2, 1, NaN],
        [2, 1, 0.5],
      ])
      assert.deepEqual(await read(), [
        [1, 1, 0.1],
        [2, 1, NaN],
        [2, 1, 0.5],
      ])
      assert.equal((await summary(db))!.count, 3)
    })

    it('seals a tail of a thousand points and reads across chunks and tail', async () => {
      const { db, log, read } = await start()
      const rows = Array.from({ length: 2500 }, (_, i): Row => [i, 1000 + i, Math.sin(i)])
      for (let i = 0; i < rows.length; i += 400) await log(rows.slice(i, i + 400))
      assert.deepEqual(await read(), rows)
      const { count, unsealed } = (await summary(db))!
      assert.deepEqual([count, unsealed], [2500, 100])
    })

    it('finds repeats of points that have been sealed', async () => {
      const { db, log, read } = await start()
      const rows = Array.from({ length: 1200 }, (_, i): Row => [i, i, i / 7])
      await log(rows.slice(0, 600))
      await log(rows.slice(600))
      await log(rows.slice(500, 700))
      assert.deepEqual(await read(), rows)
      assert.equal((await summary(db))!.count, 1200)
    })

    it('answers the greatest (step, timestamp, value) as the latest, and min and max of all', async () => {
      const { db, log } = await start()
      await log([[5, 1, 2]])
      await log([
        [1, 9, 7],
        [5, 1, 1],
        [0, 0, -3],
        [4, 4, NaN],
      ])
      const [run] = await readRuns(db, [await getRun(db, 'run0')])
      assert.deepEqual(run!.data.metrics, [{ key: 'loss', value: 2, timestamp: 1, step: 5 }])
      const { min, max } = (await summary(db))!
      assert.deepEqual([min, max], [-3, 7])
    })

    it('reads a range of steps across chunks and tail', async () => {
      const { db, run, log } = await start()
      await log(Array.from({ length: 1000 }, (_, i): Row => [i, i, i]))
      await log([
        [1000, 1, 1],
        [1001, 1, 2],
      ])
      const points = await readPoints(db, run.id, await onlyKey(db, run), 998, 1000)
      assert.deepEqual([...points.steps], [998, 999, 1000])
    })

    it('keeps every point that writers at once log to one run', async () => {
      const { log, read } = await start()
      await Promise.all(
        Array.from({ length: 20 }, (_, i) => log(Array.from({ length: 60 }, (_, j): Row => [i * 60 + j, 1, j]))),
      )
      assert.deepEqual(
        (await read()).map(([step]) => step),
        Array.from({ length: 1200 }, (_, i) => i),
      )
    })
  })
