import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { append, type SplitTable, type Table, toSplit } from './table.ts'

describe('a table', () => {
  const cases: [table: Table, split: SplitTable][] = [
    [[], { columns: [], data: [] }],
    [{}, { columns: [], data: [] }],
    [
      [{ a: 1 }, { b: 2, a: 3 }],
      {
        columns: ['a', 'b'],
        data: [
          [1, null],
          [3, 2],
        ],
      },
    ],
    [
      { a: [1, 2], b: ['x', 'y'] },
      {
        columns: ['a', 'b'],
        data: [
          [1, 'x'],
          [2, 'y'],
        ],
      },
    ],
  ]
  for (const [table, split] of cases)
    it(`has the rows of ${JSON.stringify(table)}`, () => {
      assert.deepEqual(toSplit(table), split)
    })

  it('has columns of one length', () => {
    assert.throws(() => toSplit({ a: [1], b: [1, 2] }), /its columns have 1 and 2 values/)
  })

  it('takes rows with other columns', () => {
    const joined = append({ columns: ['a', 'b'], data: [[1, 2]] }, { columns: ['b', 'c'], data: [[3, 4]] })
    assert.deepEqual(joined, {
      columns: ['a', 'b', 'c'],
      data: [
        [1, 2, null],
        [null, 3, 4],
      ],
    })
  })
})
