import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, beforeEach, describe, it } from 'node:test'
import { PNG } from 'pngjs'
import { databases } from '../../test/databases.ts'
import {
  readArtifact,
  readHistory,
  readRun,
  startTestServer,
  temporaryFolder,
  type TestServer,
} from '../../test/sdk/server.ts'
import * as millrace from './index.ts'

process.env['MILLRACE_JOURNAL'] = temporaryFolder()

for (const [name, open] of Object.entries(databases))
  describe(`the fluent API on ${name}`, () => {
    let server: TestServer

    before(async () => {
      server = await startTestServer((await open()).uri)
      millrace.setTrackingUri(server.url)
    })

    beforeEach(async () => {
      await millrace.setExperiment(`experiment ${Math.random()}`)
    })

    /** Logs within a run. @returns Its id. */
    const within = (work: (run: millrace.ActiveRun) => unknown) =>
      millrace.startRun(async (run) => {
        await work(run)
        return run.runId
      })

    const jsonOf = async (runId: string, path: string) => JSON.parse(String(await readArtifact(server, runId, path)))

    it('logs params of every scalar type as text', async () => {
      const runId = await within(() => {
        millrace.logParam('rate', 0.1)
        millrace.logParams({ name: 'adam', nesterov: true, big: 2n ** 60n, none: null })
      })
      const { params } = await readRun(server, runId)
      const expected = { rate: '0.1', name: 'adam', nesterov: 'true', big: '1152921504606846976', none: 'null' }
      assert.deepEqual(params, expected)
    })

    it('logs metrics with steps, times and values that are not finite', async () => {
      const runId = await within(() => {
        for (let step = 0; step < 3; step++)
          millrace.logMetric('loss', 1 / (step + 1), { step, timestamp: 1000 + step })
        millrace.logMetrics({ gap: Number.NaN, limit: -Infinity }, { step: 7 })
      })
      assert.deepEqual(await readHistory(server, runId, 'loss'), [
        [0, 1],
        [1, 1 / 2],
        [2, 1 / 3],
      ])
      const { metrics, data } = await readRun(server, runId)
      assert.ok(Number.isNaN(metrics['gap']))
      assert.equal(metrics['limit'], -Number.MAX_VALUE) // as MLflow keeps it
      assert.equal(data.metrics.find(({ key }) => key === 'loss')?.timestamp, 1002)
    })

    it('logs more than one request can hold', async () => {
      const params = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`param${i}`, i]))
      const metrics = Array.from({ length: 2500 }, (_, step) => ({ key: 'loss', value: step / 2, step }))
      const runId = await within(() => millrace.logBatch({ params, metrics }))
      assert.equal(Object.keys((await readRun(server, runId)).params).length, 250)
      assert.deepEqual(
        await readHistory(server, runId, 'loss'),
        metrics.map(({ step, value }) => [step, value]),
      )
    })

    it('sets tags, the last value of which counts', async () => {
      const runId = await within(async () => {
        millrace.setTag('stage', 'first')
        millrace.setTags({ stage: 'second', team: 'vision' })
      })
      const { tags } = await readRun(server, runId)
      assert.equal(tags['stage'], 'second')
      assert.equal(tags['team'], 'vision')
    })

    it('logs a batch of all kinds together', async () => {
      const runId = await within(() =>
        millrace.logBatch({ metrics: { loss: 0.5 }, params: { rate: 1 }, tags: { a: 'b' }, step: 4 }),
      )
      const { params, tags } = await readRun(server, runId)
      assert.deepEqual(await readHistory(server, runId, 'loss'), [[4, 0.5]])
      assert.deepEqual([params['rate'], tags['a']], ['1', 'b'])
    })

    it('logs a dataset with what it was for', async () => {
      const iris = millrace.dataset({ name: 'iris', source: 'data/iris.csv' })
      const runId = await within(() => millrace.logInput(iris, { context: 'train' }))
      const [input] = (await readRun(server, runId)).inputs!.datasetInputs
      assert.equal(input?.dataset.name, 'iris')
      assert.match(input!.dataset.digest, /^[0-9a-f]{8}$/)
      assert.deepEqual(input?.tags, [{ key: 'mlflow.data.context', value: 'train' }])
    })

    it('writes text and objects among the artifacts', async () => {
      const runId = await within(async () => {
        await millrace.logText('größer\n', 'notes/note.txt')
        await millrace.logDict({ a: [1, 2] }, 'setting.json')
        await millrace.logDict({ a: [1, 2] }, 'setting.yaml')
      })
      assert.equal(String(await readArtifact(server, runId, 'notes/note.txt')), 'größer\n')
      assert.deepEqual(await jsonOf(runId, 'setting.json'), { a: [1, 2] })
      assert.equal(String(await readArtifact(server, runId, 'setting.yaml')), 'a:\n  - 1\n  - 2\n')
    })

    it('copies files and folders', async () => {
      const folder = join(temporaryFolder(), 'model')
      mkdirSync(join(folder, 'deep'), { recursive: true })
      writeFileSync(join(folder, 'weights.bin'), Buffer.from([0, 255, 128]))
      writeFileSync(join(folder, 'deep/name.txt'), 'name')
      const runId = await within(async () => {
        await millrace.logArtifact(join(folder, 'weights.bin'))
        await millrace.logArtifact(folder, 'copies')
        await millrace.logArtifacts(folder, 'content')
      })
      for (const path of ['weights.bin', 'copies/model/weights.bin', 'content/weights.bin'])
        assert.deepEqual([...(await readArtifact(server, runId, path))], [0, 255, 128])
      assert.equal(String(await readArtifact(server, runId, 'copies/model/deep/name.txt')), 'name')
    })

    it('writes pixels as PNG, grey and coloured', async () => {
      const runId = await within(async () => {
        await millrace.logImage({ width: 2, height: 1, data: Uint8Array.of(0, 200) }, 'grey.png')
        await millrace.logImage({ width: 1, height: 1, data: Uint8Array.of(1, 2, 3, 4) }, 'red.png')
      })
      const pixels = async (path: string) => [...PNG.sync.read(await readArtifact(server, runId, path)).data]
      assert.deepEqual(await pixels('grey.png'), [0, 0, 0, 255, 200, 200, 200, 255])
      assert.deepEqual(await pixels('red.png'), [1, 2, 3, 4])
    })

    it('writes figures of each kind', async () => {
      const runId = await within(async () => {
        await millrace.logFigure('<svg/>', 'plot.svg')
        await millrace.logFigure(Uint8Array.of(1, 2), 'plot.png')
        await millrace.logFigure({ data: [{ y: [1, 2] }] }, 'plot.json')
      })
      assert.equal(String(await readArtifact(server, runId, 'plot.svg')), '<svg/>')
      assert.deepEqual([...(await readArtifact(server, runId, 'plot.png'))], [1, 2])
      assert.deepEqual(await jsonOf(runId, 'plot.json'), { data: [{ y: [1, 2] }] })
    })

    it('adds to a table, also when the run is continued', async () => {
      const runId = await within(async () => {
        void millrace.logTable([{ label: 3, answer: 8 }], 'mistakes.json')
        await millrace.logTable({ label: [4], sure: [0.9] }, 'mistakes.json')
      })
      await millrace.startRun({ runId }, () => millrace.logTable([{ label: 5 }], 'mistakes.json'))
      assert.deepEqual(await jsonOf(runId, 'mistakes.json'), {
        columns: ['label', 'answer', 'sure'],
        data: [
          [3, 8, null],
          [4, null, 0.9],
          [5, null, null],
        ],
      })
      const { tags } = await readRun(server, runId)
      assert.deepEqual(JSON.parse(tags['mlflow.loggedArtifacts']!), [{ path: 'mistakes.json', type: 'table' }])
    })

    it('gives a run its name, note, tags and source', async () => {
      const runId = await millrace.startRun(
        { runName: 'baseline', description: 'A *note*.', tags: { team: 'vision' } },
        (run) => run.runId,
      )
      const { info, tags } = await readRun(server, runId)
      const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: import.meta.dirname, encoding: 'utf8' }).trim()
      assert.equal(info.runName, 'baseline')
      assert.equal(info.status, 'FINISHED')
      assert.ok(info.endTime! >= info.startTime!)
      assert.equal(tags['mlflow.note.content'], 'A *note*.')
      assert.equal(tags['team'], 'vision')
      assert.equal(tags['mlflow.source.type'], 'LOCAL')
      assert.equal(tags['mlflow.source.name'], process.argv[1])
      assert.equal(tags['mlflow.source.git.commit'], commit)
      assert.ok(tags['mlflow.user'])
    })

    it('ends a run as FAILED when its callback throws, and throws on', async () => {
      let runId = ''
      const failure = new Error('out of memory')
      const failed = within((run) => {
        runId = run.runId
        run.logMetric('loss', 1)
        throw failure
      })
      await assert.rejects(failed, failure)
      const { info, metrics } = await readRun(server, runId)
      assert.equal(info.status, 'FAILED')
      assert.equal(metrics['loss'], 1)
    })

    it('keeps a run active from startRun to endRun', async () => {
      const run = await millrace.startRun()
      assert.equal(millrace.activeRun(), run)
      await millrace.logParam('rate', 1)
      await millrace.endRun('KILLED')
      assert.equal(millrace.activeRun(), undefined)
      const { info, params } = await readRun(server, run.runId)
      assert.deepEqual([info.status, params['rate']], ['KILLED', '1'])
    })

    it('gives each of concurrent runs what was logged within it', async () => {
      const runIds = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          within(async (run) => {
            for (let step = 0; step < 5; step++) {
              await new Promise((resolve) => setTimeout(resolve, Math.random() * 10))
              assert.equal(millrace.activeRun(), run)
              await millrace.logMetric('own', i, { step })
            }
          }),
        ),
      )
      for (const [i, runId] of runIds.entries())
        assert.deepEqual(
          await readHistory(server, runId, 'own'),
          [0, 1, 2, 3, 4].map((step) => [step, i]),
        )
    })

    it('tells a nested run who its parent is, in both forms', async () => {
      const children: string[] = []
      const parentId = await within(async () => {
        await millrace.startRun({ nested: true }, (run) => children.push(run.runId))
        const child = await millrace.startRun({ nested: true })
        children.push(child.runId)
        assert.equal(millrace.activeRun(), child)
        await millrace.endRun()
      })
      for (const runId of children) assert.equal((await readRun(server, runId)).tags['mlflow.parentRunId'], parentId)
    })

    it('ends what was started within a callback and left open', async () => {
      let childId = ''
      await within(async () => {
        childId = (await millrace.startRun({ nested: true })).runId
      })
      assert.equal((await readRun(server, childId)).info.status, 'FINISHED')
      assert.equal(millrace.activeRun(), undefined)
    })

    it('refuses a second active run that is not nested', async () => {
      await within(() => assert.rejects(millrace.startRun(), { name: 'ApiError', code: 'INVALID_STATE' }))
    })

    it('starts one run for all that is logged without one', async () => {
      await Promise.all([millrace.logParam('a', 1), millrace.logParam('b', 2)])
      const run = millrace.activeRun()!
      await millrace.endRun()
      assert.deepEqual((await readRun(server, run.runId)).params, { a: '1', b: '2' })
    })

    it('continues a run', async () => {
      const runId = await within(() => millrace.logMetric('loss', 2, { step: 0 }))
      await millrace.startRun({ runId, tags: { again: true } }, () => millrace.logMetric('loss', 1, { step: 1 }))
      const { info, tags } = await readRun(server, runId)
      assert.deepEqual([info.status, tags['again']], ['FINISHED', 'true'])
      assert.deepEqual(await readHistory(server, runId, 'loss'), [
        [0, 2],
        [1, 1],
      ])
    })

    it('finds runs of the chosen experiment in order', async () => {
      for (const loss of [3, 1, 2])
        await millrace.startRun({ runName: `loss ${loss}` }, (run) => run.logMetric('loss', loss))
      const found = await millrace.searchRuns({ filter: 'metrics.loss < 3', orderBy: ['metrics.loss'] })
      assert.deepEqual(
        found.map(({ info, metrics }) => [info.runName, metrics['loss']]),
        [
          ['loss 1', 1],
          ['loss 2', 2],
        ],
      )
      assert.equal((await millrace.searchRuns({ maxResults: 1 })).length, 1)
      assert.deepEqual(await millrace.getRun(found[0]!.info.runId), found[0])
    })

    it('keeps the neighbours of what the server refuses, and reports it', async (t) => {
      const said = t.mock.method(console, 'error', () => {})
      const run = await millrace.startRun()
      const names = Array.from({ length: 40 }, (_, i) => (i === 17 ? 'bad\u0001key' : `metric${i}`))
      for (const key of names) run.logMetric(key, 1)
      run.logParam('rate', 1)
      await assert.rejects(run.flush(), { name: 'ApiError', code: 'INVALID_PARAMETER_VALUE' })
      await millrace.endRun()
      const { info, metrics, params } = await readRun(server, run.runId)
      assert.equal(info.status, 'FINISHED')
      assert.equal(Object.keys(metrics).length, 39)
      assert.equal(params['rate'], '1')
      assert.match(
        String(said.mock.calls[0]?.arguments[0]),
        /the server refused the metric 'bad.key'.*kept in .*rejected/,
      )
    })

    it('refuses a path that leaves the artifacts', async () => {
      await within(() => assert.rejects(millrace.logText('x', '../x.txt'), { code: 'INVALID_PARAMETER_VALUE' }))
    })

    it('names what is wrong with a filter', async () => {
      await assert.rejects(millrace.searchRuns({ filter: 'metrics.loss <' }), { code: 'INVALID_PARAMETER_VALUE' })
    })
  })

it('refuses a tracking URI that it does not know', async () => {
  millrace.setTrackingUri('ftp://example.org')
  await assert.rejects(millrace.startRun(), /expected http:\/\/…, sqlite:\/\/\/… or postgresql:\/\/…, got 'ftp:/)
})
