import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { databases } from '../../test/databases.ts'

const TOLD: [name: string, modelType: string, params: Record<string, string>, tags: Record<string, string>][] = [
  ['alpha', 'lin', { a: '1' }, { t: 'x' }],
  ['beta', '', { a: '2' }, {}],
  ['Alpha', 'tree', {}, { t: 'y' }],
]

/** Filters with what MLflow 3.17.2 finds among the same models. */
const FILTERS: [filter: string, found: string][] = [
  ['', 'alpha beta Alpha'],
  [`name = 'alpha'`, 'alpha'],
  [`attributes.name ILIKE 'alpha'`, 'alpha Alpha'],
  [`name LIKE 'a%'`, 'alpha'],
  [`name NOT IN ('alpha')`, 'beta Alpha'],
  [`params.a != '1'`, 'beta'],
  [`tags.t = 'x'`, 'alpha'],
  [`model_type = ''`, 'beta'],
  [`source_run_id = 'run1'`, 'alpha beta Alpha'],
  [`model_id = '{beta}'`, 'beta'],
  [`experiment_id = '0'`, 'alpha beta Alpha'],
  ['creation_time > 0', 'alpha beta Alpha'],
  ['last_updated_timestamp_ms > 0', 'alpha beta Alpha'],
  ['metrics.a > 1', ''],
  [`name = 'alpha' AND params.a = '1'`, 'alpha'],
]

const pairs = (from: Record<string, string>) => Object.entries(from).map(([key, value]) => ({ key, value }))

for (const [name, open] of Object.entries(databases))
  describe(`logged models on ${name}`, () => {
    let models: TestApp['client']['loggedModels']
    const ids: Record<string, string> = {}
    before(async () => {
      models = (await openTestApp(open)).client.loggedModels
      for (const [modelName, modelType, params, tags] of TOLD) {
        const given = { experimentId: '0', name: modelName, modelType, sourceRunId: 'run1' }
        const { model } = await models.create({ ...given, params: pairs(params), tags: pairs(tags) })
        ids[modelName] = model.info.modelId
      }
    })
    const find = async (search: object) => {
      const { models: found, nextPageToken } = await models.search({ experimentIds: ['0'], ...search })
      return { names: found.map(({ info }) => info.name).join(' '), nextPageToken }
    }
    const byAge = { orderBy: [{ fieldName: 'creation_timestamp' }, { fieldName: 'model_type' }] }

    for (const [filter, found] of FILTERS)
      it(`are found as '${found}' where ${filter}`, async () => {
        const { names } = await find({ filter: filter.replace(/\{(\w+)\}/, (_, model: string) => ids[model]!) })
        assert.deepEqual(names.split(' ').sort(), found.split(' ').sort())
      })

    for (const filter of [`foo = 'x'`, `name > 'a'`, ' ', `run_id = 'x'`])
      it(`refuse the filter ${JSON.stringify(filter)}`, async () => {
        await assert.rejects(find({ filter }), { code: 'INVALID_PARAMETER_VALUE', message: /'filter'/ })
      })

    it('come in the order and the pages that are asked for', async () => {
      assert.equal((await find({ orderBy: [{ fieldName: 'name', ascending: false }] })).names, 'beta alpha Alpha')
      const first = await find({ ...byAge, maxResults: 2 })
      const second = await find({ ...byAge, maxResults: 2, pageToken: first.nextPageToken })
      assert.deepEqual([...first.names.split(' '), second.names].sort(), ['Alpha', 'alpha', 'beta'])
      assert.equal(second.nextPageToken, undefined)
      await assert.rejects(find({ orderBy: [{ fieldName: 'params.a' }] }), { code: 'INVALID_PARAMETER_VALUE' })
    })

    it('go from pending to ready, and keep their tags and params', async () => {
      const { model } = await models.create({ experimentId: '0', name: 'life', tags: pairs({ a: '1' }) })
      const { modelId, status, artifactUri } = model.info
      assert.match(modelId, /^m-[0-9a-f]{32}$/)
      assert.deepEqual(
        [status, artifactUri],
        ['LOGGED_MODEL_PENDING', `mlflow-artifacts:/0/models/${modelId}/artifacts`],
      )
      assert.equal(
        (await models.finalize({ modelId, status: 'LOGGED_MODEL_READY' })).model.info.status,
        'LOGGED_MODEL_READY',
      )
      await models.setTags({ modelId, tags: pairs({ a: '2', b: '3' }) })
      await models.deleteTag({ modelId, tagKey: 'b' })
      await models.logParams({ modelId, params: pairs({ p: '1' }) })
      const { info, data } = (await models.get({ modelId })).model
      assert.deepEqual([info.tags, data.params], [pairs({ a: '2' }), pairs({ p: '1' })])
      await assert.rejects(models.deleteTag({ modelId, tagKey: 'b' }), { code: 'RESOURCE_DOES_NOT_EXIST' })

      await models.delete({ modelId })
      await assert.rejects(models.get({ modelId }), { code: 'RESOURCE_DOES_NOT_EXIST' })
      assert.equal((await models.get({ modelId, allowDeleted: true })).model.info.name, 'life')
      assert.equal((await find({ filter: `name = 'life'` })).names, '')
    })

    it('get a name of their own, and refuse one that cannot be part of a URI', async () => {
      assert.match((await models.create({ experimentId: '0' })).model.info.name, /^[a-z]+-[a-z]+-\d+$/)
      for (const bad of ['a/b', 'a:b', 'a.b', 'a%b', `a'b`])
        await assert.rejects(models.create({ experimentId: '0', name: bad }), {
          code: 'INVALID_PARAMETER_VALUE',
          message: /'name'/,
        })
    })
  })
