import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Condition, parseFilter, parseOrder } from './parse.ts'

/** Writes a condition with all its parentheses, so that a table can show how it was read. */
function shown(condition: Condition | undefined): string {
  if (!condition) return 'everything'
  if (condition.kind === 'not') return `(not ${shown(condition.part)})`
  if (condition.kind !== 'clause') return `(${condition.parts.map(shown).join(` ${condition.kind} `)})`
  const { key, operator, values } = condition
  const aggregate = key.aggregate ? ` ${key.aggregate}` : ''
  return [key.entity === undefined ? `<${key.name}>` : `<${key.entity}|${key.name}${aggregate}>`, operator]
    .concat(values.map(({ value }) => JSON.stringify(value)))
    .join(' ')
}

describe('filters', () => {
  const read: [filter: string, as: string][] = [
    ['', 'everything'],
    ['metrics.loss<1', '<metrics|loss> < 1'],
    ['metrics.loss <= -1.5e-3', '<metrics|loss> <= -0.0015'],
    ['metrics.loss = .5', '<metrics|loss> = 0.5'],
    ['metrics.loss\n\t<>\n1', '<metrics|loss> != 1'],
    ['metrics.a/b.c-d = 1', '<metrics|a/b.c-d> = 1'],
    ['metrics.`a "b\' c` = 1', `<metrics|a "b' c> = 1`],
    [`"run name" = 'x'`, '<run name> = "x"'],
    [`params.m = 'it''s "so"'`, `<params|m> = ${JSON.stringify(`it's "so"`)}`],
    [`params.m = "say ""it's"""`, `<params|m> = ${JSON.stringify(`say "it's"`)}`],
    [`params.m = ''`, '<params|m> = ""'],
    [`tags.é = 'ß'`, '<tags|é> = "ß"'],
    [`tags.and = 'a AND b'`, '<tags|and> = "a AND b"'],
    [`run_id in ('a', "b")`, '<run_id> IN "a" "b"'],
    [`a NOT LIKE 'x' AND a not between 1 and 2`, '(<a> NOT LIKE "x" and <a> NOT BETWEEN 1 2)'],
    ['metrics.loss.min < 1', '<metrics|loss.min> < 1'],
    ['metrics.`a b`.min < 1', '<metrics|a b min> < 1'],
    ['metrics."loss.min" < 1', '<metrics|loss.min> < 1'],
    ['duration > 1h30m', '<duration> > 5400000'],
    ['duration between 0.5s and 2W', '<duration> BETWEEN 500 1209600000'],
    ['start_time < now', '<start_time> < 1000000'],
    ['start_time > NOW - 5s and end_time > now+1ms', '(<start_time> > 995000 and <end_time> > 1000001)'],
    ['start_time > now -1m', '<start_time> > 940000'],
    ['tags.now = 1', '<tags|now> = 1'],
    [`run_id NOT IN ('a',)`, '<run_id> NOT IN "a"'],
    ['params.m is null', '<params|m> IS NULL'],
    ['params.m IS NOT NULL', '<params|m> IS NOT NULL'],
    ['metrics.x between 1 and 2 and metrics.y > 3', '(<metrics|x> BETWEEN 1 2 and <metrics|y> > 3)'],
    ['a = 1 AND b = 2 OR c = 3', '((<a> = 1 and <b> = 2) or <c> = 3)'],
    ['a = 1 AND (b = 2 OR c = 3)', '(<a> = 1 and (<b> = 2 or <c> = 3))'],
    ['NOT a = 1 AND b = 2', '((not <a> = 1) and <b> = 2)'],
    ['not not (a = 1 or b = 2)', '(not (not (<a> = 1 or <b> = 2)))'],
  ]
  for (const [filter, as] of read)
    it(`reads ${JSON.stringify(filter)}`, () => {
      assert.equal(shown(parseFilter(filter, 1_000_000)), as)
    })

  const refused: [filter: string, sentence: RegExp][] = [
    [' ', /expected a name such as metrics.loss, found the end at character 2/],
    ['metrics.loss', /expected an operator such as = or LIKE, found the end at character 13/],
    ['metrics. < 1', /expected a name after 'metrics.', found '<' at character 10/],
    ['metrics.loss < ', /expected a quoted text or a number after <, found the end at character 16/],
    ['metrics.loss == 1', /expected a quoted text or a number after =, found '=' at character 15/],
    ['metrics.loss < 1;', /';' has no place here, at character 17/],
    ['metrics.loss < 1 AND', /expected a name such as metrics.loss, found the end at character 21/],
    ['AND metrics.loss < 1', /expected an operator such as = or LIKE, found 'metrics.loss' at character 5/],
    ['metrics.loss < 1 metrics.acc > 0', /expected AND, OR or the end, found 'metrics.acc' at character 18/],
    [`params.m = 'Tree`, /the quote ' is not closed, at character 12/],
    [`params.m = \`Tree\``, /expected a quoted text or a number after =, found '`Tree`' at character 12/],
    ['params.m = Tree', /expected a quoted text or a number after =, found 'Tree' at character 12/],
    ['run_id IN ()', /expected a quoted text or a number after IN, found '\)' at character 12/],
    [`run_id IN 'a'`, /expected '\(', found ''a'' at character 11/],
    [`run_id IN ('a' 'b')`, /expected ',', found ''b'' at character 16/],
    [`run_id NOT = 'a'`, /expected IN, LIKE, ILIKE or BETWEEN, found '=' at character 12/],
    ['start_time > now - 7', /expected a duration such as 7d after -, found '7' at character 20/],
    ['start_time > now - 7y', /expected a duration such as 7d after -, found '7y' at character 20/],
    ['start_time > now-soon', /expected a time such as now-7d, found 'now-soon' at character 14/],
    ['metrics.`loss`.mean < 1', /'\.' has no place here, at character 15/],
    ['metrics.loss .min < 1', /expected an operator such as = or LIKE, found '.min' at character 14/],
    ['start_time > - 7d', /expected a quoted text or a number after >, found '-' at character 14/],
    ['params.m IS 1', /expected NULL, found '1' at character 13/],
    ['metrics.x BETWEEN 1 OR 2', /expected AND, found 'OR' at character 21/],
    ['(a = 1', /expected '\)', found the end at character 7/],
    ['a = 1)', /expected AND, OR or the end, found '\)' at character 6/],
    ['1 < metrics.loss', /expected a name such as metrics.loss, found '1' at character 1/],
    [`${'('.repeat(200)}a = 1${')'.repeat(200)}`, /nested more than 100 deep/],
    [`a = '${'x'.repeat(100_000)}'`, /it has 100006 characters, at most 100000/],
  ]
  for (const [filter, sentence] of refused)
    it(`refuses ${JSON.stringify(filter.slice(0, 40))} and says where`, () => {
      assert.throws(() => parseFilter(filter), { code: 'INVALID_PARAMETER_VALUE', message: sentence })
    })
})

describe('orders', () => {
  const read: [order: string, entity: string | undefined, name: string, descending: boolean][] = [
    ['metrics.loss', 'metrics', 'loss', false],
    ['metrics.loss asc', 'metrics', 'loss', false],
    ['start_time DESC', undefined, 'start_time', true],
    ['params.`a b` desc', 'params', 'a b', true],
    ['DESC', undefined, 'DESC', false],
  ]
  for (const [order, entity, name, descending] of read)
    it(`reads '${order}'`, () => {
      const { key, descending: found } = parseOrder(order)
      assert.deepEqual([key.entity, key.name, found], [entity, name, descending])
    })

  for (const order of ['', 'metrics.loss UP', 'metrics.loss ASC DESC', 'metrics.loss, metrics.acc', `'x`, '1'])
    it(`refuses '${order}'`, () => {
      assert.throws(() => parseOrder(order), {
        code: 'INVALID_PARAMETER_VALUE',
        message: /'order_by'.* at character \d+/,
      })
    })
})
