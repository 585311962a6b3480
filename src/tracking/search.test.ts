import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { databases } from '../../test/databases.ts'
import { logSixRuns } from '../../test/six-runs.ts'

const ALL = 'alpha beta gamma delta epsilon Alpha'

/** Filters with the runs that MLflow 3.17.2 finds for them among the same six. */
const AS_MLFLOW: [filter: string, found: string][] = [
  ['', ALL],
  ['metrics.loss < 0.5', 'beta delta Alpha'],
  ['metrics.loss <= 0.5', 'alpha beta delta Alpha'],
  ['metrics.loss > 0.5', 'gamma'],
  ['metrics.loss >= .25', 'alpha beta gamma'],
  ['metrics.loss = 5e-1', 'alpha'],
  ['metrics.loss = -1', 'delta'],
  ['metrics.loss != 0.5', 'beta gamma delta Alpha'],
  ['metrics.loss > 1e308', 'gamma'],
  ['metrics.acc != 0.9', 'beta Alpha'],
  ['metrics.acc > 0', 'alpha delta Alpha'],
  ['metric.acc = 0.9', 'alpha delta'],
  ['metrics."acc" = 0.9', 'alpha delta'],
  ['metrics.`top-5` = 1', 'alpha'],
  ['metrics.nothing != 1', ''],
  ['metrics.acc > 99999999999999999999999', ''],
  [`params.model = 'Tree'`, 'alpha'],
  [`params.model = "Tree"`, 'alpha'],
  [`params.model != 'Tree'`, 'beta gamma delta Alpha'],
  [`params.model LIKE 'tr%'`, 'beta'],
  [`params.model ILIKE 'tr%'`, 'alpha beta Alpha'],
  [`params.model LIKE 'net_1'`, 'gamma delta'],
  [`params.model LIKE 'net\\_1'`, ''],
  ['params.model IS NULL', 'epsilon'],
  ['params.model is not null', 'alpha beta gamma delta Alpha'],
  [`params.depth = ''`, 'delta'],
  ["params.`a b` = 'x y'", 'alpha'],
  [`param.model = 'Tree'`, 'alpha'],
  [`parameter.model = 'Tree'`, 'alpha'],
  [`parameters.model = 'Tree'`, 'alpha'],
  [`tag.team = 'vision'`, 'alpha'],
  [`tags.team = ''`, 'gamma'],
  [`tags.team != 'vision'`, 'beta gamma epsilon Alpha'],
  [`tags.team ILIKE 'VISION'`, 'alpha beta'],
  [`tags.team LIKE 'v_sion'`, 'alpha Alpha'],
  [`tags.team LIKE '%\\%'`, 'epsilon'],
  [`tags.team LIKE '%\\\\%'`, ''],
  [`tags.team LIKE 'naïve%'`, 'epsilon'],
  ['tags.team IS NULL', 'delta'],
  [`tags.x.y.z = 'dots'`, 'beta'],
  ["tags.`x.y.z` = 'dots'", 'beta'],
  [`tags.mlflow.runName = 'alpha'`, 'alpha'],
  [`tags.mlflow.note.content LIKE "It's%"`, 'alpha'],
  [`run_name ILIKE 'alpha'`, 'alpha Alpha'],
  [`run_name LIKE '%a'`, 'alpha beta gamma delta Alpha'],
  [`run_name != 'alpha'`, 'beta gamma delta epsilon Alpha'],
  ["`run name` = 'alpha'", 'alpha'],
  [`attributes."Run Name" = 'alpha'`, 'alpha'],
  [`attribute.run_name = 'alpha'`, 'alpha'],
  [`attr.run_name = 'alpha'`, 'alpha'],
  [`run.run_name = 'alpha'`, 'alpha'],
  [`status = 'FINISHED'`, 'alpha delta'],
  [`status = 'finished'`, ''],
  [`attributes.status ILIKE 'f%'`, 'alpha beta delta'],
  [`user_id = ''`, 'gamma Alpha'],
  ['start_time = 1e3', 'alpha'],
  ['start_time < 1002.5', 'alpha beta gamma'],
  ['start_time > -1', ALL],
  ['created = 1000', 'alpha'],
  ['attributes.Created > 1003', 'epsilon Alpha'],
  ['end_time > 0.5', 'alpha beta delta epsilon'],
  ['end_time != 2000', 'beta delta epsilon'],
  [`artifact_uri LIKE 'mlflow-artifacts:%'`, ALL],
  [`run_id = '{alpha}'`, 'alpha'],
  [`run_id IN ('{alpha}', "{beta}")`, 'alpha beta'],
  [`run_id IN ('{alpha}',)`, 'alpha'],
  [`attributes.run_id NOT IN ('{alpha}','{beta}')`, 'gamma delta epsilon Alpha'],
  [`dataset.name = 'train'`, 'alpha beta epsilon'],
  [`datasets.name != 'train'`, 'delta epsilon'],
  [`dataset.digest = 'd1'`, 'alpha delta epsilon'],
  [`dataset.context LIKE '%ing'`, 'alpha epsilon'],
  [`dataset.context != 'training'`, 'beta epsilon'],
  [`dataset.name IN ('train','test')`, 'alpha beta delta epsilon'],
  [`dataset.name NOT IN ('train')`, 'delta epsilon'],
  [`dataset.name ILIKE 'T%'`, 'alpha beta delta epsilon'],
  [`dataset.name = 'train' AND dataset.context = 'eval'`, 'beta epsilon'],
  [`dataset.name = 'test' AND dataset.digest = 'd1' AND dataset.name = 'train'`, 'epsilon'],
  [`metrics.loss < 1 aNd params.model = 'tree'`, 'beta'],
  ['metrics.loss < 1 AND metrics.loss > 0', 'alpha beta'],
  [`tags.team = 'a AND b'`, ''],
  [`tags.select = 'x'`, ''],
  [`params.null = '1'`, ''],
]

/** What MLflow refuses and Millrace understands. */
const OURS: [filter: string, found: string][] = [
  [`status = 'FINISHED' OR status = 'FAILED'`, 'alpha beta delta'],
  [`metrics.loss < 0 OR metrics.loss > 0 AND params.depth = '10'`, 'beta delta Alpha'],
  [`(metrics.loss < 0 OR metrics.loss > 0) AND params.depth = '3'`, 'alpha Alpha'],
  [`NOT params.model = 'Tree'`, 'beta gamma delta epsilon Alpha'],
  [`NOT (params.model ILIKE 'tree' OR tags.team IS NULL)`, 'gamma epsilon'],
  ['NOT metrics.acc > 0', 'beta gamma epsilon'],
  ['metrics.acc IS NULL', 'gamma epsilon'],
  ['metrics.acc IS NOT NULL', 'alpha beta delta Alpha'],
  ['metrics.acc IN (0.9, 0.1)', 'alpha delta Alpha'],
  ['metrics.acc NOT IN (0.9)', 'beta Alpha'],
  ['metrics.loss BETWEEN 0 AND 1', 'alpha beta'],
  ['metrics.loss <> 0.5', 'beta gamma delta Alpha'],
  ['metrics.top-5 = 1', 'alpha'],
  [`params.model IN ('Tree','tree')`, 'alpha beta'],
  [`params.model NOT IN ('Tree','tree')`, 'gamma delta Alpha'],
  [`run_name IN ('alpha','beta')`, 'alpha beta'],
  ['end_time IS NULL', 'gamma Alpha'],
  ['start_time BETWEEN 1001 AND 1002', 'beta gamma'],
  ['dataset.name IS NULL', 'gamma Alpha'],
  [`tags.mlflow.note.content = 'It''s "fine"'`, 'alpha'],
  ['start_time > 99999999999999999999999', ''],
  [`start_time >= '1970-01-01T00:00:01.002'`, 'gamma delta epsilon Alpha'],
  [`start_time < '1970-01-01 01:00:01.002+01:00'`, 'alpha beta'],
  [`start_time BETWEEN '1970-01-01' AND now - 1d`, ALL],
  ['start_time > now-52w', ''],
  [`end_time IN ('1970-01-01 00:00:02', 3000)`, 'alpha beta'],
  ['duration > 2s', 'delta epsilon'],
  ['duration BETWEEN 999 AND 1999ms', 'alpha beta'],
  ['duration IS NULL', 'gamma Alpha'],
  [`params.depth BETWEEN '1' AND '2'`, 'beta'],
  [`params.model NOT LIKE 'net%'`, 'alpha beta Alpha'],
  [`params.model NOT ILIKE 'tr%'`, 'gamma delta'],
  ['metrics.acc NOT BETWEEN 0 AND 0.5', 'alpha beta delta'],
  ['metrics.loss.count = 1', 'alpha beta gamma delta Alpha'],
  ['metrics.acc.count > 0', 'alpha beta delta Alpha'],
  ['metrics.acc.min IS NULL', 'beta gamma epsilon'],
  ['metrics.loss.last < 0.3', 'beta delta Alpha'],
  ['metrics.`loss`.max < 0.3', 'beta delta Alpha'],
  ['metrics.`loss.max` < 0.3', ''],
]

const REFUSED: [filter: string, sentence: RegExp][] = [
  [`metrics.acc = '0.9'`, /expected a number for 'acc', found '0.9' at character 15/],
  [`metrics.acc LIKE '0%'`, /LIKE cannot be used for the number 'acc' at character 1; expected one of =, /],
  ['params.depth = 3', /expected a quoted text for 'depth', found 3 at character 16/],
  [`params.depth > '2'`, /> cannot be used for the text 'depth' at character 1/],
  [`start_time >= '1002'`, /expected a time such as '2026-01-31', .* for 'start_time', found '1002' at character 15/],
  [`start_time >= '2026-02-30'`, /expected a time such as /],
  ['start_time >= 5m', /expected a time such as /],
  ['duration > now', /expected a duration such as 90s .* found now at character 12/],
  [`duration > '5m'`, /expected a duration such as 90s /],
  ['metrics.loss < 5m', /expected a number for 'loss', found 5m at character 16/],
  ['metrics.loss < now', /expected a number for 'loss', found now at character 16/],
  ['params.`depth`.min = 1', /'params.depth' at character 1 is not known/],
  ['run_id IN (1,2)', /expected a quoted text for 'run_id', found 1 at character 12/],
  [`foo = 'x'`, /'foo' at character 1 is not known; expected metrics\.…, params\.…/],
  [`foo.bar = 'x'`, /'foo.bar' at character 1 is not known/],
  [`Params.model = 'Tree'`, /'Params.model' at character 1 is not known/],
  [`tags.a = 'b' AND lifecycle_stage = 'active'`, /'lifecycle_stage' at character 18 is not known/],
  [`experiment_id = '1'`, /'experiment_id' at character 1 is not known/],
  [`dataset.source = 's'`, /'dataset.source' at character 1 is not known/],
  [`attributes.constructor = 's'`, /is not known/],
]

const ORDERS: [orderBy: string[], found: string][] = [
  [[], 'Alpha epsilon delta gamma beta alpha'],
  [['metrics.loss'], 'Alpha delta beta alpha gamma epsilon'],
  [['metrics.loss DESC'], 'gamma alpha beta delta Alpha epsilon'],
  [['metrics.acc'], 'Alpha delta alpha beta epsilon gamma'],
  [['metrics.acc desc'], 'delta alpha Alpha beta epsilon gamma'],
  [['metrics.`top-5`'], 'alpha Alpha epsilon delta gamma beta'],
  [['metrics.nothing'], 'Alpha epsilon delta gamma beta alpha'],
  [['params.nothing DESC'], 'Alpha epsilon delta gamma beta alpha'],
  [['params.depth'], 'delta beta Alpha alpha epsilon gamma'],
  [['parameter.depth DESC'], 'Alpha alpha beta delta epsilon gamma'],
  [['status'], 'beta delta alpha epsilon gamma Alpha'],
  [['attr.status DESC'], 'Alpha gamma epsilon delta alpha beta'],
  [['user_id'], 'Alpha gamma delta alpha epsilon beta'],
  [['created'], ALL],
  [['end_time DESC'], 'epsilon delta beta alpha Alpha gamma'],
  [['metrics.acc DESC', 'metrics.loss'], 'delta alpha Alpha beta gamma epsilon'],
  [['params.model', 'params.depth DESC'], 'Alpha alpha delta gamma beta epsilon'],
]

for (const [name, open] of Object.entries(databases))
  describe(`runs search on ${name}`, () => {
    let test: TestApp
    let ids: Record<string, string>
    let experimentId: string
    before(async () => {
      test = await openTestApp(open)
      experimentId = (await test.client.experiments.create({ name: 'six' })).experimentId
      ids = await logSixRuns(test, experimentId)
    })
    const find = async (filter: string, orderBy: string[]) => {
      const { runs } = await test.client.runs.search({ experimentIds: [experimentId], filter, orderBy })
      return runs.map(({ info }) => info.runName).join(' ')
    }
    const withIds = (filter: string) => filter.replace(/\{(\w+)\}/g, (_, run: string) => ids[run]!)

    for (const [filter, found] of [...AS_MLFLOW, ...OURS])
      it(`finds '${found}' where ${filter}`, async () => {
        assert.equal(await find(withIds(filter), ['start_time']), found)
      })

    for (const [filter, sentence] of REFUSED)
      it(`refuses ${filter}`, async () => {
        await assert.rejects(find(filter, []), { code: 'INVALID_PARAMETER_VALUE', message: sentence })
      })

    for (const [orderBy, found] of ORDERS)
      it(`orders by ${JSON.stringify(orderBy)}, then the newest first`, async () => {
        assert.equal(await find('', orderBy), found)
      })

    for (const orderBy of [['foo'], ['foo.bar'], ['dataset.name'], ['metrics'], ['metrics.loss', 'metrics.loss DESC']])
      it(`refuses to order by ${JSON.stringify(orderBy)}`, async () => {
        await assert.rejects(find('', orderBy), { code: 'INVALID_PARAMETER_VALUE', message: /'order_by'/ })
      })

    it('checks the filter even when no experiment is named', async () => {
      assert.deepEqual(await test.client.runs.search({ experimentIds: [] }), { runs: [] })
      await assert.rejects(test.client.runs.search({ experimentIds: [], filter: 'foo' }), { message: /'filter'/ })
    })
  })
