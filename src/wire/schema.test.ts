import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  bool,
  defaults,
  double,
  int32,
  int64,
  lasting,
  json,
  legacy,
  list,
  map,
  message,
  nonEmpty,
  oneOf,
  optional,
  readOrThrow,
  type Schema,
  string,
  textOf,
} from './schema.ts'

const Color = oneOf('Color', { RED: 1, BLUE: 2 })

describe('reading', () => {
  const cases: [schema: Schema<any, any>, sent: unknown, read: unknown][] = [
    [string, '', ''],
    [string, 'é\u{1f600}', 'é\u{1f600}'],
    [bool, true, true],
    [bool, 'false', false],
    [int64, 5, 5],
    [int64, '-5', -5],
    [int64, 1e3, 1000],
    [int64, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    [int32, '2147483647', 2_147_483_647],
    [double, 2.5, 2.5],
    [double, '2.5', 2.5],
    [double, ' 1e3 ', 1000],
    [double, '.5', 0.5],
    [double, '1e999', Infinity],
    [double, true, 1],
    [double, 'NaN', NaN],
    [double, 'nan', NaN],
    [double, 'Infinity', Infinity],
    [double, '-inf', -Infinity],
    [Color, 'BLUE', 'BLUE'],
    [Color, 2, 'BLUE'],
    [Color, '2', 'BLUE'],
    [Color, 'GREEN', undefined],
    [list(int64), ['1', 2], [1, 2]],
    [list(int64), [], []],
    [map(string), { a: 'b' }, { a: 'b' }],
    [json, { any: [1, null] }, { any: [1, null] }],
  ]
  for (const [schema, sent, read] of cases)
    it(`a ${schema.kind} takes ${JSON.stringify(sent)}`, () => {
      assert.deepEqual(schema.read(sent), read)
    })

  const refused: [schema: Schema<any, any>, sent: unknown, sentence: string][] = [
    [string, 5, `expected a string, got 5`],
    [string, 'a\0', `expected a string without the character NUL, got "a\\u0000"`],
    [nonEmpty, '', `Missing value for required parameter`],
    [bool, 'yes', `expected true or false, got "yes"`],
    [bool, 1, `expected true or false, got 1`],
    [int64, 1.5, `expected an integer below 2^53, got 1.5`],
    [int64, '1e3', `expected an integer below 2^53, got "1e3"`],
    [int64, '', `expected an integer below 2^53, got ""`],
    [int64, '9007199254740992', `expected an integer below 2^53, got "9007199254740992"`],
    [int64, true, `expected an integer below 2^53, got true`],
    [int32, 2 ** 31, `expected a 32-bit integer, got 2147483648`],
    [double, '', `expected a number, got ""`],
    [double, '0x10', `expected a number, got "0x10"`],
    [double, '1,5', `expected a number, got "1,5"`],
    [double, 'infinite', `expected a number, got "infinite"`],
    [double, [], `expected a number, got a list`],
    [Color, 3, `expected one of RED, BLUE, got 3`],
    [Color, true, `expected one of RED, BLUE, got true`],
    [list(int64), 'x', `expected a list, got "x"`],
    [map(string), [], `expected an object, got a list`],
    [map(string), { a: 1 }, `expected a string, got 1`],
    [message('M', {}), 'x'.repeat(200), `expected an object, got "${'x'.repeat(76)}…`],
  ]
  for (const [schema, sent, sentence] of refused)
    it(`a ${schema.kind} refuses ${JSON.stringify(sent).slice(0, 40)}`, () => {
      assert.throws(
        () => readOrThrow(() => schema.read(sent)),
        (error: Error) => error.message.includes(sentence),
      )
    })
})

describe('a message', () => {
  const Point = message('Point', { stepNumber: int64, value: double })
  const Run = message('Run', {
    runId: legacy(nonEmpty, 'run_uuid'),
    runName: optional(string),
    color: defaults(Color, 'RED'),
    points: list(Point),
    limit: defaults(int32, 10),
  })
  const read = (sent: unknown) => readOrThrow(() => Run.read(sent))
  const plain = { runId: 'a', color: 'RED', points: [], limit: 10 }

  const cases: [title: string, sent: object, found: object][] = [
    ['snake_case', { run_id: 'a', run_name: 'b' }, { ...plain, runName: 'b' }],
    ['camelCase', { runId: 'a', runName: 'b' }, { ...plain, runName: 'b' }],
    ['a legacy name', { run_uuid: 'a' }, plain],
    ['null as absent', { run_id: 'a', run_name: null, limit: null, points: null }, plain],
    ['an unknown enum name as absent', { run_id: 'a', color: 'GREEN' }, plain],
    ['fields that it does not know', JSON.parse('{"run_id":"a","other":{"x":1},"__proto__":{"limit":5}}'), plain],
    [
      'messages in lists, in either case',
      {
        run_id: 'a',
        points: [
          { step_number: '1', value: 'NaN' },
          { stepNumber: 2, value: 1 },
        ],
      },
      {
        ...plain,
        points: [
          { stepNumber: 1, value: NaN },
          { stepNumber: 2, value: 1 },
        ],
      },
    ],
  ]
  for (const [title, sent, found] of cases)
    it(`reads ${title}`, () => {
      assert.deepEqual(read(sent), found)
    })

  const refused: [sent: unknown, sentence: RegExp][] = [
    [{}, /^Missing value for required parameter 'run_id'$/],
    [{ run_id: '' }, /^Missing value for required parameter 'run_id'$/],
    [{ run_id: 'a', runId: 'a' }, /'run_id': it was sent twice, as 'run_id' and as 'runId'/],
    [
      { run_id: 'a', points: [{ step_number: 1, value: 1 }, { value: 2 }] },
      /required parameter 'points\[1\].step_number'/,
    ],
    [
      { run_id: 'a', points: [{ step_number: 1, value: 'high' }] },
      /'points\[0\].value': expected a number, got "high"/,
    ],
    [{ run_id: 'a', points: [[]] }, /'points\[0\]': expected an object, got a list/],
    [[], /'body': expected an object, got a list/],
  ]
  for (const [sent, sentence] of refused)
    it(`refuses ${JSON.stringify(sent)} and says where`, () => {
      assert.throws(() => read(sent), { code: 'INVALID_PARAMETER_VALUE', message: sentence })
    })

  it('is written in snake_case, without what is absent or empty, with NaN as a string', () => {
    const written = Run.write({
      runId: 'a',
      points: [
        { stepNumber: 1, value: NaN },
        { stepNumber: 0, value: -Infinity },
      ],
    })
    assert.deepEqual(written, {
      run_id: 'a',
      points: [
        { step_number: 1, value: 'NaN' },
        { step_number: 0, value: '-Infinity' },
      ],
    })
    assert.deepEqual(Run.write({ runId: 'a', runName: '', points: [] }), { run_id: 'a', run_name: '' })
  })

  it('has the text of what it writes, also where a part of it lasts', () => {
    const Lasting = message('Page', {
      runs: list(lasting(Run)),
      first: optional(lasting(Run)),
      token: optional(string),
    })
    const run = { runId: 'a"b', points: [{ stepNumber: 1, value: NaN }] }
    for (const page of [{}, { runs: [] }, { runs: [run, { runId: 'é', points: [] }], first: run, token: '\n' }])
      for (const _ of ['made', 'found again']) assert.equal(textOf(Lasting, page), JSON.stringify(Lasting.write(page)))
  })

  it('reads back what it wrote', () => {
    const run = { runId: 'a', runName: 'b', color: 'BLUE' as const, points: [{ stepNumber: 1, value: NaN }], limit: 0 }
    assert.deepEqual(Run.read(JSON.parse(JSON.stringify(Run.write(run)))), run)
  })

  it('reads a query string, with repeated keys for lists', () => {
    const Query = message('Query', {
      runIds: list(string),
      limit: defaults(int32, 1),
      deep: optional(bool),
      color: optional(Color),
    })
    const query = (text: string) => readOrThrow(() => Query.readQuery(new URLSearchParams(text)))
    assert.deepEqual(query('run_ids=a&run_ids=b&limit=5&deep=true&color=2'), {
      runIds: ['a', 'b'],
      limit: 5,
      deep: true,
      color: 'BLUE',
    })
    assert.deepEqual(query('runIds=a'), { runIds: ['a'], limit: 1 })
    assert.throws(() => query('deep=1'), { message: /'deep': expected true or false, got "1"/ })
  })
})
