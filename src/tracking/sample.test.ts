import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Points } from './chunk.ts'
import { firstOfBuckets, sampleWithRange } from './sample.ts'

const line = (values: number[]): Points => ({
  steps: Float64Array.from(values, (_, i) => i),
  timestamps: Float64Array.from(values, (_, i) => i),
  values: Float64Array.from(values),
})

const cases: [n: number, buckets: number, kept: number[]][] = [
  [0, 3, []],
  [2, 3, [0, 1]],
  [10, 1, [9]],
  [10, 2, [0, 9]],
  [10, 3, [0, 4, 9]],
  [10, 4, [0, 3, 6, 9]],
  [10, 9, [0, 2, 3, 4, 5, 6, 7, 8, 9]],
  [12, 5, [0, 3, 6, 8, 11]],
]

describe('sampling', () => {
  for (const [n, buckets, kept] of cases)
    it(`keeps steps ${JSON.stringify(kept)} of ${n} in ${buckets} buckets`, () => {
      const points = line(Array.from({ length: n }, (_, i) => i))
      assert.deepEqual([...firstOfBuckets(points, buckets).steps], kept)
    })

  it('keeps a spike between the points of a chart in its range', () => {
    const { values, mins, maxs } = sampleWithRange(line([1, 99, 1, 2, -7, 2]), 2)
    assert.deepEqual(
      [[...values], [...mins], [...maxs]],
      [
        [1, 2],
        [1, -7],
        [99, 2],
      ],
    )
  })

  it('leaves NaN out of the range unless there is nothing else', () => {
    const { mins, maxs } = sampleWithRange(line([NaN, 3, NaN, NaN]), 2)
    assert.deepEqual(
      [[...mins], [...maxs]],
      [
        [3, NaN],
        [3, NaN],
      ],
    )
  })
})
