import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { databases } from '../../test/databases.ts'

const WRITER = fileURLToPath(new URL('../../test/writer.ts', import.meta.url))

for (const [name, open] of Object.entries(databases))
  describe(`several processes on one ${name} store`, { timeout: 30_000 }, () => {
    let test: TestApp
    const children: ChildProcess[] = []
    before(async () => {
      test = await openTestApp(open)
    })
    after(() => {
      for (const child of children) child.kill()
    })
    const start = async () => (await test.client.runs.create({ experimentId: '0' })).run.info.runId
    const write = (runId: string, key: string, count: number) => {
      const child = spawn(
        process.execPath,
        [WRITER, test.db.uri, join(test.folder, 'artifacts'), runId, key, String(count)],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      )
      children.push(child)
      return child
    }
    const stepsOf = async (runId: string, metricKey: string) =>
      (await test.client.metrics.getHistory({ runId, metricKey })).metrics.map(({ step }) => step)

    it('read at once what another wrote', async () => {
      const runId = await start()
      const child = write(runId, 'm', 20)
      const ended = once(child, 'exit')
      let seen = 0
      while (child.exitCode === null) {
        const { length } = await stepsOf(runId, 'm')
        assert.ok(length >= seen, 'points went away')
        seen = length
        await Promise.race([ended, setTimeout(5)])
      }
      assert.deepEqual(await ended, [0, null])
      assert.deepEqual(
        await stepsOf(runId, 'm'),
        Array.from({ length: 20 }, (_, i) => i),
      )
      const { data } = (await test.client.runs.get({ runId })).run
      assert.deepEqual([data.metrics[0]!.value, data.params.length], [19, 20])
    })

    it('write side by side to one run, and nothing is lost', async () => {
      const runId = await start()
      const writers = ['a', 'b'].map((key) => once(write(runId, key, 30), 'exit'))
      for (let step = 0; step < 30; step++)
        await test.client.metrics.log({ runId, key: 'own', value: 1, timestamp: 1, step })
      assert.deepEqual(await Promise.all(writers), [
        [0, null],
        [0, null],
      ])
      for (const key of ['a', 'b', 'own']) assert.equal((await stepsOf(runId, key)).length, 30)
      const { keys } = await test.client.pages.keys({ experimentIds: ['0'] })
      assert.equal(keys.filter(({ kind, name }) => kind === 'metric' && name === 'a').length, 1)
    })

    it('tell each other of changes within two seconds', async () => {
      const runId = await start()
      const response = await test.client.pages.live({ experimentIds: ['0'] })
      assert.equal(response.headers.get('content-type'), 'text/event-stream')
      const child = write(runId, 'live', 1)
      await once(child.stdout!, 'data')
      const began = performance.now()
      let text = ''
      for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
        text += part
        if (text.includes(runId)) break
        assert.ok(performance.now() - began < 2000, `only this came: ${text}`)
      }
      assert.match(text, new RegExp(`event: runs\ndata: \\{"run_ids":\\[[^\\]]*"${runId}"`))
      assert.ok(performance.now() - began < 2000)
    })

    it('write from many connections at once without a deadlock', async () => {
      const runIds = await Promise.all(Array.from({ length: 4 }, start))
      const keys = Array.from({ length: 12 }, (_, i) => `key ${i}`)
      const batches = Array.from({ length: 60 }, (_, i) => {
        const mixed = i % 2 ? keys : keys.toReversed()
        return test.client.runs.logBatch({
          runId: runIds[i % runIds.length]!,
          metrics: mixed.map((key) => ({ key, value: i, timestamp: i, step: i })),
          tags: mixed.map((key) => ({ key, value: String(i) })),
          params: mixed.map((key) => ({ key, value: 'same' })),
        })
      })
      await Promise.all(batches)
      for (const runId of runIds) assert.equal((await stepsOf(runId, 'key 3')).length, 15)
    })
  })
