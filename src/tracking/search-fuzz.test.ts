import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openTestApp, send } from '../../test/app.ts'
import { databases } from '../../test/databases.ts'
import { dump } from '../../test/dump.ts'
import { randomBelow } from '../../test/random.ts'
import { logSixRuns } from '../../test/six-runs.ts'

const SEED = 20_261
const TRIES = 400

const WORDS =
  `metrics.loss metrics.acc params.model params.depth tags.team tags.\`x.y.z\` status start_time end_time run_id run_name dataset.name dataset.context
  attributes.user_id attr.created metric. tags."a b" foo.bar foo = != < <= > >= <> == LIKE ILIKE IN NOT IS NULL AND OR BETWEEN ( ) , ;
  1 -1 0.5 1e400 -1e-400 99999999999999999999 NaN Infinity 0x1 'Tree' "x" 'it''s' '%' '_\\\\' '' \u0000 'a\u0000b' 'ß\u{1f600}\ud800' \` ' " -- /* 'x';drop \\ ASC DESC`
    .split(/\s+/)
    .concat(`';drop table runs;--'`, `(1,'a')`, `('Tree','tree')`)

const SENSIBLE = [
  ['metrics.loss', '<', '0.5'],
  ['params.model', 'ILIKE', `'t%'`],
  ['tags.team', 'IS', 'NOT', 'NULL'],
  ['end_time', 'BETWEEN', '1', 'AND', '1e300'],
  ['dataset.name', 'NOT', 'IN', `('a','b')`],
]

for (const [name, open] of Object.entries(databases))
  describe(`random searches on ${name}`, () => {
    it('are answered or refused with a place, and change nothing', async () => {
      const test = await openTestApp(open)
      await logSixRuns(test, '0')
      const below = randomBelow(SEED)
      const pick = <T>(from: readonly T[]): T => from[below(from.length)]!
      const junk = () => Array.from({ length: 1 + below(8) }, () => pick(WORDS))
      const filter = (): string[] => {
        const kind = below(10)
        if (kind < 2) return junk()
        if (kind < 6) return pick(SENSIBLE)
        if (kind === 6) return ['NOT', ...filter()]
        if (kind === 7) return ['(', ...filter(), ')']
        return [...filter(), pick(['AND', 'OR', 'and']), ...filter()]
      }
      const before = await dump(test.db)
      const answers = { 200: 0, 400: 0 }

      for (let i = 0; i < TRIES; i++) {
        const body = {
          experiment_ids: ['0'],
          filter: filter().join(pick([' ', ' ', ' ', ''])),
          order_by: below(3) === 0 ? [junk().slice(0, 2).join(' ')] : [],
          max_results: 3,
        }
        const { status, code, message } = await send(test.app, 'POST', '/api/2.0/mlflow/runs/search', body)
        assert.ok(status === 200 || status === 400, `${status} ${message} for ${JSON.stringify(body)}`)
        answers[status]++
        if (status === 400) {
          assert.equal(code, 'INVALID_PARAMETER_VALUE')
          assert.match(message, /'(filter|order_by(\[0\])?)'/, JSON.stringify(body))
        }
      }

      assert.ok(
        answers[200] > TRIES / 10 && answers[400] > TRIES / 10,
        `too one-sided to say much: ${JSON.stringify(answers)}`,
      )
      assert.equal(await dump(test.db), before)
    })
  })
