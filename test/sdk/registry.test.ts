import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import * as millrace from '../../src/sdk/index.ts'
import { databases } from '../databases.ts'
import { testServer } from './server.ts'

for (const [name, open] of Object.entries(databases))
  describe(`models registered by the SDK on ${name}`, () => {
    let runId: string
    before(async () => {
      const server = await testServer((await open()).uri)
      await server.start()
      millrace.setTrackingUri(server.url)
      runId = await millrace.startRun({}, async (run) => {
        await run.logText('weights', 'model/weights.txt')
        return run.runId
      })
    })

    it('are made with their first version', async () => {
      const first = await millrace.registerModel(`runs:/${runId}/model`, 'digits', {
        description: 'The first',
        tags: { team: 'vision' },
      })
      const second = await millrace.registerModel('models:/digits/1', 'digits')
      assert.deepEqual([first.version, first.runId, first.description], [1, runId, 'The first'])
      assert.deepEqual([second.version, second.runId, second.source], [2, runId, 'models:/digits/1'])
      assert.deepEqual((await millrace.getModelVersion('models:/digits/1')).tags, [{ key: 'team', value: 'vision' }])
    })

    it('are reached by version, stage and alias', async () => {
      await millrace.setModelStage('digits', 1, 'Production')
      await millrace.setModelStage('digits', 2, 'Production', { archiveExisting: true, comment: 'better' })
      await millrace.setModelAlias('digits', 'champion', 2)
      for (const end of ['/2', '/Production', '/production', '/latest', '@champion', '@latest'])
        assert.equal((await millrace.getModelVersion(`models:/digits${end}`)).version, 2, end)
      assert.equal((await millrace.getModelVersion('models:/digits/Archived')).version, 1)
      await millrace.deleteModelAlias('digits', 'champion')
      await assert.rejects(millrace.getModelVersion('models:/digits@champion'), { code: 'INVALID_PARAMETER_VALUE' })
      await assert.rejects(millrace.getModelVersion('models:/digits/Staging'), { code: 'RESOURCE_DOES_NOT_EXIST' })
      await assert.rejects(millrace.getModelVersion('digits'), { code: 'INVALID_PARAMETER_VALUE', message: /'uri'/ })
    })

    it('are found by filters', async () => {
      await millrace.setModelTag('digits', 'task', 'images')
      await millrace.setModelTag('digits', 'checked', 'yes', 1)
      assert.deepEqual(
        (await millrace.searchModels({ filter: "tags.task = 'images'" })).map((model) => model.name),
        ['digits'],
      )
      const found = await millrace.searchModelVersions({ filter: "name = 'digits'", orderBy: ['version_number'] })
      assert.deepEqual(
        found.map(({ version }) => version),
        [1, 2],
      )
      assert.equal((await millrace.searchModelVersions({ filter: "tags.checked = 'yes'" })).length, 1)
      assert.equal((await millrace.getModel('digits')).latestVersions.length, 2)
    })
  })
