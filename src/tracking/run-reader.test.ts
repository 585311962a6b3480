import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createApp, routes } from '../http/app.ts'
import { createClient } from '../client/client.ts'
import { runs } from '../wire/runs.ts'
import { databases } from '../../test/databases.ts'
import { insertDefaultExperiment } from './experiments-store.ts'
import { keyCatalogue } from './keys.ts'
import { metricHandlers } from './metrics.ts'
import { runHandlers } from './runs.ts'
import { metrics } from '../wire/metrics.ts'

const contract = { runs, metrics }

for (const [name, open] of Object.entries(databases))
  describe(`a reader of runs on ${name}`, () => {
    const NOW = 1000 // all that happens, happens in one millisecond

    const start = async () => {
      const db = await open()
      await db.write((tx) => insertDefaultExperiment(tx, 'file:///nowhere', NOW))
      const experimentId = '0'
      let count = 0
      const openServer = () => {
        const deps = { db, keys: keyCatalogue(), now: () => NOW, newId: () => String(count++).padStart(32, '0') }
        const app = createApp([...routes(runs, runHandlers(deps)), ...routes(metrics, metricHandlers(deps))])
        return createClient(contract, { baseUrl: 'http://localhost', fetch: app })
      }
      const [reader, writer] = [openServer(), openServer()]
      const { run } = await writer.runs.create({ experimentId, tags: [] })
      const { runId } = run.info
      await reader.runs.get({ runId })
      return { reader, writer, runId, experimentId }
    }

    type Server = Awaited<ReturnType<typeof start>>['reader']
    const writes: [what: string, write: (server: Server, runId: string) => Promise<unknown>][] = [
      ['a metric', (server, runId) => server.metrics.log({ runId, key: 'loss', value: 1, timestamp: 1, step: 1 })],
      ['a param', (server, runId) => server.runs.logParameter({ runId, key: 'rate', value: '0.1' })],
      ['a tag', (server, runId) => server.runs.setTag({ runId, key: 'team', value: 'vision' })],
      ['a name', (server, runId) => server.runs.update({ runId, runName: 'other' })],
      [
        'a dataset',
        (server, runId) =>
          server.runs.logInputs({
            runId,
            datasets: [{ tags: [], dataset: { name: 'a', digest: 'b', sourceType: 'local', source: 'c' } }],
          }),
      ],
      ['a model', (server, runId) => server.runs.logOutputs({ runId, models: [{ modelId: 'm-1', step: 0 }] })],
      ['a deletion', (server, runId) => server.runs.delete({ runId })],
    ]

    for (const [what, write] of writes)
      it(`answers ${what} that another server wrote in the millisecond in which it read`, async () => {
        const { reader, writer, runId } = await start()
        const { run: before } = await reader.runs.get({ runId })
        await write(writer, runId)
        const [{ run: seen }, { run: written }] = await Promise.all([
          reader.runs.get({ runId }),
          writer.runs.get({ runId }),
        ])
        assert.notDeepEqual(seen, before)
        assert.deepEqual(seen, written)
      })

    it('tells a state after deletion and restoring from those before', async () => {
      const { reader, writer, runId, experimentId } = await start()
      const seen: string[] = []
      for (let i = 0; i < 6; i++) {
        await writer.runs.setTag({ runId, key: 'round', value: String(i) })
        const { runs: found } = await reader.runs.search({ experimentIds: [experimentId] })
        seen.push(found[0]!.data.tags.find(({ key }) => key === 'round')!.value)
        await writer.runs.delete({ runId })
        await writer.runs.restore({ runId })
      }
      assert.deepEqual(seen, ['0', '1', '2', '3', '4', '5'])
    })
  })
