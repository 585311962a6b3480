import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { databases } from '../../test/databases.ts'

const TOLD: [name: string, tags: Record<string, string>][] = [
  ['e one', { k: 'v', 'a.b': '1' }],
  ['E One', { k: 'V' }],
  ['e_two', {}],
  ['e%three', { k: '', 'mlflow.note.content': 'hello' }],
]

/** Filters with what MLflow 3.17.2 finds among the same experiments, beside the default one. */
const AS_MLFLOW: [filter: string, found: string[]][] = [
  [`name = 'e one'`, ['e one']],
  [`attribute.name = "e one"`, ['e one']],
  [`name != 'e one'`, ['Default', 'E One', 'e%three', 'e_two']],
  [`name LIKE 'e%'`, ['e one', 'e%three', 'e_two']],
  [`name LIKE 'e\\_%'`, []],
  [`name ILIKE 'E ONE'`, ['E One', 'e one']],
  [`experiment_id = '0'`, ['Default']],
  [`experiment_id != '0'`, ['E One', 'e one', 'e%three', 'e_two']],
  [`experiment_id IN ('0','{e one}')`, ['Default', 'e one']],
  [`experiment_id NOT IN ('0','{e one}')`, ['E One', 'e%three', 'e_two']],
  ['creation_time < 0', []],
  ['attribute.creation_time > 0', ['Default', 'E One', 'e one', 'e%three', 'e_two']],
  [`tags.k = 'v'`, ['e one']],
  [`tag.k != 'v'`, ['E One', 'e%three']],
  [`tags.k ILIKE 'V'`, ['E One', 'e one']],
  ['tags.k IS NULL', ['Default', 'e_two']],
  ['tags.k IS NOT NULL', ['E One', 'e one', 'e%three']],
  ["tags.`a.b` = '1'", ['e one']],
  [`tags.a.b = '1'`, ['e one']],
  [`tags.mlflow.note.content LIKE 'h%'`, ['e%three']],
  [`name = 'e one' AND tags.k = 'v'`, ['e one']],
]

/** What MLflow refuses and Millrace understands. */
const OURS: [filter: string, found: string[]][] = [
  [`name = 'e_two' OR tags.k = 'v'`, ['e one', 'e_two']],
  [`NOT (name ILIKE 'e%')`, ['Default']],
  [`name IN ('e one')`, ['e one']],
  [`tags.k NOT IN ('v')`, ['E One', 'e%three']],
  ["last_update_time > 0.5 AND experiment_id LIKE '0'", ['Default']],
]

const REFUSED: [filter: string, sentence: RegExp][] = [
  [`attributes.name = 'x'`, /'attributes.name' at character 1 is not known; expected tags\.… or an attribute/],
  [`experiment.name = 'x'`, /'experiment.name' at character 1 is not known/],
  [`lifecycle_stage = 'active'`, /'lifecycle_stage' at character 1 is not known/],
  ['metrics.x > 1', /'metrics.x' at character 1 is not known/],
  [`name > 'a'`, /> cannot be used for the text 'name' at character 1/],
  ['experiment_id = 1', /expected a quoted text for 'experiment_id'/],
  [`creation_time > '0'`, /expected a time such as '2026-01-31', .* for 'creation_time', found '0' at character 17/],
  [`creation_time LIKE '1'`, /LIKE cannot be used for the time 'creation_time' at character 1/],
]

for (const [name, open] of Object.entries(databases))
  describe(`experiments search on ${name}`, () => {
    let test: TestApp
    const ids: Record<string, string> = {}
    before(async () => {
      test = await openTestApp(open)
      for (const [name, tags] of TOLD) {
        const pairs = Object.entries(tags).map(([key, value]) => ({ key, value }))
        ids[name] = (await test.client.experiments.create({ name, tags: pairs })).experimentId
      }
    })
    const find = async (
      filter: string,
      orderBy: string[],
      viewType: 'ACTIVE_ONLY' | 'DELETED_ONLY' | 'ALL' = 'ALL',
    ) => {
      const { experiments } = await test.client.experiments.search({ maxResults: 100, filter, orderBy, viewType })
      return experiments.map((experiment) => experiment.name)
    }

    for (const [filter, found] of [...AS_MLFLOW, ...OURS])
      it(`finds ${JSON.stringify(found)} where ${filter}`, async () => {
        const withIds = filter.replace(/\{(.+?)\}/g, (_, experiment: string) => ids[experiment]!)
        assert.deepEqual((await find(withIds, [])).sort(), found.toSorted())
      })

    for (const [filter, sentence] of REFUSED)
      it(`refuses ${filter}`, async () => {
        await assert.rejects(find(filter, []), { code: 'INVALID_PARAMETER_VALUE', message: sentence })
      })

    const orders: [orderBy: string[], found: string[]][] = [
      [['experiment_id'], ['Default', 'e one', 'E One', 'e_two', 'e%three']],
      [['experiment_id DESC'], ['e%three', 'e_two', 'E One', 'e one', 'Default']],
      [['attribute.name'], ['Default', 'E One', 'e one', 'e%three', 'e_two']],
    ]
    for (const [orderBy, found] of orders)
      it(`orders by ${JSON.stringify(orderBy)}`, async () => {
        assert.deepEqual(await find('', orderBy), found)
      })

    for (const order of ['tags.k', 'foo', '', 'lifecycle_stage', 'attributes.name'])
      it(`refuses to order by '${order}'`, async () => {
        await assert.rejects(find('', [order]), { code: 'INVALID_PARAMETER_VALUE', message: /'order_by'/ })
      })

    it('shows what has been deleted only where it is asked for', async () => {
      const { experimentId } = await test.client.experiments.create({ name: 'gone' })
      await test.client.experiments.delete({ experimentId })
      assert.deepEqual(await find(`name = 'gone'`, [], 'ACTIVE_ONLY'), [])
      assert.deepEqual(await find('', [], 'DELETED_ONLY'), ['gone'])
      assert.deepEqual(await find(`name = 'gone'`, [], 'ALL'), ['gone'])
    })
  })
